"""The questionnaire as rows: pages of questions of items, their scales, and the rules between them."""

from django.db import models
from django.db.models import Q

from surveys.models.survey import Survey, Variant


class Scale(models.Model):
    """A set of codes with their labels, shared by items."""

    class Level(models.TextChoices):
        NOMINAL = "nominal"
        ORDINAL = "ordinal"
        INTERVAL = "interval"

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="scales")
    code = models.SlugField(max_length=40)
    level = models.CharField(max_length=10, choices=Level)
    low_pole = models.CharField(max_length=200, blank=True)
    high_pole = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("survey", "code"), name="scale_once_in_a_survey"),)

    def __str__(self) -> str:
        return self.code


class ScalePoint(models.Model):
    """One code of a scale; a negative code is a way of not answering."""

    scale = models.ForeignKey(Scale, models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField()
    code = models.SmallIntegerField()
    label = models.CharField(max_length=300)

    class Meta:
        ordering = ("scale", "position")
        constraints = (models.UniqueConstraint(fields=("scale", "code"), name="code_once_in_a_scale"),)

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Page(models.Model):
    """What a respondent sees at once."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="pages")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)

    class Meta:
        ordering = ("survey", "position")
        constraints = (models.UniqueConstraint(fields=("survey", "code"), name="page_once_in_a_survey"),)

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """A stem and the items below it; a single item may do without a stem."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    text = models.TextField(blank=True)
    help = models.TextField(blank=True)

    class Meta:
        ordering = ("page", "position")

    def __str__(self) -> str:
        return self.code


class Item(models.Model):
    """One variable: what is asked and which answers it takes."""

    class Kind(models.TextChoices):
        CHOICE = "choice"
        MULTIPLE = "multiple"
        NUMBER = "number"
        DATE = "date"
        TEXT = "text"

    question = models.ForeignKey(Question, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    variable = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    short = models.CharField(max_length=100)
    scale = models.ForeignKey(Scale, models.PROTECT, null=True)
    lines = models.PositiveSmallIntegerField(null=True)
    max_length = models.PositiveIntegerField(null=True)
    minimum = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    decimals = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("question", "position")
        constraints = (
            models.CheckConstraint(
                condition=Q(scale=None) ^ Q(kind__in=("choice", "multiple")),
                name="closed_items_have_a_scale",
            ),
        )

    def __str__(self) -> str:
        return self.variable


class Rule(models.Model):
    """Where a question or item is not the same for all: a filter, a restriction or another wording."""

    class Kind(models.TextChoices):
        ASKED_IF = "asked_if", "asked only after certain answers"
        ONLY_FOR = "only_for", "asked only in one variant (several rows: in these)"
        WORDING = "wording", "worded otherwise in one variant"

    kind = models.CharField(max_length=10, choices=Kind)
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="rules")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="rules")
    variant = models.ForeignKey(Variant, models.CASCADE, null=True, related_name="rules")
    depends_on = models.ForeignKey(Item, models.CASCADE, null=True, related_name="followed_by")
    codes = models.JSONField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(question=None) ^ Q(item=None), name="rule_governs_one_thing"),
            models.CheckConstraint(
                condition=Q(kind="asked_if", depends_on__isnull=False, codes__isnull=False, variant=None)
                | Q(kind="only_for", depends_on=None, codes=None, variant__isnull=False)
                | Q(kind="wording", depends_on=None, codes=None, variant__isnull=False),
                name="rule_has_what_its_kind_needs",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.question or self.item}"
