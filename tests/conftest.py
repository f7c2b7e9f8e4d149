"""Shared by all tests: every test has its own place for files, and staff log in the short way."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpRequest
from django.template import Template
from django.test.signals import template_rendered
from hypothesis import settings as hypothesis_settings

from respondents.line import hang_up
from surveys import copies, sheets
from surveys.blueprint import blueprint_of
from surveys.instrument import remembered
from tests import builders

hypothesis_settings.register_profile("untimed", deadline=None)  # machines are noisy
hypothesis_settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def own_place(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    """No test writes letters or files where another one, or a demo, would find them."""
    settings.EMAIL_BACKEND = "respondents.outbox.FileBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.VAR_DIR = tmp_path  # where printing takes turns
    settings.RELEASE_NEEDS_SECOND_PERSON = False  # but where a test is about it
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slowness is no use here
    yield
    hang_up()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test sees the forms of the one before: a test that is rolled back gives their keys away again."""
    remembered.cache_clear()
    copies.remembered.cache_clear()
    sheets.laid_out.cache_clear()


@pytest.fixture(autouse=True)
def contexts_of_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test client hands out what a reply was filled in with, not what its blueprint was made of."""

    def unnoticed(template_name: str, content: Mapping[str, Any], address: HttpRequest) -> Template:
        listeners, template_rendered.receivers = template_rendered.receivers, []
        template_rendered.sender_receivers_cache.clear()
        try:
            return blueprint_of(template_name, content, address)
        finally:
            template_rendered.receivers = listeners
            template_rendered.sender_receivers_cache.clear()

    monkeypatch.setattr(sheets, "blueprint_of", unnoticed)


@pytest.fixture
def survey(db: None) -> "builders.Survey":
    """A survey in the field, with two variants and one office of each kind in one place."""
    return builders.survey_in_field()
