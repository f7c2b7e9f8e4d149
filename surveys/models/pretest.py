"""Groups that try the questionnaire and say what they think of it."""

import hmac
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from surveys.models.survey import Survey, Variant

if TYPE_CHECKING:
    from surveys.models.response import Response


class PretestGroupQuerySet(models.QuerySet["PretestGroup"]):
    """Pretest groups by their link."""

    def behind(self, token: str) -> "PretestGroup | None":
        """The group that this link belongs to, if any."""
        number = token.partition("-")[0]
        group = self.filter(pk=int(number)).select_related("survey").first() if is_number(number) else None
        return group if group and hmac.compare_digest(group.token.encode(), token.encode()) else None


class PretestGroup(models.Model):
    """People who try the form over one common link; their responses belong to no case and enter no frame."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="pretest_groups")
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    objects = PretestGroupQuerySet.as_manager()

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

    @property
    def link(self) -> str:
        """The address that the group shares."""
        return settings.BASE_URL + reverse("surveys:pretest", args=[self.token])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def close(self) -> None:
        """Take no further tries and no further answers; what was said can still be read."""
        PretestGroup.objects.filter(pk=self.pk, closed_at=None).update(closed_at=timezone.now())
        self.refresh_from_db(fields=["closed_at"])

    def reopen(self) -> None:
        """Take tries and answers again, over the same link."""
        self.closed_at = None
        self.save(update_fields=["closed_at"])

    def begin(self, variant: Variant) -> "Response":
        """A new try of this variant. The questionnaire stays free to be changed."""
        return self.responses.create(variant=variant, started_at=self.survey.now())


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
