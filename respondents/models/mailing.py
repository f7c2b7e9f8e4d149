"""Invitation and reminder waves. The letter rows are the queue: each says how far it got."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone

from respondents.models.case import Case
from surveys.models import Survey

IN_QUEUE = timedelta(minutes=10)


class MailingQuerySet(models.QuerySet["Mailing"]):
    """Mailings by where they stand."""

    def due(self) -> list["Mailing"]:
        """Released mailings whose time has come by their survey's clock."""
        released = self.filter(released_at__isnull=False).select_related("survey")
        return [mailing for mailing in released if mailing.planned_for <= mailing.survey.now()]


class Mailing(models.Model):
    """One wave of letters: what is written, when, and who let it go."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="mailings")
    position = models.PositiveSmallIntegerField()
    name = models.SlugField(max_length=40)
    title = models.CharField(max_length=100)
    planned_for = models.DateTimeField()
    sender_name = models.CharField(max_length=120)
    sender_email = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="released_mailings"
    )

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering = ("survey", "position")
        permissions = (("release_mailing", "May let a mailing go"),)
        constraints = (models.UniqueConstraint(fields=("survey", "name"), name="mailing_once_in_a_survey"),)

    def __str__(self) -> str:
        return self.title

    def audience(self) -> models.QuerySet[Case]:
        """The cases that this mailing would go to now."""
        return Case.objects.of(self.survey).owing_answer()

    @transaction.atomic
    def release(self, user_id: int | None = None) -> int:
        """Let the mailing go: one letter for every case that owes an answer; returns how many are new.

        The questionnaire is frozen from here on. Releasing again writes only to cases
        that came into the register since.
        """
        released = Mailing.objects.filter(pk=self.pk, released_at=None)
        released.update(released_at=self.survey.now(), released_by_id=user_id)
        self.survey.freeze()
        cases = self.audience().exclude(letters__mailing=self)
        letters = [Letter(mailing=self, case=case) for case in cases.order_by("pk")]
        Letter.objects.bulk_create(letters, ignore_conflicts=True)
        self.refresh_from_db()
        return len(letters)

    def progress(self) -> dict[str, int]:
        """How many letters stand in each state; every state is named."""
        counted = dict(self.letters.values_list("state").annotate(Count("pk")).order_by())
        return {state.value: counted.get(state.value, 0) for state in Letter.State}


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters by what is to be done with them; every change of state is one conditional UPDATE."""

    def due(self) -> Self:
        """Planned letters of mailings whose time has come, unless a worker was woken for them lately."""
        now = timezone.now()
        waiting = self.filter(state=Letter.State.PLANNED, mailing__in=Mailing.objects.due())
        idle = Q(handed_out_at=None) | Q(handed_out_at__lt=now - IN_QUEUE)
        return waiting.filter(idle, Q(next_try_at=None) | Q(next_try_at__lte=now))

    def hand_out(self, limit: int) -> list[int]:
        """Ids of due letters, each handed out to the queue once in a while only."""
        ids = list(self.due().order_by("pk").values_list("pk", flat=True)[:limit])
        self.filter(pk__in=ids, state=Letter.State.PLANNED).update(handed_out_at=timezone.now())
        return ids

    def settle(self) -> None:
        """Put right what dead workers left: `claimed` goes back, `sending` becomes `unclear`.

        A letter that was being handed over may have gone out, so it is never sent again by itself.
        """
        stale = self.filter(claimed_at__lt=timezone.now() - IN_QUEUE)
        stale.filter(state=Letter.State.CLAIMED).update(state=Letter.State.PLANNED, handed_out_at=None)
        stale.filter(state=Letter.State.SENDING).update(
            state=Letter.State.UNCLEAR, reason="the worker died while handing the letter over"
        )


class Letter(models.Model):
    """One mailing to one office, at most once."""

    class State(models.TextChoices):
        PLANNED = "planned"
        CLAIMED = "claimed"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        SUPPRESSED = "suppressed"
        UNCLEAR = "unclear"

    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="letters")
    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    claim = models.UUIDField(null=True, help_text="which attempt holds the letter")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    handed_out_at = models.DateTimeField(null=True, help_text="when a worker was last woken for it")
    next_try_at = models.DateTimeField(null=True, help_text="not before, after a temporary refusal")
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("mailing", "case"), name="one_letter_a_case"),)
        indexes = (models.Index(fields=("state", "next_try_at"), name="letters_by_state"),)

    def __str__(self) -> str:
        return f"{self.mailing} to {self.case}"

    @property
    def may_be_tried(self) -> bool:
        """Whether the pause after a temporary refusal is over."""
        return self.next_try_at is None or self.next_try_at <= timezone.now()
