"""The service's Celery application with the saboteur inside: `celery -A tests.kills.app worker`."""

from importlib import import_module

import django

from config.celery import app

__all__ = ["app"]

django.setup()
import_module("tests.kills.saboteur")
