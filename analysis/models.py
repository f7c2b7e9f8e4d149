"""What a study's report shows, and who took data away."""

from django.conf import settings
from django.db import models

from surveys.models import Survey


class Report(models.Model):
    """The report.yaml of a study: which tables and figures its report shows."""

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="report")
    plan = models.JSONField()

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
        permissions = (("download_returns", "May take coded data away"), ("see_desk", "May see the desk"))

    def __str__(self) -> str:
        return f"{self.filename} by {self.user}"
