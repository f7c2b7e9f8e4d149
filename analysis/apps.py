"""From answers to report."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """From answers to report."""

    name = "analysis"
