"""Groups that try the questionnaire and say what they think of it."""

import hmac

from django.conf import settings
from django.db import models

from surveys.models.survey import Survey


class PretestGroup(models.Model):
    """People who try the form over one common link; their responses belong to no case and enter no frame."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="pretest_groups")
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("survey", "name")
        constraints = (
            models.UniqueConstraint(fields=("survey", "name"), name="pretest_group_once_in_a_survey"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def token(self) -> str:
        """The secret in the group's link; it can be made only with LINK_SECRET."""
        digest = hmac.digest(settings.LINK_SECRET.encode(), f"pretest {self.pk}".encode(), "sha256")
        return f"{self.pk}-{digest[:12].hex()}"
