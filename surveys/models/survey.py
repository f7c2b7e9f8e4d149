"""One wave of a study and the forms in which it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone, translation


class Survey(models.Model):
    """One wave: what is asked, by whom, and from when to when."""

    name = models.SlugField(unique=True)
    title = models.CharField(max_length=300)
    short_title = models.CharField(max_length=100)
    language = models.CharField(max_length=5)
    time_zone = models.CharField(max_length=50)
    field_start = models.DateField()
    field_end = models.DateField(help_text="the last day on which answers are taken")
    about = models.JSONField(help_text="survey.yaml as read: institute, purpose, data protection")
    version = models.PositiveIntegerField(default=0, help_text="raised by each change of the questionnaire")
    fielded_at = models.DateTimeField(null=True, help_text="from then on the questionnaire is frozen")
    clock_offset = models.DurationField(
        default=timedelta(),
        help_text="how far this survey's clock is from the real one; not zero only in rehearsals",
    )

    class Meta:
        ordering = ("-field_start", "name")
        permissions = (
            ("see_desk", "May see the desk"),
            ("run_pretest", "May open, read, close and delete a pretest"),
            ("delete_paradata", "May delete the paradata of a survey"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(field_end__gte=models.F("field_start")), name="field_phase_has_an_end"
            ),
        )

    def __str__(self) -> str:
        return self.short_title

    def now(self) -> datetime:
        """The time by this survey's clock, in its time zone."""
        return (timezone.now() + self.clock_offset).astimezone(ZoneInfo(self.time_zone))

    def today(self) -> date:
        """The day by this survey's clock."""
        return self.now().date()

    @contextmanager
    def in_its_tongue(self) -> Iterator[None]:
        """Texts, dates and times inside are in this survey's language and time zone."""
        with translation.override(self.language), timezone.override(ZoneInfo(self.time_zone)):
            yield

    @property
    def has_begun(self) -> bool:
        return self.field_start <= self.today()

    @property
    def is_over(self) -> bool:
        return self.field_end < self.today()

    @property
    def takes_answers(self) -> bool:
        """Whether the field phase is on."""
        return self.has_begun and not self.is_over

    @property
    def rehearsal(self) -> datetime | None:
        """The time of a clock that was set for a rehearsal; None in earnest."""
        return self.now() if self.clock_offset else None

    def set_clock(self, moment: datetime | None) -> None:
        """Let this survey's clock stand at `moment` and run on from there; None is the real time."""
        self.clock_offset = moment - timezone.now() if moment else timedelta()
        self.save(update_fields=["clock_offset"])

    def freeze(self) -> None:
        """Mark the questionnaire as fielded: from now on it cannot be changed."""
        if self.fielded_at is None:
            Survey.objects.filter(pk=self.pk, fielded_at=None).update(fielded_at=self.now())


class Variant(models.Model):
    """The form for one kind of office."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="variants")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    label = models.CharField(max_length=60)
    terms = models.JSONField(help_text="what {placeholders} say in this variant")

    class Meta:
        ordering = ("survey", "position")
        constraints = (models.UniqueConstraint(fields=("survey", "code"), name="variant_once_in_a_survey"),)

    def __str__(self) -> str:
        return self.title
