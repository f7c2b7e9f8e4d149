"""What tests of the field phase share: a real mail server of our own, and a clock that can be put forward."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from respondents.models import Letter, Mailing
from surveys.models import Survey
from tests.respondents.sink import Sink

Wait = Callable[[timedelta], None]


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[Sink]:
    """A mail server that takes our letters, or refuses them as it is told."""
    with Sink() as server:
        settings.EMAIL_BACKEND = "respondents.line.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Let time pass, for the whole process."""
    real = timezone.now
    passed = [timedelta()]

    def go_on(span: timedelta) -> None:
        passed[0] += span

    monkeypatch.setattr(timezone, "now", lambda: real() + passed[0])
    return go_on


@pytest.fixture
def mailing(survey: Survey) -> Mailing:
    """A released mailing whose time has come, with a letter to every office."""
    wave = survey.mailings.get(name="invitation")
    wave.release()
    return wave


@pytest.fixture
def letter(mailing: Mailing) -> Letter:
    """One letter that is due."""
    return mailing.letters.select_related("mailing__survey", "case__variant__survey").order_by("pk")[0]
