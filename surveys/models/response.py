"""The answers to one form. A response does not know who gave it."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Self

from django.db import models, transaction

from surveys.merging import Merged, Sent, hands_after, merged
from surveys.models.notice import PrivacyNotice
from surveys.models.pretest import PretestGroup
from surveys.models.survey import Survey, Variant
from surveys.visits import recorded

UNMISTAKABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class AlreadySubmitted(Exception):
    """The response was submitted before; its answers stand."""


class ChangedMeanwhile(Exception):
    """Somebody has changed answers since they were looked through."""


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
    page = models.PositiveSmallIntegerField(
        default=1, help_text="where filling in goes on; a number beyond the last page is the review"
    )
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.ONLINE)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True, db_index=True)
    receipt = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001  # unique only if there
    draft = models.JSONField(
        null=True,
        help_text="answers of a reopened form; until it is submitted again `answers` count",
    )
    version = models.PositiveIntegerField(default=0, help_text="raised by each write; see `write`")
    hands = models.JSONField(
        default=dict,
        help_text="which opened page wrote which answers last: {page: [turn, [variable]]}; see merging.py",
    )
    notice = models.ForeignKey(PrivacyNotice, models.PROTECT, null=True, related_name="responses")
    notice_shown_at = models.DateTimeField(null=True)
    paradata = models.JSONField(default=list, help_text="one entry a visit of a page; docs/paradata.md")
    pretest_group = models.ForeignKey(PretestGroup, models.PROTECT, null=True, related_name="responses")
    is_closed = models.BooleanField(default=False, help_text="takes no answers, whatever the survey does")

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
        if self.is_closed:
            return False
        return self.pretest_group.is_open if self.pretest_group else self.variant.survey.takes_answers

    @property
    def working(self) -> dict[str, Any]:
        """The answers that are being filled in: of a reopened form, its draft."""
        working: dict[str, Any] = self.answers if self.draft is None else self.draft
        return working

    @property
    def is_final(self) -> bool:
        """Whether the form was submitted and is not open again."""
        return self.submitted_at is not None and self.draft is None

    def take(self, sent: Sent, lead: Callable[[Merged], int]) -> Merged:
        """Store what an opened page sends, beside what others stored meanwhile; `lead` says where to go on.

        Raises AlreadySubmitted or FieldPhaseOver and then stores nothing.
        """
        outcome = Merged({})

        def change() -> dict[str, Any]:
            nonlocal outcome
            self.must_be_open()
            outcome = merged(self.working, self.hands, sent)
            if outcome.is_late:
                return {}
            return {
                "answers" if self.draft is None else "draft": outcome.answers,
                "hands": hands_after(self.hands, sent, outcome),
                "saved_at": self.variant.survey.now(),
                "page": lead(outcome),
                "paradata": recorded(self.paradata, sent.visit),
            }

        self.write(change)
        return outcome

    def store(self, values: Mapping[str, Any], *, page: int = 1) -> None:
        """Take these answers over the earlier ones, whatever they are; None takes an answer back.

        Raises AlreadySubmitted or FieldPhaseOver and then stores nothing.
        """
        self.take(Sent(values), lambda outcome: page)

    @transaction.atomic
    def note_notice(self) -> None:
        """Keep which wording of the privacy information was shown before the form was opened, and when."""
        notice = PrivacyNotice.of(self.variant.survey)
        if self.notice_id != notice.pk:
            self.notice, self.notice_shown_at = notice, self.variant.survey.now()
            self.save(update_fields=["notice", "notice_shown_at"])

    @transaction.atomic
    def submit(self, seen: int | None = None) -> None:
        """Declare the answers final; `seen` is the version that was looked through, if any was.

        Raises AlreadySubmitted, FieldPhaseOver or ChangedMeanwhile and then changes nothing.
        """

        def change() -> dict[str, Any]:
            self.must_be_open()
            if seen not in (None, self.version):
                raise ChangedMeanwhile
            done = {"submitted_at": self.variant.survey.now(), "receipt": new_receipt()}
            return {"answers": self.working, "draft": None, "hands": {}, **done}

        before = self.write(change)
        if before["submitted_at"]:
            kept = {name: before[name] for name in ("answers", "submitted_at", "receipt")}
            self.earlier_submissions.create(**kept)

    def reopen(self) -> None:
        """Let submitted answers be changed; the submitted ones count until they are submitted again."""

        def change() -> dict[str, Any]:
            if not self.is_final:
                return {}
            if not self.takes_answers:
                raise FieldPhaseOver
            return {"draft": self.answers, "hands": {}}

        self.write(change)

    def discard(self) -> None:
        """Throw the changes of a reopened form away; what was submitted stands."""
        self.write(lambda: {} if self.draft is None else {"draft": None, "hands": {}})

    def close(self, *, closed: bool = True) -> None:
        """Take no answers any more, or again; a page that is being stored just now is asked once more."""
        self.write(lambda: {"is_closed": closed} if self.is_closed != closed else {})

    def must_be_open(self) -> None:
        if self.is_final:
            raise AlreadySubmitted
        if not self.takes_answers:
            raise FieldPhaseOver

    def write(self, change: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Write a change to the row, made anew from the fresh row if somebody else was faster.

        Returns the values before. One UPDATE holds no lock while a page is read or rendered.
        """
        while values := change():
            values["version"] = self.version + 1
            if Response.objects.filter(pk=self.pk, version=self.version).update(**values):
                break
            self.refresh_from_db()
        before = {name: getattr(self, name) for name in values}
        for name, value in values.items():
            setattr(self, name, value)
        return before


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
