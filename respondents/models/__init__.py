"""Whom we ask, what we wrote to them, and what came back."""

from respondents.models.case import Case, Disposition
from respondents.models.contact import Contact
from respondents.models.letter import Hindrance, Letter
from respondents.models.mailing import Mailing, NeedsSecondPerson
from respondents.models.places import Municipality, Office
from respondents.models.returns import Return, places_reached, returns_by_variant
from respondents.models.standing import Stage, Standing

__all__ = [
    "Case",
    "Contact",
    "Disposition",
    "Hindrance",
    "Letter",
    "Mailing",
    "Municipality",
    "NeedsSecondPerson",
    "Office",
    "Return",
    "Stage",
    "Standing",
    "places_reached",
    "returns_by_variant",
]
