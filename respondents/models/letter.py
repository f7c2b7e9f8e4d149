"""One mailing to one office. The letter rows are the queue: each says how far it got."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.models import Response


class Hindrance(models.TextChoices):
    """Why a case gets no letter of a mailing."""

    NOT_MEANT = "not_meant", _("nicht in der Zielgruppe")
    WRITTEN = "written", _("Brief schon vorhanden")
    WITHDRAWN = "withdrawn", _("aus der Befragung genommen")
    OPTED_OUT = "opted_out", _("abgemeldet")
    NOT_RESPONSIBLE = "not_responsible", _("nicht zuständig")
    ANSWERED = "answered", _("geantwortet")
    NOT_ANSWERED = "not_answered", _("noch nicht geantwortet")
    UNDELIVERABLE = "undeliverable", _("unzustellbar")
    OVER = "over", _("Feldphase beendet")
    STOPPED = "stopped", _("Versand abgebrochen")


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters by what is to be done with them; every change of state is one conditional UPDATE."""

    def under_way(self) -> Self:
        """Letters that are still to be sent, or being sent."""
        return self.filter(state__in=(Letter.State.PLANNED, Letter.State.CLAIMED, Letter.State.SENDING))

    def awaited(self, since: datetime) -> Self:
        """Letters that a worker was woken for since then and that none has taken up yet."""
        return self.filter(state=Letter.State.PLANNED, handed_out_at__gte=since)

    def settle(self) -> None:
        """Put right what dead workers left: `claimed` goes back, `sending` becomes `unclear`.

        A letter that was being handed over may have gone out, so it is never sent again by itself.
        """
        stale = self.filter(claimed_at__lt=timezone.now() - settings.LETTER_LEASE)
        stale.filter(state=Letter.State.CLAIMED).update(state=Letter.State.PLANNED, claim=None)
        lost = stale.filter(state=Letter.State.SENDING)
        lost.filter(reason="").update(reason=gettext("Der Worker hat sich nicht mehr gemeldet."))
        lost.update(state=Letter.State.UNCLEAR)

    def hold(self, letter_ids: Iterable[int]) -> Self:
        """The planned ones of these, unless their mailing is held up, with their offices.

        Until this transaction ends, letters, cases and responses stay as they are.
        """
        held = self.filter(pk__in=letter_ids, state=Letter.State.PLANNED)
        held = held.filter(mailing__paused_at=None, mailing__stopped_at=None)
        held = held.select_for_update(of=("self", "case"), no_key=True)
        held = held.select_related("case__office__municipality").order_by("case")
        responses = Response.objects.filter(pk__in=[letter.case.response_id for letter in held])
        len(responses.select_for_update(no_key=True).order_by("pk").only("pk"))
        return held

    def undecided(self) -> Self:
        """Letters of which nobody knows whether they went out, until a person has said so."""
        return self.filter(state=Letter.State.UNCLEAR)


class Letter(models.Model):
    """One mailing to one office, at most once."""

    class State(models.TextChoices):
        PLANNED = "planned", _("wartet")
        CLAIMED = "claimed", _("in Arbeit")
        SENDING = "sending", _("wird übergeben")
        SENT = "sent", _("versandt")
        FAILED = "failed", _("abgelehnt")
        SUPPRESSED = "suppressed", _("nicht mehr nötig")
        UNCLEAR = "unclear", _("ungeklärt")

    mailing = models.ForeignKey("respondents.Mailing", models.PROTECT, related_name="letters")
    case = models.ForeignKey("respondents.Case", models.PROTECT, related_name="letters")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    claim = models.UUIDField(null=True, help_text="which attempt holds the letter")
    claimed_at = models.DateTimeField(null=True, help_text="by the real clock")
    handed_out_at = models.DateTimeField(null=True, help_text="when a worker was last woken for it, really")
    next_try_at = models.DateTimeField(null=True, help_text="not before, by the survey's clock")
    settled_at = models.DateTimeField(
        null=True, help_text="when it was sent, refused or suppressed, by the survey's clock"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        help_text="who decided about an unclear letter",
    )  # fmt: skip
    tries = models.PositiveSmallIntegerField(default=0)
    hindrance = models.CharField(max_length=20, choices=Hindrance, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="what the mail server said")

    bounced: bool  # what a queryset adds

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("mailing", "case"), name="one_letter_a_case"),
            models.CheckConstraint(
                condition=Q(hindrance="") ^ Q(state="suppressed"), name="suppressed_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("claimed", "sending")) | Q(claim__isnull=False),
                name="who_holds_a_letter_is_known",
            ),
        )
        indexes = (
            models.Index(fields=("mailing", "state", "next_try_at"), name="letters_by_state"),
            models.Index(fields=("mailing", "-settled_at"), name="letters_by_outcome"),
            models.Index(
                fields=("claimed_at",), condition=Q(state__in=("claimed", "sending")), name="letters_in_hands"
            ),
        )

    def __str__(self) -> str:
        return f"{self.mailing} to {self.case}"

    def came_back(self) -> None:
        """Mail that bears this letter's mark has come in: so it went out, if that was unclear."""
        unclear = Letter.objects.undecided().filter(pk=self.pk)
        unclear.update(state=Letter.State.SENT, settled_at=self.mailing.survey.now())

    def decide(self, user: User, *, arrived: bool) -> bool:
        """Record what a person found out about an unclear letter; False if that was decided before."""
        outcome = Letter.State.SENT if arrived else Letter.State.FAILED
        now = self.mailing.survey.now()
        unclear = Letter.objects.undecided().filter(pk=self.pk)
        return bool(unclear.update(state=outcome, settled_at=now, settled_by=user))
