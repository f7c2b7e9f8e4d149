"""The answers to one form. A response does not know who gave it."""

import secrets
from collections.abc import Mapping
from typing import Any, Self

from django.db import models, transaction

from surveys.models.notice import PrivacyNotice
from surveys.models.pretest import PretestGroup
from surveys.models.survey import Survey, Variant

UNMISTAKABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class AlreadySubmitted(Exception):
    """The response was submitted before; its answers stand."""


class FieldPhaseOver(Exception):
    """The survey takes no answers any more, or not yet."""


class ResponseQuerySet(models.QuerySet["Response"]):
    """Responses by what they are for."""

    def of(self, survey: Survey) -> Self:
        """Responses that are meant; those of a pretest are not."""
        return self.filter(variant__survey=survey, pretest_group=None)

    def of_pretest(self, survey: Survey) -> Self:
        return self.filter(pretest_group__survey=survey)


class Response(models.Model):
    """One JSON document of answers, keyed by variable; coded values are integers."""

    class Mode(models.TextChoices):
        ONLINE = "online"
        PAPER = "paper"
        TELEPHONE = "telephone"

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="responses")
    answers = models.JSONField(default=dict)
    page = models.PositiveSmallIntegerField(default=1, help_text="the page that was stored last")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.ONLINE)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True, db_index=True)
    receipt = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001  # unique only if there
    draft = models.JSONField(
        null=True,
        help_text="answers of a reopened form; until it is submitted again `answers` count",
    )
    notice = models.ForeignKey(PrivacyNotice, models.PROTECT, null=True, related_name="+")
    notice_shown_at = models.DateTimeField(null=True)
    paradata = models.JSONField(default=list, help_text="one entry a visit of a page; docs/paradata.md")
    pretest_group = models.ForeignKey(PretestGroup, models.PROTECT, null=True, related_name="responses")
    comments = models.JSONField(default=dict, help_text="what pretest respondents say, by question")

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(submitted_at=None, receipt=None)
                | models.Q(submitted_at__isnull=False, receipt__isnull=False),
                name="submitted_means_receipt",
            ),
            models.CheckConstraint(
                condition=models.Q(draft__isnull=True) | models.Q(submitted_at__isnull=False),
                name="only_a_submitted_form_is_reopened",
            ),
        )

    def __str__(self) -> str:
        return f"response {self.pk}"

    @property
    def takes_answers(self) -> bool:
        """Whether it may be filled in now: in the field phase; in a pretest, while its group is open."""
        return self.pretest_group.is_open if self.pretest_group else self.variant.survey.takes_answers

    @transaction.atomic
    def store(self, values: Mapping[str, Any], *, page: int = 1) -> None:
        """Take these answers of a page over the earlier ones; None takes an answer back.

        Raises AlreadySubmitted or FieldPhaseOver and then stores nothing.
        """
        self.lock_open()
        merged = self.answers | dict(values)
        self.answers = {variable: value for variable, value in merged.items() if value not in (None, "", [])}
        self.saved_at, self.page = self.variant.survey.now(), page
        self.save(update_fields=["answers", "saved_at", "page"])

    @transaction.atomic
    def submit(self) -> None:
        """Declare the answers final. Raises AlreadySubmitted or FieldPhaseOver."""
        self.lock_open()
        self.submitted_at = self.variant.survey.now()
        self.receipt = new_receipt()
        self.save(update_fields=["submitted_at", "receipt"])

    def lock_open(self) -> None:
        """Hold this row until the transaction ends, freshly read and still open for answers."""
        fresh = (
            Response.objects.select_for_update(of=("self",)).select_related("variant__survey").get(pk=self.pk)
        )
        self.variant = fresh.variant
        self.answers, self.submitted_at, self.receipt = fresh.answers, fresh.submitted_at, fresh.receipt
        if self.submitted_at:
            raise AlreadySubmitted
        if not fresh.takes_answers:
            raise FieldPhaseOver


class EarlierSubmission(models.Model):
    """A version of the answers that was submitted and then replaced by a later one."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="earlier_submissions")
    answers = models.JSONField()
    submitted_at = models.DateTimeField()
    receipt = models.CharField(max_length=20, unique=True)

    class Meta:
        ordering = ("submitted_at",)

    def __str__(self) -> str:
        return self.receipt


def new_receipt() -> str:
    """Eight characters that can be read out over the telephone, such as `K7QF-2M9D`."""
    drawn = "".join(secrets.choice(UNMISTAKABLE) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"
