"""Sentences of the report: what stands in their places is what was found."""

from collections.abc import Sequence

import pytest

from analysis.codebook import Category, Codebook
from analysis.placeholders import misplaced
from analysis.prose import filled
from analysis.reportfile import ReportFile
from analysis.results import Findings, find_all
from tests.analysis.builders import OFFICES_2019, RELEVANCE, cells, coded_item, item, returns

pytestmark = pytest.mark.once

CODES = (Category("netze", "Netze"), Category("foren", "Foren", "netze"), Category("geld", "Geld"))
VARIABLES = (
    item("v4", RELEVANCE, level="interval"),
    item("v8"),
    item("v9"),
    item("v7", level="nominal"),
    coded_item("o1", CODES),
)
SPEC = ReportFile.model_validate({"correlations": [{"figure": "Text", "of": ["v8", "v9"]}]})


def found(offices: Sequence[str], v4: Sequence[int], v8: Sequence[int] = ()) -> Findings:
    size = len(offices)
    columns: dict[str, Sequence[object]] = {
        "v4": v4,
        "v8": v8 or [3] * size,
        "v9": [1] * size,
        "v7": [1] * size,
    }
    columns |= {"o1": ["a"] * size, "o1__status": [0] * size}
    columns |= {"o1__netze": [1] * size, "o1__foren": [1] * size, "o1__geld": [1] + [0] * (size - 1)}
    return find_all(returns(offices, columns, VARIABLES, groups=OFFICES_2019), SPEC)


def text(of: str, findings: Findings) -> str:
    return filled(of, findings, "de")


def test_numbers_are_written_as_the_report_prints_them() -> None:
    # Abb. 3 and 4: 9,6 and 72,5 % with the value 10 for Sicherheit at Ordnung; Abb. 8: 70,6 % for Vertrauen
    security = found(["ordnung"] * 40, cells({10: 29, 9: 7, 8: 1, 7: 3}))
    assert text("{mean:v4@ordnung}; {share:v4=10@ordnung}", security) == "9,6; 72,5\xa0%"
    trust = found(["ordnung"] * 180, [1] * 180, cells({1: 1, 2: 14, 3: 127, 4: 38}))
    assert text("{share:v8=3} und {share_top2:v8} von {n:v8}", trust) == "70,6\xa0% und 91,7\xa0% von 180"


def test_returns_have_their_numbers() -> None:
    assert text("{n:returns} von {invited:returns}: {rate:returns}", found(["jugend"] * 186, [1] * 186)) == (
        "186 von 951: 20\xa0%"
    )


def test_the_highest_and_the_lowest_are_found_and_ties_as_printed_are_all_named() -> None:
    three = found(["ordnung", "jugend", "soziales"], [9, 9, 2])
    assert text("{highest:mean:v4}, {lowest:mean:v4}", three) == "Ordnung und Jugend (9,0), Soziales (2,0)"


def test_the_codes_named_most_are_those_that_are_not_divided_further() -> None:
    assert text("{most:count:o1}", found(["ordnung"] * 3, [1] * 3)) == "Foren (3) und Geld (1)"


def test_a_sentence_waits_until_all_its_numbers_are_known() -> None:
    waiting = found(["ordnung"], [-9])
    assert text("Im Mittel {mean:v4}.", waiting) == "Dazu liegen noch nicht genügend Antworten vor."
    assert text("{r:v8 x v9}", waiting) == "Dazu liegen noch nicht genügend Antworten vor."
    assert text("Ohne Zahl.", waiting) == "Ohne Zahl."


CODEBOOK = Codebook("probe", "Probe", OFFICES_2019, VARIABLES, 0, ())


@pytest.mark.parametrize(
    "place",
    ["mean:v4", "share:v7=1", "share:o1=geld@jugend", "share_top2:v8", "n:o1", "rate:returns@ordnung",
     "r:v8 x v9", "highest:mean:v4", "most:count:o1"],
)  # fmt: skip
def test_a_place_for_a_number_that_exists_is_sound(place: str) -> None:
    assert list(misplaced(f"Text {{{place}}}.", CODEBOOK, {"v8 x v9"})) == []


@pytest.mark.parametrize(
    "place",
    ["", "v4", "mean:v99", "mean:v7", "mean:v4@rathaus", "share:v8", "share:v8=7", "share_top2:v4",
     "most:count:v8", "mean:returns", "r:v4 x v8", "sum:v4"],
)  # fmt: skip
def test_a_place_for_a_number_that_does_not_exist_is_a_fault(place: str) -> None:
    (fault,) = misplaced(f"Text {{{place}}}.", CODEBOOK, {"v8 x v9"})
    assert f"{{{place}}}" in fault
