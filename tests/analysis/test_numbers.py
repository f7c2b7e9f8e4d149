from datetime import date

import pytest

from analysis.numbers import day, enumerated, p_value, percent, points, rate, written
from analysis.phrases import PHRASES

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "printed"),
    [(9.55, "9,6"), (9.549, "9,5"), (2.25, "2,3"), (2.35, "2,4"), (0, "0,0"), (1234.0, "1.234,0")],
)
def test_ties_are_rounded_up_as_the_printed_report_does(value: float, printed: str) -> None:
    assert written(value, "de", decimals=1) == printed


@pytest.mark.parametrize(
    ("share", "printed"), [(127 / 180, "70,6"), (1 / 180, "0,6"), (0.0625, "6,3"), (1, "100,0")]
)
def test_shares_are_printed_as_per_cent(share: float, printed: str) -> None:
    assert percent(share, "de", decimals=1) == printed


@pytest.mark.parametrize("share", [0.125, 0.565, 0.145, 186 / 951, 0.0, 1.0])
def test_a_difference_is_one_of_the_printed_rates(share: float) -> None:
    assert str(points(share)) == percent(share, "de")


def test_english_numbers_have_points() -> None:
    assert written(1234.5, "en", decimals=1) == "1,234.5"


@pytest.mark.parametrize(
    ("share", "printed"),
    [(186 / 951, "20\xa0%"), (0.0, "0\xa0%"), (1 / 951, "unter 1\xa0%"), (0.005, "1\xa0%")],
)
def test_a_rate_that_is_not_nothing_is_never_printed_as_nothing(share: float, printed: str) -> None:
    assert rate(share, "de") == printed


@pytest.mark.parametrize(
    ("p", "printed"), [(0.0004, "<\xa00,001"), (0.001, "0,001"), (0.0345, "0,035"), (1.0, "1,000")]
)
def test_p_values_have_three_decimals_and_are_never_nought(p: float, printed: str) -> None:
    assert p_value(p, "de") == printed


def test_dates_and_lists_read_as_german() -> None:
    assert day(date(2019, 11, 4), "de") == "4. November 2019"
    assert enumerated(["Ordnung", "Jugend", "Soziales"], "de") == "Ordnung, Jugend und Soziales"


def test_both_languages_have_the_same_phrases() -> None:
    assert PHRASES["de"].keys() == PHRASES["en"].keys()
