"""Whom we ask and how we reach them."""

from django.apps import AppConfig


class RespondentsConfig(AppConfig):
    """Whom we ask and how we reach them."""

    name = "respondents"
