"""One office in one survey, and the personal link by which it answers."""

import base64
import hmac
import secrets
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse

from respondents.models.places import Office
from surveys.models import Response, Survey, Variant


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


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases by what is known of them."""

    def of(self, survey: Survey) -> Self:
        return self.filter(variant__survey=survey)

    def owing_answer(self) -> Self:
        """Cases that we may write to: the link works and the answer is not in."""
        return self.filter(withdrawn_at=None, response__submitted_at=None)

    def answered(self) -> Self:
        """Cases whose answer is in; what was tried in a pretest is none, whatever points at it."""
        return self.filter(response__submitted_at__isnull=False, response__pretest_group=None)

    def behind(self, token: str) -> "Case | None":
        """The case that this personal link belongs to, if any."""
        found = self.select_related("variant__survey", "office__municipality", "response")
        return found.filter(token_fingerprint=fingerprint(token.lower())).first()


class Case(models.Model):
    """One office in one survey: its variant follows from the office, its answers from the link."""

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="cases")
    office = models.ForeignKey(Office, models.PROTECT, related_name="cases")
    wave1 = models.BooleanField(default=False, help_text="took part in the wave before")
    priority = models.BooleanField(default=False, help_text="followed up in person first")
    population = models.PositiveIntegerField(help_text="of its municipality, as of this survey")
    nonce = models.BinaryField(default=new_nonce)
    token_fingerprint = models.CharField(max_length=64, unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="+")

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

    @property
    def token(self) -> str:
        return link_token(bytes(self.nonce))

    @property
    def link(self) -> str:
        """The address that only this office knows."""
        return settings.BASE_URL + reverse("respondents:entry", args=[self.token])

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
