"""Composes one letter: mailing and case become an e-mail, the same one however often it is composed."""

from collections.abc import Mapping
from email.utils import formataddr

from django.core.mail import EmailMultiAlternatives
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from respondents.models import Case, Letter, Office

PLACEHOLDERS = frozenset(
    ("salutation", "link", "office", "municipality", "minutes", "field_end", "institute", "short_title")
)


def compose(letter: Letter) -> EmailMultiAlternatives:
    """The e-mail of this letter. Its Message-ID is derived from the row, so a reply finds its case."""
    mailing, case = letter.mailing, letter.case
    with mailing.survey.in_its_tongue():
        values = particulars(case)
    domain = mailing.sender_email.rpartition("@")[2]
    message = EmailMultiAlternatives(
        subject=mailing.subject.format_map(values),
        body=mailing.text.format_map(values),
        from_email=formataddr((mailing.sender_name, mailing.sender_email)),
        to=[case.office.email],
        headers={
            "Message-ID": f"<{mailing.survey.name}.{mailing.name}.{case.pk}@{domain}>",
            "X-Mailing": mailing.name,
            "X-Case": str(case.pk),
            "Auto-Submitted": "auto-generated",
        },
    )
    html = mailing.html.format_map({name: escape(value) for name, value in values.items()})
    message.attach_alternative(html, "text/html")
    return message


def particulars(case: Case) -> Mapping[str, str]:
    """What the placeholders of a letter say for this case, beside the terms of its variant."""
    survey = case.variant.survey
    terms: dict[str, str] = case.variant.terms
    return terms | {
        "salutation": salutation(case.office),
        "link": case.link,
        "office": case.variant.title,
        "municipality": case.office.municipality.name,
        "minutes": str(survey.about["minutes"]),
        "field_end": date_format(survey.field_end, "DATE_FORMAT"),
        "institute": survey.about["institute"]["name"],
        "short_title": survey.short_title,
    }


def salutation(office: Office) -> str:
    """A complete line of greeting; with a name only where the register says how to address it."""
    if office.salutation and office.contact_name:
        return f"{office.salutation} {office.contact_name},"
    return _("Sehr geehrte Damen und Herren,")
