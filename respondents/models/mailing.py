"""Invitation and reminder waves: planned, proposed, released, and then running by themselves."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from respondents.models.case import ANSWERED, Case, CaseQuerySet
from respondents.models.contact import REFUSING, Contact
from respondents.models.letter import Hindrance, Letter
from respondents.models.rates import Limits
from surveys.models import Survey

AT_ONCE = 2_000  # letters that workers are woken for and have not taken up yet
TICKET = timedelta(minutes=1)  # how long a worker that was woken may take up its letter
LATE = timedelta(hours=24)
LAST = 50
FAILING = 0.05


class NeedsSecondPerson(Exception):
    """A mailing is released by somebody else than the person who proposed it."""


class MailingQuerySet(models.QuerySet["Mailing"]):
    """Mailings by where they stand."""

    def due(self) -> list["Mailing"]:
        """Released mailings whose time has come by their survey's clock and that nobody holds up."""
        released = self.filter(released_at__isnull=False, paused_at=None, stopped_at=None)
        return [m for m in released.select_related("survey") if m.planned_for <= m.survey.now()]


class Mailing(models.Model):
    """One wave of letters: what is written, to whom, when, and who let it go."""

    class Pause(models.TextChoices):
        """Why a mailing waits."""

        PERSON = "person", _("von Hand angehalten")
        FAILURES = "failures", _("zu viele Ablehnungen")
        LATE = "late", _("mehr als 24 Stunden zu spät")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="mailings")
    position = models.PositiveSmallIntegerField()
    name = models.SlugField(max_length=40)
    title = models.CharField(max_length=100)
    planned_for = models.DateTimeField()
    sender_name = models.CharField(max_length=120)
    sender_email = models.EmailField()
    returns_email = models.EmailField(blank=True, help_text="where bounces go; with a mark for each letter")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    audience_rule = models.JSONField(default=dict, help_text="`audience` in mailings.yaml, as read")
    picked = models.ManyToManyField(Case, related_name="picked_for", blank=True)
    per_minute = models.PositiveIntegerField(
        null=True, help_text="letters a minute; null: as fast as it goes"
    )
    per_domain = models.PositiveIntegerField(null=True, help_text="letters a minute to one receiving domain")
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="released_mailings")
    begun_at = models.DateTimeField(null=True, help_text="when its first letters were handed out")
    active_at = models.DateTimeField(null=True, help_text="when letters were last handed out")
    paused_at = models.DateTimeField(null=True)
    paused_because = models.CharField(max_length=10, choices=Pause, blank=True)
    resumed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    # What its run leaves on it, beside the reason of a pause:
    RUN = (
        "proposed_at", "proposed_by", "released_at", "released_by", "begun_at", "active_at",
        "paused_at", "resumed_at", "stopped_at",
    )  # fmt: skip

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering = ("survey", "position")
        permissions = (("release_mailing", "May let a mailing go"),)
        constraints = (
            models.UniqueConstraint(fields=("survey", "name"), name="mailing_once_in_a_survey"),
            models.CheckConstraint(
                condition=Q(paused_at=None, paused_because="")
                | (Q(paused_at__isnull=False) & ~Q(paused_because="")),
                name="a_pause_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    # --- who gets it ---

    @property
    def asks_for_answer(self) -> bool:
        """Whether it goes to offices that still owe an answer, as invitations and reminders do."""
        return bool(self.audience_rule.get("answer", "owed") == "owed")

    def meant(self) -> Q:
        """The cases that the rule of the mailing names, whatever became of them."""
        rule: dict[str, Any] = self.audience_rule
        meant = Q(variant__survey=self.survey_id)
        if kinds := rule.get("office_types"):
            meant &= Q(variant__code__in=kinds)
        if "wave1" in rule:
            meant &= Q(wave1=rule["wave1"])
        if "priority" in rule:
            meant &= Q(priority=rule["priority"])
        if rule.get("hand_picked"):
            meant &= Q(pk__in=self.picked.values("pk"))
        return meant

    def judged(self) -> CaseQuerySet:
        """All cases with `hindrance`: why a case gets no letter of this mailing now; "" if it gets one.

        A letter of this mailing that exists already is no hindrance here: it is what is being judged.
        """
        rule = self.audience_rule.get("answer", "owed")
        answers = {"owed": (ANSWERED, Hindrance.ANSWERED), "given": (~ANSWERED, Hindrance.NOT_ANSWERED)}
        reasons = [
            (~self.meant(), models.Value(Hindrance.NOT_MEANT)),
            (Q(refusal__in=REFUSING), F("refusal")),  # each is a hindrance of the same name
            *([(answers[rule][0], models.Value(answers[rule][1]))] if rule in answers else []),
            (Q(reach=Contact.Kind.UNDELIVERABLE), models.Value(Hindrance.UNDELIVERABLE)),
        ]
        whens = [models.When(condition, then=reason) for condition, reason in reasons]
        hindrance = models.Case(*whens, default=models.Value(""), output_field=models.CharField())
        judged = Case.objects.with_standing()
        return judged.annotate(hindrance=hindrance, absent_until=absence())  # type: ignore[no-redef]

    def hindrance_of(self, case: Case) -> str:
        """Why this case, one of `judged`, gets no letter now; "" if it does."""
        if self.asks_for_answer and self.survey.is_over:
            return Hindrance.OVER
        return case.hindrance

    def audience(self) -> CaseQuerySet:
        """The cases that this mailing would go to now and has no letter for yet."""
        if self.asks_for_answer and self.survey.is_over:
            return Case.objects.none()
        going = self.judged().filter(hindrance="")  # type: ignore[misc]  # annotated
        return going.exclude(letters__mailing=self)

    # --- letting it go ---

    def propose(self, user: User) -> bool:
        """Lay the mailing before the person who releases it; False if it is released already."""
        waiting = Mailing.objects.filter(pk=self.pk, released_at=None)
        proposed = waiting.update(proposed_at=self.survey.now(), proposed_by=user)
        self.refresh_from_db()
        return bool(proposed)

    def may_release(self, user: User | None) -> bool:
        """Whether this person may let the mailing go: a second one, unless the setting says otherwise."""
        alone = user is None or self.proposed_by_id in (None, user.pk)
        return not (alone and settings.RELEASE_NEEDS_SECOND_PERSON)

    @transaction.atomic
    def release(self, user: User | None = None) -> int:
        """Let the mailing go: one letter for every case of its audience; returns how many are new.

        The questionnaire is frozen from here on. Releasing again writes only to cases that came
        into the audience since. NeedsSecondPerson if the same person proposed it, or nobody did.
        """
        if self.stopped_at:
            return 0
        if not self.released_at and not self.may_release(user):
            raise NeedsSecondPerson
        waiting = Mailing.objects.filter(pk=self.pk, released_at=None)
        waiting.update(released_at=self.survey.now(), released_by=user)
        self.survey.freeze()
        written = self.write_letters()
        self.refresh_from_db()
        return written

    def write_letters(self) -> int:
        """One letter row for every case of the audience that has none; returns how many are new."""
        letters = [Letter(mailing=self, case=case) for case in self.audience().order_by("pk")]
        Letter.objects.bulk_create(letters, ignore_conflicts=True)
        return len(letters)

    # --- holding it up ---

    def pause(self, because: Pause) -> bool:
        """Hand out no more letters, and hand over none, until somebody resumes; whether it was running."""
        running = Mailing.objects.filter(
            pk=self.pk, paused_at=None, stopped_at=None, released_at__isnull=False
        )
        if not running.update(paused_at=self.survey.now(), paused_because=because):
            return False
        self.take_back(state=Letter.State.PLANNED, claim=None)
        return True

    def resume(self) -> bool:
        """Go on; failures and lateness before this moment do not count any more."""
        paused = Mailing.objects.filter(pk=self.pk, paused_at__isnull=False, stopped_at=None)
        return bool(paused.update(paused_at=None, paused_because="", resumed_at=self.survey.now()))

    @transaction.atomic
    def stop(self) -> bool:
        """End the mailing for good: what is not on its way is not sent any more."""
        now = self.survey.now()
        if not Mailing.objects.filter(pk=self.pk, released_at__isnull=False, stopped_at=None).update(
            stopped_at=now
        ):
            return False
        self.take_back(state=Letter.State.SUPPRESSED, hindrance=Hindrance.STOPPED, settled_at=now)
        return True

    @transaction.atomic
    def take_back(self, **changes: Any) -> None:
        """Change all letters that are not on their way; one that is being claimed just now is waited for.

        They are locked in the order in which workers claim them, or the two could wait for each other.
        """
        waiting = self.letters.filter(state__in=(Letter.State.PLANNED, Letter.State.CLAIMED))
        len(waiting.select_for_update(no_key=True).order_by("case").only("pk"))
        waiting.update(**changes)

    def pause_if_failing(self) -> None:
        """Pause when 5 % of the last 50 letters were refused or came back as undeliverable."""
        bounced = Contact.objects.filter(letter=OuterRef("pk"), kind=Contact.Kind.UNDELIVERABLE)
        settled = self.letters.filter(state__in=(Letter.State.SENT, Letter.State.FAILED))
        if resumed_at := Mailing.objects.values_list("resumed_at", flat=True).get(pk=self.pk):
            settled = settled.filter(settled_at__gt=resumed_at)
        settled = settled.annotate(bounced=Exists(bounced))  # type: ignore[no-redef]
        last = settled.order_by(F("settled_at").desc(), "-pk")[:LAST]
        failed = sum(letter.bounced or letter.state == Letter.State.FAILED for letter in last)
        if failed >= FAILING * LAST:
            self.pause(self.Pause.FAILURES)

    # --- handing it out ---

    @transaction.atomic
    def hand_out(self) -> list[int]:
        """Ids of letters that a worker is to be woken for now, as many as the rates allow.

        Each is handed out once in a while only, and no more than workers could take up meanwhile: behind a
        slow mail server no queue grows. Two beats at a time wait for each other. A mailing that has lain for
        more than a day, as in a restored backup, is paused instead.
        """
        mailing = Mailing.objects.select_for_update(of=("self",)).select_related("survey").get(pk=self.pk)
        now = mailing.survey.now()
        if not mailing.begun_at:
            mailing.write_letters()
        awaited = mailing.letters.awaited(since=timezone.now() - TICKET).count()
        waiting = mailing.waiting()[: max(0, AT_ONCE - awaited)]
        if waiting and mailing.is_late():
            mailing.pause(self.Pause.LATE)
            return []
        ids = mailing.within_rates(waiting)
        if ids:
            mailing.letters.filter(pk__in=ids).update(handed_out_at=timezone.now())
            Mailing.objects.filter(pk=self.pk).update(begun_at=mailing.begun_at or now, active_at=now)
        return ids

    def within_rates(self, waiting: models.QuerySet[Letter, tuple[int, str]]) -> list[int]:
        """The waiting letters that may go now, given those of the last minute."""
        limits = Limits(self.per_minute, self.per_domain)
        lately = self.letters.filter(handed_out_at__gte=timezone.now() - TICKET)
        return limits.chosen(waiting, lately.values_list("case__office__email", flat=True))

    def waiting(self) -> models.QuerySet[Letter, tuple[int, str]]:
        """(id, address) of letters that are due and that no worker was woken for lately."""
        now = self.survey.now()
        due = Q(next_try_at=None) | Q(next_try_at__lte=now)
        idle = Q(handed_out_at=None) | Q(handed_out_at__lt=timezone.now() - TICKET)
        letters = self.letters.filter(due, idle, state=Letter.State.PLANNED).order_by(
            F("next_try_at").asc(nulls_last=True), "pk"
        )
        return letters.values_list("pk", "case__office__email")

    def is_late(self) -> bool:
        """Whether letters should have gone out more than a day ago, and nothing has happened since."""
        yesterday = self.survey.now() - LATE
        signs_of_life = (self.planned_for, self.released_at, self.active_at, self.resumed_at)
        if any(moment and moment > yesterday for moment in signs_of_life):
            return False
        overdue = Q(next_try_at=None) | Q(next_try_at__lt=yesterday)
        return self.letters.filter(overdue, state=Letter.State.PLANNED).exists()

    def progress(self) -> dict[str, int]:
        """How many letters stand in each state; every state is named."""
        counted = dict(self.letters.values_list("state").annotate(Count("pk")).order_by())
        return {state.value: counted.get(state.value, 0) for state in Letter.State}


def absence() -> models.Subquery:
    """The end of a case's latest absence note."""
    notes = Contact.objects.certain().filter(case=OuterRef("pk"), kind=Contact.Kind.ABSENCE).order_by("-pk")
    return models.Subquery(notes.values("until")[:1])
