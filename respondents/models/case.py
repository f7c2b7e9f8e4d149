"""One office in one survey, and the personal link by which it answers."""

import base64
import hmac
import secrets
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from respondents.models.contact import REFUSING, Contact
from respondents.models.letter import Letter
from respondents.models.places import Office
from surveys.composed import Composed
from surveys.models import Response, Survey, Variant

Kind = Contact.Kind

# What a search looks at; a blank keeps a word from being found across two of them.
SEARCHED = Lower(
    Concat(
        "office__municipality__name",
        Value(" "),
        "office__email",
        Value(" "),
        "office__contact_name",
        Value(" "),
        "office__phone",
        output_field=models.TextField(),
    )
)


def answered(way: str = "") -> Q:
    """Whether an answer is in; `way` leads to the case, as in `cases__`."""
    return Q(**{f"{way}response__submitted_at__isnull": False, f"{way}response__pretest_group": None})


ANSWERED = answered()


class Disposition(models.TextChoices):
    """What became of a case. Codes: AAPOR Standard Definitions, internet surveys of named persons."""

    COMPLETE = "1.1", _("geantwortet")
    REFUSED = "2.11", _("möchte nicht angeschrieben werden")
    BEGUN = "2.12", _("begonnen, nicht abgesendet")
    NOT_CONTACTED = "3.11", _("noch nicht angeschrieben")
    NO_ANSWER = "3.19", _("angeschrieben, noch keine Antwort")
    UNDELIVERABLE = "3.30", _("unzustellbar")
    NOT_ELIGIBLE = "4.10", _("nicht zuständig")
    WITHDRAWN = "4.90", _("aus der Befragung genommen")


def new_nonce() -> bytes:
    """128 random bits from the system's generator."""
    return secrets.token_bytes(16)


def link_token(nonce: bytes) -> str:
    """The secret in a personal link: 32 letters and digits, made of the nonce and LINK_SECRET.

    Whoever reads the database alone cannot make it; whoever knows one cannot make another.
    """
    digest = hmac.digest(settings.LINK_SECRET.encode(), nonce, "sha256")
    return base64.b32encode(digest[:20]).decode().lower()


def fingerprint(token: str) -> str:
    """What the database keeps of a token: enough to find its case, not to follow its link."""
    return hmac.digest(settings.LINK_SECRET.encode(), token.encode(), "sha256").hex()


REFUSAL = (*REFUSING, Kind.REINSTATED)
REACH = (Kind.UNDELIVERABLE, Kind.ADDRESS_CHANGED, Kind.REINSTATED)


def latest(kinds: tuple[Kind, ...], case: "Case | OuterRef") -> QuerySet[Contact, str]:
    """The kind of the case's latest contact among these kinds; empty if there is none."""
    found = Contact.objects.certain().filter(case=case, kind__in=kinds).order_by("-pk")
    return found.values_list("kind", flat=True)[:1]


def latest_of_each(kinds: tuple[Kind, ...]) -> Coalesce:
    """The same for each case of a query; "" if there is none."""
    return Coalesce(Subquery(latest(kinds, OuterRef("pk"))), Value(""))


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases by what is known of them."""

    def of(self, survey: Survey) -> Self:
        return self.filter(variant__survey=survey)

    def with_standing(self) -> Self:
        """Adds `refusal` and `reach`: the latest events that close or open the ways to a case."""
        return self.annotate(
            refusal=latest_of_each(REFUSAL),
            reach=latest_of_each(REACH),
        )

    def with_disposition(self) -> Self:
        """Adds `disposition`: exactly one for each case, derived from its events and its response."""
        written = Letter.objects.filter(case=OuterRef("pk"), state=Letter.State.SENT)
        return self.with_standing().annotate(
            disposition=models.Case(
                models.When(ANSWERED, then=Value(Disposition.COMPLETE)),
                models.When(refusal=Kind.WITHDRAWN, then=Value(Disposition.WITHDRAWN)),
                models.When(refusal=Kind.NOT_RESPONSIBLE, then=Value(Disposition.NOT_ELIGIBLE)),
                models.When(refusal=Kind.OPTED_OUT, then=Value(Disposition.REFUSED)),
                models.When(response__saved_at__isnull=False, then=Value(Disposition.BEGUN)),
                models.When(reach=Kind.UNDELIVERABLE, then=Value(Disposition.UNDELIVERABLE)),
                models.When(Exists(written), then=Value(Disposition.NO_ANSWER)),
                default=Value(Disposition.NOT_CONTACTED),
                output_field=models.CharField(),
            )
        )

    def owing_answer(self) -> Self:
        """Cases that we may write to: reachable, neither refused nor answered."""
        barred = Q(refusal__in=REFUSING) | Q(reach=Kind.UNDELIVERABLE)
        return self.with_standing().filter(response__submitted_at=None).exclude(barred)

    def answered(self) -> Self:
        """Cases whose answer is in; what was tried in a pretest is none, whatever points at it."""
        return self.filter(ANSWERED)

    def mentioning(self, words: str) -> Self:
        """Cases of which each word stands in the place, the mail address or the contact person."""
        found = self.alias(searched=SEARCHED)
        for word in words.split():
            found = found.filter(searched__contains=word.lower())
        return found

    def by_disposition(self) -> dict[Disposition, int]:
        """How many of these cases have each disposition; every one is named."""
        cases = self.with_disposition().values_list("disposition")  # type: ignore[misc]  # annotated
        counts = dict(cases.annotate(n=models.Count("pk")).order_by())
        return {disposition: counts.get(disposition.value, 0) for disposition in Disposition}

    def listed(self) -> Self:
        """By place and kind of office, with what a list shows of each."""
        latest = Contact.objects.filter(case=OuterRef("pk")).order_by("-pk")
        cases = self.select_related("variant", "office__municipality").annotate(
            last_kind=Subquery(latest.values("kind")[:1]), last_at=Subquery(latest.values("at")[:1])
        )
        return cases.order_by(
            "office__municipality__name", "office__municipality__state", "variant__position"
        )

    def opting_out_with(self, token: str) -> "Case | None":
        """The case that this opt-out link belongs to, if any."""
        number = token.partition("-")[0]
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        case = self.select_related("variant__survey", "office__municipality").filter(pk=int(number)).first()
        return case if case and hmac.compare_digest(case.opt_out_token.encode(), token.encode()) else None


class Case(models.Model):
    """One office in one survey: its variant follows from the office, its answers from the link."""

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="cases")
    office = models.ForeignKey(Office, models.PROTECT, related_name="cases")
    wave1 = models.BooleanField(default=False, help_text="took part in the wave before")
    priority = models.BooleanField(default=False, help_text="followed up in person first")
    population = models.PositiveIntegerField(help_text="of its municipality, as of this survey")
    nonce = models.BinaryField(default=new_nonce)
    token_fingerprint = models.CharField(max_length=64, unique=True)
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="+")
    # What querysets add:
    refusal: str
    reach: str
    disposition: str
    hindrance: str
    absent_until: date | None
    last_kind: str | None
    last_at: datetime | None

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("variant", "office"), name="office_once_in_a_survey"),)

    def __str__(self) -> str:
        return f"{self.variant}, {self.office.municipality}"

    @classmethod
    def for_office(cls, office: Office, variant: Variant, *, wave1: bool, priority: bool) -> "Case":
        """A new, unsaved case with a personal link of its own."""
        nonce = new_nonce()
        return cls(
            office=office,
            variant=variant,
            wave1=wave1,
            priority=priority,
            population=office.municipality.population,
            nonce=nonce,
            token_fingerprint=fingerprint(link_token(nonce)),
        )

    @classmethod
    def behind(cls, token: str) -> "Case | None":
        """The case that this personal link belongs to, if any."""
        return BEHIND.get(fingerprint(token.lower()))

    @property
    def token(self) -> str:
        return link_token(bytes(self.nonce))

    @property
    def link(self) -> str:
        """The address that only this office knows."""
        return settings.BASE_URL + reverse("respondents:entry", args=[self.token])

    @property
    def opt_out_token(self) -> str:
        """The secret of the opt-out link; it does not open the form."""
        digest = hmac.digest(settings.LINK_SECRET.encode(), b"opt-out" + bytes(self.nonce), "sha256")
        return f"{self.pk}-{digest[:12].hex()}"

    @property
    def opt_out_link(self) -> str:
        """The address behind "no more letters"."""
        return settings.BASE_URL + reverse("respondents:opt_out", args=[self.opt_out_token])

    @property
    def disposition_words(self) -> str:
        """The disposition of a case `with_disposition`, in words."""
        return str(Disposition(self.disposition).label)

    @property
    def last_contact_words(self) -> str:
        """What a case that is `listed` was last in contact about; "" if it never was."""
        return str(Kind(self.last_kind).label) if self.last_kind else ""

    @property
    def refusal_now(self) -> str:
        """The latest event that says whether we may write; "" if there is none."""
        return "".join(latest(REFUSAL, self))

    def record(self, kind: Kind, **details: object) -> Contact:
        """Add an event to the contact history, at the time of the survey's clock.

        A form that is open in a browser ends with the link, and goes on with it.
        """
        if kind in (Kind.WITHDRAWN, Kind.REINSTATED) and self.response:
            self.response.close(closed=kind == Kind.WITHDRAWN)
        return self.contacts.create(kind=kind, at=self.variant.survey.now(), **details)

    @transaction.atomic
    def decline(self, kind: Kind, *, text: str = "") -> None:
        """Note what the office said about further letters; what is noted already is not noted again.

        A case that staff took out of the survey stays out, whatever the office says.
        """
        case = Case.objects.select_for_update(of=("self",)).select_related("variant__survey").get(pk=self.pk)
        said_before = kind == Kind.OTHER_PERSON and case.contacts.filter(kind=kind, text=text).exists()
        if case.refusal_now not in (Kind.WITHDRAWN, kind) and not said_before:
            case.record(kind, text=text)

    @transaction.atomic
    def open_response(self) -> Response:
        """The response of this case, begun now if there was none; two clicks begin one."""
        case = Case.objects.select_for_update().get(pk=self.pk)
        if case.response is None:
            case.response = Response.objects.create(
                variant=self.variant, started_at=self.variant.survey.now()
            )
            case.save(update_fields=["response"])
            self.variant.survey.freeze()
        return case.response


BEHIND = Composed(
    Case,
    "token_fingerprint",
    "variant",
    "variant__survey",
    "office",
    "office__municipality",
    "response",
)
