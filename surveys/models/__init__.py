"""The instrument and the responses to it."""

from surveys.models.instrument import Item, Page, Question, Rule, Scale, ScalePoint
from surveys.models.notice import PrivacyNotice
from surveys.models.pretest import PretestGroup
from surveys.models.response import (
    AlreadySubmitted,
    ChangedMeanwhile,
    EarlierSubmission,
    FieldPhaseOver,
    Response,
)
from surveys.models.survey import Survey, Variant

__all__ = [
    "AlreadySubmitted",
    "ChangedMeanwhile",
    "EarlierSubmission",
    "FieldPhaseOver",
    "Item",
    "Page",
    "PretestGroup",
    "PrivacyNotice",
    "Question",
    "Response",
    "Rule",
    "Scale",
    "ScalePoint",
    "Survey",
    "Variant",
]
