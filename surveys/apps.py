"""The instrument and filling it in."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """The instrument and filling it in."""

    name = "surveys"
