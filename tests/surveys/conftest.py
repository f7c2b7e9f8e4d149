"""What tests of the form and of study folders share."""

import shutil
from pathlib import Path

import pytest

from surveys.instrument import remembered
from tests.builders import SMALL_STUDY


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test sees the forms of the one before: a test that is rolled back gives their keys away again."""
    remembered.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small study that may be broken."""
    return Path(shutil.copytree(SMALL_STUDY, tmp_path / "museums_2024"))
