"""What tests of the form and of study folders share."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from surveys.instrument import Instrument, compiled
from tests.builders import SMALL_STUDY, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small study that may be broken."""
    return Path(shutil.copytree(SMALL_STUDY, tmp_path / "museums_2024"))


@pytest.fixture(scope="session")
def forms(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Mapping[str, Instrument]:
    """The compiled forms of the small study by kind; they need no database once they are made."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = {variant.code: compiled(variant) for variant in load(SMALL_STUDY).variants.all()}
        transaction.set_rollback(True)
    return made


@pytest.fixture
def museum(forms: Mapping[str, Instrument]) -> Instrument:
    return forms["museum"]


@pytest.fixture
def library(forms: Mapping[str, Instrument]) -> Instrument:
    return forms["library"]
