"""Drawings are read back as XML: what a figure says must be what was found."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from analysis import figures, style, tables
from analysis.codebook import Returns, Value
from analysis.reportfile import ReportFile
from analysis.results import find_all
from analysis.tables import Exhibit
from tests.analysis.builders import OFFICES_2019, RELEVANCE, RETURNED_2019, cells, item, returns

pytestmark = pytest.mark.once

SPEC = ReportFile.model_validate(
    {
        "exhibits": [
            {"label": "Tab. 1", "kind": "return_rates", "title": "Rücklauf"},
            {"label": "Abb. 3", "kind": "means_by_office", "title": "Bedeutung", "variables": ["v4", "w4"]},
            {"label": "Abb. 8", "kind": "stacked_bars", "title": "Zusammenarbeit", "variables": ["v8", "w8"]},
        ]
    }
)
VARIABLES = (
    item("v4", RELEVANCE, level="interval", short="Sicherheit"),
    item("w4", RELEVANCE, level="interval", short="Vielfalt"),
    item("v8", short="Es herrscht Vertrauen."),
    item("w8", short="Es wird entschieden."),
)


def some(**columns: list[int]) -> Returns:
    """Returns of Ordnung, then of Jugend, with an ordinary answer to what the test leaves open."""
    size = len(next(iter(columns.values())))
    ordinary = {"v4": [7] * size, "w4": [5] * size, "v8": [3] * size, "w8": [2] * size}
    offices = ["ordnung"] * (size - size // 2) + ["jugend"] * (size // 2)
    return returns(offices, {**ordinary, **columns}, VARIABLES)


def means(of: Returns, language: str = "de") -> Exhibit:
    return figures.means_by_office(SPEC.exhibits[1], find_all(of, SPEC), language)


def bars(of: Returns, language: str = "de") -> Exhibit:
    return figures.stacked_bars(SPEC.exhibits[2], find_all(of, SPEC), language)


def words(exhibit: Exhibit) -> list[str]:
    assert exhibit.svg is not None
    drawing = ElementTree.fromstring(exhibit.svg)  # noqa: S314 - drawn by us
    return [text.text or "" for text in drawing.iter(f"{{{style.SVG}}}text")]


def colours(exhibit: Exhibit) -> list[str]:
    assert exhibit.svg is not None
    return re.findall(r'fill="(#\w+)"', exhibit.svg)


def test_table_1_prints_the_rates_of_2019() -> None:
    offices = [office for office, count in RETURNED_2019.items() for _ in range(count)]
    findings = find_all(returns(offices, {}, (), groups=OFFICES_2019), ReportFile())
    table = tables.return_rates(SPEC.exhibits[0], findings, "de").table
    assert [row[1:] for row in table.rows] == [
        ("206", "47", "23\xa0%"),
        ("206", "30", "15\xa0%"),
        ("170", "32", "19\xa0%"),
        ("187", "29", "16\xa0%"),
        ("182", "48", "26\xa0%"),
        ("951", "186", "20\xa0%"),
    ]


def test_bars_are_labelled_with_the_shares_printed_in_2019() -> None:
    trust = bars(some(v8=cells({1: 1, 2: 14, 3: 127, 4: 38})))
    assert [label for label in words(trust) if label in ("0,6", "7,8", "70,6", "21,1")] == [
        "7,8",
        "70,6",
        "21,1",
        "0,6",
    ]
    assert "n = 180" in words(trust)


def test_an_empty_step_keeps_its_name_its_colour_and_its_place() -> None:
    full, gap = bars(some(v8=[1, 2, 3, 4])), bars(some(v8=[1, 1, 3, 4]))
    assert "trifft eher nicht zu" in words(gap)
    assert colours(gap)[:4] == colours(full)[:4] == style.shades(4)
    assert gap.table.rows[0] == ("Es herrscht Vertrauen.", "4", "50,0", "0,0", "25,0", "25,0", "50,0", "50,0")


def test_an_item_that_nobody_answered_says_so_beside_the_others() -> None:
    exhibit = bars(some(v8=[-9, -9], w8=[1, 4]))
    assert "keine Antwort" in words(exhibit)
    assert "Es herrscht Vertrauen (n = 0): keine Antwort." in exhibit.alt


def test_means_are_written_at_their_marks_as_printed_in_2019() -> None:
    exhibit = means(some(v4=cells({10: 29, 9: 7, 8: 1, 7: 3}) + [-9] * 40))
    assert "9,6" in words(exhibit)
    assert "Sicherheit: Ordnung 9,6; Jugend keine Antwort; Gesamt 9,6." in exhibit.alt


def test_a_kind_of_office_without_returns_keeps_its_row() -> None:
    alone = returns(["ordnung"], {"v4": [7], "w4": [5], "v8": [3], "w8": [2]}, VARIABLES)
    assert {"Ordnung", "Jugend", "Gesamt", "keine Antwort"} <= set(words(means(alone)))


@pytest.mark.parametrize("answers", [[4], [4, 4, 4, 4]])
def test_one_return_or_equal_answers_make_one_full_bar(answers: list[int]) -> None:
    assert "100,0" in words(bars(some(v8=answers)))


@pytest.mark.parametrize("draw", [means, bars])
def test_without_any_return_there_is_a_sentence_and_no_drawing(draw: Callable[[Returns], Exhibit]) -> None:
    empty = returns([], {variable.name: [] for variable in VARIABLES}, VARIABLES)
    exhibit = draw(empty)
    assert exhibit.svg is None
    assert exhibit.note == exhibit.alt == "Bisher ist kein Fragebogen eingegangen."


def test_questions_that_nobody_answered_have_a_sentence_and_no_drawing() -> None:
    exhibit = bars(some(v8=[-9, -9], w8=[-10, -10]))
    assert (exhibit.svg, exhibit.note) == (None, "Bisher liegt keine Antwort auf diese Fragen vor.")


def test_the_base_stands_under_each_figure() -> None:
    assert "n = 2 bis 4." in bars(some(v8=[1, 2, -9, -9])).note
    assert "n = 4." in means(some(v4=[1, 2, 3, 4])).note


def test_the_same_numbers_are_the_same_drawing_to_the_byte() -> None:
    assert bars(some(v8=[1, 2, 3])).svg == bars(some(v8=[1, 2, 3])).svg


def test_a_drawing_can_stand_in_a_strict_page_beside_others() -> None:
    svg = means(some(v4=[1, 2])).svg or ""
    assert svg.startswith("<svg")
    assert not re.search(r"<style|<script|<metadata|\sid=|\sstyle=|href", svg)


def test_an_english_survey_has_english_figures() -> None:
    exhibit = means(some(v4=[9, 10]), "en")
    assert "Total" in words(exhibit)
    assert exhibit.note.startswith("Means on the scale from 1 (gar keine Rolle)")


def test_signs_of_formulas_in_an_item_are_printed_as_they_stand() -> None:
    odd = item("v8", (Value(1, "a $x$"), Value(2, "<b>")), short="Kosten in $ & €")
    exhibit = bars(returns(["ordnung"], {"v8": [1], "w8": [1]}, (odd, item("w8", odd.values))))
    assert {"a $x$", "<b>", "Kosten in $ & €"} <= set(words(exhibit))


@pytest.mark.parametrize("steps", [2, 3, 4, 5])
def test_numbers_can_be_read_on_every_shade_and_shades_darken_step_by_step(steps: int) -> None:
    shades = style.shades(steps)
    assert all(style.contrast(style.VALUE.on(shade).colour, shade) >= 4.5 for shade in shades)
    against_paper = [style.contrast(shade, style.PAPER) for shade in shades]
    assert against_paper == sorted(against_paper)


def test_labels_that_would_touch_are_moved_apart_and_stay_on_the_sheet() -> None:
    placed = style.spread([1, 2, 99], [20, 20, 20], (0, 100), 5)
    assert placed == [10, 35, 90]


def test_long_labels_are_broken_into_lines_that_fit() -> None:
    lines = style.lines_of(
        "Die Zusammenarbeit zielt auf die Ausarbeitung konkreter Maßnahmen", style.BODY, 120
    )
    assert len(lines) > 1
    assert all(style.width_of(line, style.BODY) <= 120 for line in lines)
