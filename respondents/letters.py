"""Composes one letter: mailing and case become an e-mail, the same one however often it is composed."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage as BuiltMessage
from email.utils import format_datetime, formataddr
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from respondents.addresses import is_address
from respondents.marks import mark
from respondents.models import Case, Letter, Mailing, Office

PLACEHOLDERS = frozenset(
    (
        "salutation", "link", "opt_out", "office", "municipality",
        "minutes", "field_end", "institute", "short_title",
    )
)  # fmt: skip


class Mail(EmailMultiAlternatives):
    """A message that is built once, so that what cannot be built is known before anything is sent."""

    def message(self, **options: Any) -> Any:
        return self.built

    @cached_property
    def built(self) -> BuiltMessage:
        built = super().message()
        built.as_bytes = cache(built.as_bytes)  # type: ignore[method-assign]  # the way out asks again
        return built


def compose(letter: Letter) -> Mail:
    """The e-mail of this letter. Its envelope sender and Message-ID carry its mark.

    Whatever cannot be built or sent as mail is an exception here, before anything is handed over.
    """
    mailing, case = letter.mailing, letter.case
    if not is_address(case.office.email):
        raise ValueError(f"not a mail address: {case.office.email!r}")
    with mailing.survey.in_its_tongue():
        values = particulars(case)
    mail = Mail(
        subject=mailing.subject.format_map(values),
        body=mailing.text.format_map(values),
        from_email=return_path(letter),
        to=[case.office.email],
        headers={
            "From": formataddr((mailing.sender_name, mailing.sender_email)),
            "Date": format_datetime(mailing.survey.now()),
            "Message-ID": message_id(letter),
            "X-Mailing": mailing.name,
            "X-Case": str(case.pk),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{case.opt_out_link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    html = mailing.html.format_map({name: escape(value) for name, value in values.items()})
    mail.attach_alternative(html, "text/html")
    mail.built.as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # as it goes out
    return mail


@dataclass(frozen=True)
class Specimen:
    """A letter to look at: addressed to one office, with links that lead nowhere."""

    case: Case | None
    subject: str
    text: str
    html: str


def specimen(mailing: Mailing, variant: str = "") -> Specimen:
    """The letter to the first office of the audience, or else of the survey; unfilled if there is none.

    A variant's code narrows both to its offices.
    """
    asked = {"variant__code": variant} if variant else {}
    chosen = (
        mailing.audience().filter(**asked).first() or Case.objects.of(mailing.survey).filter(**asked).first()
    )
    if chosen is None:
        return Specimen(None, mailing.subject, mailing.text, mailing.html)
    with mailing.survey.in_its_tongue():
        links = {"link": f"{settings.BASE_URL}/b/…", "opt_out": f"{settings.BASE_URL}/no/…"}
        values = {**particulars(chosen), **links}
    html = mailing.html.format_map({name: escape(value) for name, value in values.items()})
    return Specimen(chosen, mailing.subject.format_map(values), mailing.text.format_map(values), html)


def return_path(letter: Letter) -> str:
    """The envelope sender: the mailbox for returns, with the letter's mark as its sub-address (RFC 5233)."""
    mailbox, _, domain = returns_address(letter.mailing).rpartition("@")
    return f"{mailbox}+{mark(letter.pk)}@{domain}"


def returns_address(mailing: Mailing) -> str:
    """Where bounces go."""
    return mailing.returns_email or mailing.sender_email


def message_id(letter: Letter) -> str:
    """The same for every try of this letter."""
    mailing = letter.mailing
    domain = mailing.sender_email.rpartition("@")[2]
    return f"<{mailing.survey.name}.{mailing.name}.{mark(letter.pk)}@{domain}>"


def particulars(case: Case) -> Mapping[str, str]:
    """What the placeholders of a letter say for this case, beside the terms of its variant."""
    survey = case.variant.survey
    terms: dict[str, str] = case.variant.terms
    return terms | {
        "salutation": salutation(case.office),
        "link": case.link,
        "opt_out": case.opt_out_link,
        "office": case.variant.title,
        "municipality": case.office.municipality.name,
        "minutes": str(survey.about["minutes"]),
        "field_end": date_format(survey.field_end, "DATE_FORMAT"),
        "institute": survey.about["institute"]["name"],
        "short_title": survey.short_title,
    }


def salutation(office: Office) -> str:
    """A complete line of greeting; with a name only where the register says how to address it."""
    if is_greeted_by_name(office):
        return f"{office.salutation} {office.contact_name},"
    return _("Sehr geehrte Damen und Herren,")


def is_greeted_by_name(office: Office) -> bool:
    return bool(office.salutation and office.contact_name)
