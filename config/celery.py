"""The Celery application: workers deliver letters, the beat wakes what is due."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ruecklauf")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
