"""Compiled forms are remembered by key and version, and a rolled-back test gives both away again."""

import pytest

from surveys.instrument import remembered


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test sees the forms of the one before."""
    remembered.cache_clear()
