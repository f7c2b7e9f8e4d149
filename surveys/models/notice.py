"""Which privacy information respondents were shown."""

import hashlib
from datetime import datetime

from django.db import models

from surveys.models.survey import Survey


class PrivacyNotice(models.Model):
    """One wording of a survey's privacy information, kept as long as a response refers to it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="privacy_notices")
    version = models.CharField(max_length=12, help_text="the first digits of the text's SHA-256")
    text = models.TextField()

    shown_to: int  # what a queryset adds
    first_shown: datetime

    class Meta:
        constraints = (models.UniqueConstraint(fields=("survey", "version"), name="notice_once_in_a_survey"),)

    def __str__(self) -> str:
        return self.version

    @property
    def is_current(self) -> bool:
        """Whether the survey shows this wording now."""
        return self.version == version_now(self.survey)

    @classmethod
    def of(cls, survey: Survey) -> "PrivacyNotice":
        """The wording that the survey shows now, kept from now on."""
        text = {"text": survey.about["data_protection"]}
        return cls.objects.get_or_create(survey=survey, version=version_now(survey), defaults=text)[0]


def version_now(survey: Survey) -> str:
    """What the wording that the survey shows now is called."""
    text: str = survey.about["data_protection"]
    return hashlib.sha256(text.encode()).hexdigest()[:12]
