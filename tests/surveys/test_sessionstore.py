"""Our shorter reading of sessions tells what Django's own tells."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as Own
from django.contrib.sessions.models import Session
from django.utils import timezone

from surveys.sessionstore import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    session = SessionStore()
    session["response"] = 7
    session.create()
    assert session.session_key
    return str(session.session_key)


def content(key: str) -> list[tuple[dict[str, object], str | None]]:
    """What both say is in the session, and under which key they would go on."""
    stores = SessionStore(key), Own(key)
    return [(dict(store.items()), store.session_key) for store in stores]


def test_a_session_holds_what_was_put_in(key: str) -> None:
    assert content(key) == [({"response": 7}, key)] * 2


@pytest.mark.parametrize("age", [timedelta(), timedelta(days=400)])
def test_a_session_that_has_ended_holds_nothing(key: str, age: timedelta) -> None:
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - age)
    assert content(key) == [({}, None)] * 2


@pytest.mark.parametrize("wrong", ["a" * 32, "' OR 1=1 --", "x"])
def test_a_key_that_nobody_was_given_opens_nothing(key: str, wrong: str) -> None:
    assert content(wrong) == [({}, None)] * 2


def test_a_session_that_somebody_wrote_into_holds_nothing(key: str) -> None:
    Session.objects.filter(pk=key).update(session_data="e30:forged")
    assert [held for held, _ in content(key)] == [{}, {}]
