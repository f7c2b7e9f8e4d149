"""Every kind of table and figure, with ordinary data and with the data of a survey that goes badly."""

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

import pytest

from analysis import style
from analysis.codebook import Category, Returns
from analysis.report import KINDS
from analysis.reportfile import Plan, ReportFile
from analysis.results import find_all
from analysis.tables import Exhibit
from tests.analysis.builders import OFFICES_2019, RELEVANCE, RETURNED_2019, cells, coded_item, item, returns

pytestmark = pytest.mark.once

CODES = (
    Category("netze", "Netze"),
    Category("foren", "Stadtteilforen", "netze"),
    Category("raete", "Räte", "netze"),
    Category("personal", "Personal"),
)
VARIABLES = (
    item("v1", short="Vertrauen"),
    item("v2", short="Maßnahmen"),
    coded_item("o1", CODES, short="Gründe"),
)
CODED = ("typology", "codes_by_office")
SINGLE = ("boxes_by_office", "stacked_bars_by_office", "columns", "cross_table")
WITHOUT = ("return_rates", "returns_by", "correlations")
OF_ANSWERS = [kind for kind in KINDS if kind not in WITHOUT]
DRAWN = [
    kind for kind in OF_ANSWERS if kind not in ("codes_by_office", "cross_table", "differences", "clusters")
]


def plan_of(kind: str, **options: object) -> Plan:
    names = ["o1"] if kind in CODED else ["v1"] if kind in SINGLE else [] if kind in WITHOUT else ["v1", "v2"]
    by = {"by": "size_class"} if kind in ("cross_table", "returns_by") else {}
    return Plan.model_validate(
        {"label": "Abb. 1", "kind": kind, "title": "Titel", "variables": names, **by, **options}
    )


def wave(answers: Sequence[int], coded: Sequence[int] = (), offices: Sequence[str] | None = None) -> Returns:
    """Returns with the same answer to both items; a coded answer of each, or none."""
    codes = list(coded) or [1 if each > 0 else each for each in answers]
    columns: dict[str, list[object]] = {"v1": [*answers], "v2": [*answers]}
    columns["o1"] = ["Text" if each >= 0 else None for each in codes]
    columns["o1__status"] = [min(each, 0) for each in codes]
    columns |= {f"o1__{category.slug}": [*codes] for category in CODES}
    places = offices or [office for office, count in RETURNED_2019.items() for _ in range(count)]
    return returns(places[: len(answers)], columns, VARIABLES, groups=OFFICES_2019)


def exhibit(kind: str, of: Returns, **options: object) -> Exhibit:
    plan = plan_of(kind, **options)
    spec = ReportFile.model_validate(
        {"exhibits": [plan], "correlations": [{"figure": "Text", "of": ["v1", "v2"]}]}
    )
    return KINDS[plan.kind](plan, find_all(of, spec), "de")


def words(drawn: Exhibit) -> list[str]:
    drawing = ElementTree.fromstring(drawn.svg or "<svg/>")  # noqa: S314 - drawn by us
    return [text.text or "" for text in drawing.iter(f"{{{style.SVG}}}text")]


ORDINARY = cells({1: 40, 2: 46, 3: 60, 4: 40})


@pytest.mark.parametrize("kind", DRAWN)
def test_every_figure_is_drawn_told_and_tabulated_with_its_base(kind: str) -> None:
    drawn = exhibit(kind, wave(ORDINARY))
    assert drawn.svg
    assert "n = 186" in drawn.note
    assert len(drawn.alt) > 60
    assert drawn.table.rows
    assert {len(row) for row in drawn.table.rows} == {len(drawn.table.header)}


@pytest.mark.parametrize("kind", DRAWN)
def test_every_figure_can_stand_in_a_strict_page_and_has_german_numbers(kind: str) -> None:
    drawn = exhibit(kind, wave(ORDINARY))
    assert not re.search(r"<style|<script|<metadata|\sid=|\sstyle=|href", drawn.svg or "")
    assert not [word for word in words(drawn) if re.search(r"\d\.\d", word)]


@pytest.mark.parametrize("kind", KINDS)
def test_before_the_first_return_every_kind_says_so(kind: str) -> None:
    empty = exhibit(kind, wave([]))
    assert empty.svg is None
    assert "Bisher ist kein Fragebogen eingegangen." in empty.note


@pytest.mark.parametrize("kind", OF_ANSWERS)
@pytest.mark.parametrize("missing", [[-9, -9], [-8, -9, -10, -11, -12]])
def test_items_that_nobody_answered_have_a_sentence_instead(kind: str, missing: list[int]) -> None:
    silent = exhibit(kind, wave(missing))
    assert silent.svg is None
    assert silent.note == silent.alt == "Bisher liegt keine Antwort auf diese Fragen vor."


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "answers",
    [[4], [3, 3, 3, 3, 3, 3], [1, -9, -9, -9], [2, 3]],
    ids=["one", "equal", "mostly missing", "two"],
)
def test_every_kind_stands_with_few_or_equal_answers(kind: str, answers: list[int]) -> None:
    scarce = exhibit(kind, wave(answers, offices=["integration", "ordnung", "jugend"] * 2))
    assert scarce.table.rows or kind == "clusters"
    assert (scarce.svg is not None) == (kind in DRAWN)
    assert not re.search(r"\bnan\b", f"{scarce.table} {scarce.note} {scarce.alt}", re.IGNORECASE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_office_without_returns_breaks_nothing(kind: str) -> None:
    partial = exhibit(
        kind, wave([1, 2, 3, 4, 4], offices=["ordnung", "ordnung", "soziales", "jugend", "jugend"])
    )
    if kind in ("means_by_office", "boxes_by_office", "stacked_bars_by_office"):
        assert words(partial).count("keine Antwort") == 2
    if kind in ("profile_lines", "lines_by_office", "radar"):
        assert "keine Antwort" in partial.alt


@pytest.mark.parametrize("kind", DRAWN)
def test_every_label_stays_on_the_sheet(kind: str) -> None:
    drawn = exhibit(kind, wave(ORDINARY))
    for text in ElementTree.fromstring(drawn.svg or "").iter(f"{{{style.SVG}}}text"):  # noqa: S314
        left = float(text.get("x") or re.findall(r"[-\d.]+", text.get("transform") or "0")[0])
        anchor = text.get("text-anchor", "start")
        width = style.width_of(text.text or "", style.VALUE)
        begin = left - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        assert -2 <= begin <= begin + width * 0.9 <= style.WIDTH + 2, text.text


def table(kind: str, of: Returns, **options: object) -> Mapping[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in exhibit(kind, of, **options).table.rows}


def test_boxes_name_quartiles_and_outliers_of_2019() -> None:
    # The report prints the median 10, the box 9-10 and three 7s for Sicherheit at Ordnung (Abb. 4).
    rated = item("v1", RELEVANCE, level="interval")
    security = returns(
        ["ordnung"] * 40, {"v1": cells({10: 29, 9: 7, 8: 1, 7: 3})}, [rated], groups=OFFICES_2019
    )
    plan = plan_of("boxes_by_office")
    drawn = KINDS[plan.kind](plan, find_all(security, ReportFile(exhibits=(plan,))), "de")
    assert drawn.table.rows[0] == ("Ordnung", "40", "10,00", "9,00", "10,00", "8", "10", "3-mal 7")
    assert "3×" in words(drawn)


def test_a_typology_ranks_what_is_not_divided_further() -> None:
    named = exhibit("typology", wave(ORDINARY), ranks=True, root="Wurzel")
    assert "Wurzel" in words(named)
    assert words(named).count("1.") == 3  # all were named equally often
    assert named.table.rows[1][0] == "\N{EM SPACE}Stadtteilforen"
    assert named.table.rows[1][2:] == ("100,0", "50,0")  # of all offices, of the namings of its level


def test_columns_print_the_shares_of_2019_and_keep_an_empty_step() -> None:
    # Abb. 8: 7,8, 70,6 and 21,1 % for n = 180; here the first step is empty.
    drawn = exhibit("columns", wave(cells({2: 14, 3: 127, 4: 39})))
    assert {"0,0", "7,8", "70,6", "21,7", "trifft gar nicht zu"} <= set(words(drawn))


def test_a_cross_table_has_shares_by_size_and_its_test() -> None:
    crossed = exhibit("cross_table", wave([1, 2, 3] * 40))
    rows = {row[0]: row[1:] for row in crossed.table.rows}
    assert rows["50.000 bis unter 100.000"] == ("40", "100,0", "0,0", "0,0", "0,0")
    assert rows["Gesamt"] == ("120", "33,3", "33,3", "33,3", "0,0")
    assert "Chi² = 240,0, df = 4, p = <\N{NO-BREAK SPACE}0,001; Cramérs V = 1,00; n = 120" in crossed.note


def test_codes_by_office_are_ordered_by_rank_if_asked() -> None:
    rows = exhibit("codes_by_office", wave(ORDINARY), ranks=True).table.rows
    assert rows[0][:2] == ("mit Antwort", "47")
    assert [row[0].split(".")[0] for row in rows[1:]] == ["1", "1", "1", "1"]


def test_correlations_stand_beside_each_other() -> None:
    ((pair, *numbers),) = exhibit("correlations", wave(ORDINARY)).table.rows
    assert pair == "Vertrauen × Maßnahmen"
    assert numbers == ["186", "1,00**", "<\N{NO-BREAK SPACE}0,001", "1,00", "1,00"]


def test_returns_by_state_count_all_returns() -> None:
    rows = table("returns_by", wave(ORDINARY), by="state")
    assert (rows["BY"][-2:], rows["NW"][-2:]) == (("93", "50,0"), ("93", "50,0"))
