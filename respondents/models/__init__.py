"""Whom we ask and what we wrote to them."""

from respondents.models.case import Case
from respondents.models.mailing import Letter, Mailing
from respondents.models.places import Municipality, Office
from respondents.models.returns import Return, places_reached, returns_by_variant

__all__ = [
    "Case",
    "Letter",
    "Mailing",
    "Municipality",
    "Office",
    "Return",
    "places_reached",
    "returns_by_variant",
]
