"""Category systems and codings, what a study's report shows, and who took data away."""

from django.conf import settings
from django.db import models

from surveys.models import Response, Survey


class CodeSystem(models.Model):
    """The codes for the answers to one or several open items."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="code_systems")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    root = models.CharField(max_length=200, blank=True)
    variables = models.JSONField(help_text="the open items that are coded with it")

    class Meta:
        ordering = ("survey", "position")
        constraints = (models.UniqueConstraint(fields=("survey", "title"), name="system_once_in_a_survey"),)

    def __str__(self) -> str:
        return self.title


class Code(models.Model):
    """One category of open answers; a subcode stands under another."""

    system = models.ForeignKey(CodeSystem, models.CASCADE, related_name="codes")
    position = models.PositiveSmallIntegerField()
    slug = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="subcodes")

    class Meta:
        ordering = ("system", "position")
        constraints = (models.UniqueConstraint(fields=("system", "slug"), name="code_once_in_a_system"),)

    def __str__(self) -> str:
        return self.label


class Coding(models.Model):
    """That an open answer names a category."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="codings")
    variable = models.CharField(max_length=64)
    code = models.ForeignKey(Code, models.PROTECT, related_name="codings")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("response", "variable", "code"), name="code_once_an_answer"),
        )

    def __str__(self) -> str:
        return f"{self.variable}: {self.code}"


class Report(models.Model):
    """The report/ of a study: which tables and figures its report shows, and what was published before."""

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="report")
    plan = models.JSONField(help_text="report.yaml as read")
    published = models.JSONField(null=True, help_text="published.yaml as read, if the study has one")

    def __str__(self) -> str:
        return f"report of {self.survey}"


class Download(models.Model):
    """Audit: who took which file of which survey, and when. Rows are only ever added."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="downloads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=100)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        permissions = (("download_returns", "May take coded data away"),)

    def __str__(self) -> str:
        return f"{self.filename} by {self.user}"
