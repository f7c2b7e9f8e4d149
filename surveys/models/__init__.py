"""The instrument and the responses to it."""

from surveys.models.instrument import Item, Page, Question, Rule, Scale, ScalePoint
from surveys.models.response import AlreadySubmitted, FieldPhaseOver, Response
from surveys.models.survey import Survey, Variant

__all__ = [
    "AlreadySubmitted",
    "FieldPhaseOver",
    "Item",
    "Page",
    "Question",
    "Response",
    "Rule",
    "Scale",
    "ScalePoint",
    "Survey",
    "Variant",
]
