"""The return: who was asked and who has answered, by kind of office."""

from dataclasses import dataclass

from django.db.models import Count

from respondents.models.case import ANSWERED, Case, answered
from surveys.models import Survey


@dataclass(frozen=True)
class Return:
    """How many of the invited have answered."""

    label: str
    invited: int
    returned: int
    is_total: bool = False

    @property
    def rate(self) -> float | None:
        """Share of the invited in [0, 1]; None if nobody was invited."""
        return self.returned / self.invited if self.invited else None


def returns_by_variant(survey: Survey) -> list[Return]:
    """One row a variant, then the total."""
    counted = survey.variants.annotate(
        invited=Count("cases"), returned=Count("cases", filter=answered("cases__"))
    )
    rows = [Return(variant.label, variant.invited, variant.returned) for variant in counted]
    total = Return("", sum(r.invited for r in rows), sum(r.returned for r in rows), is_total=True)
    return [*rows, total]


def places_reached(survey: Survey) -> Return:
    """Municipalities with at least one return, out of all that were invited."""
    counted = Case.objects.of(survey).aggregate(
        invited=Count("office__municipality", distinct=True),
        returned=Count("office__municipality", distinct=True, filter=ANSWERED),
    )
    return Return("", counted["invited"], counted["returned"])
