"""Whom we ask and how we reach them."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.dispatch import receiver


class RespondentsConfig(AppConfig):
    """Whom we ask and how we reach them."""

    name = "respondents"


@receiver(connection_created)
def fold_umlauts(connection: Any, **_: Any) -> None:
    """SQLite's own LOWER knows the letters of ASCII only: a search for "überlingen" found no Überlingen."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("LOWER", 1, lowered, deterministic=True)


def lowered(text: str | None) -> str | None:
    return text if text is None else text.lower()
