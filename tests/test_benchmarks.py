"""The benches are not run with the tests, but what they build must load."""

import pytest

from analysis.frame import read
from benchmarks.large import ITEMS, survey_of

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_the_large_survey_loads_and_its_returns_can_be_read() -> None:
    returns = read(survey_of(20))
    assert returns.frame.height == 20
    assert {f"q{number}" for number in range(ITEMS)} <= set(returns.frame.columns)
