from typing import Any, get_args

import pytest
from pydantic import ValidationError

from analysis.codebook import Category, Codebook
from analysis.report import KINDS
from analysis.reportfile import Kind, ReportFile
from tests.analysis.builders import RELEVANCE, coded_item, item

pytestmark = pytest.mark.once

CODEBOOK = Codebook(
    survey="probe",
    title="Probe",
    groups=(),
    variables=(
        item("v4", RELEVANCE, level="interval"),
        item("v8"),
        item("v7", level="nominal"),
        item("o1", (), level="nominal", kind="text"),
        coded_item("o2", [Category("netze", "Netze")]),
    ),
    places_invited=0,
    size_classes=(),
)


def file_with(**exhibit: Any) -> dict[str, Any]:
    return {
        "exhibits": [
            {"label": "Abb. 8", "kind": "stacked_bars", "title": "T", "variables": ["v8"], **exhibit}
        ]
    }


def faults(file: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    return list(ReportFile.model_validate(file).faults(CODEBOOK))


def test_every_kind_that_may_be_written_can_be_drawn() -> None:
    assert set(KINDS) == set(get_args(Kind))


def test_a_key_that_nobody_reads_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        ReportFile.model_validate(file_with(colour="red"))
    assert refused.value.errors()[0]["loc"] == ("exhibits", 0, "colour")


@pytest.mark.parametrize(
    "exhibit",
    [
        {"kind": "pie"},
        {"kind": "return_rates"},
        {"variables": []},
        {"kind": "means_by_office", "variables": ["v1", "v2", "v3"]},
        {"label": " "},
        {"kind": "columns", "variables": ["v1", "v2"]},
        {"kind": "cross_table"},
        {"by": "state"},
        {"kind": "returns_by", "by": "colour", "variables": []},
    ],
)
def test_an_exhibit_that_cannot_be_drawn_is_refused(exhibit: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReportFile.model_validate(file_with(**exhibit))


def test_two_exhibits_of_one_label_are_refused() -> None:
    twice = file_with()
    with pytest.raises(ValidationError, match=r"labelled twice: Abb\. 8"):
        ReportFile.model_validate({"exhibits": twice["exhibits"] * 2})


@pytest.mark.parametrize("shows", [[], ["Abb. 8", "Abb. 8"], ["Abb. 9"]])
def test_chapters_show_every_exhibit_once(shows: list[str]) -> None:
    with pytest.raises(ValidationError, match="chapters do not show all exhibits once and in order"):
        ReportFile.model_validate({**file_with(), "chapters": [{"title": "T", "shows": shows}]})


def test_comparing_tables_have_no_rows_in_the_statistics() -> None:
    spec = ReportFile.model_validate(file_with(kind="cross_table", by="state"))
    assert spec.figures_of("v8") == ()


def test_a_typology_shows_a_coded_item() -> None:
    assert faults(file_with(kind="typology", variables=["o2"])) == []


def test_a_sound_file_has_no_faults() -> None:
    sound = {**file_with(note="Nur Welle 2."), "numbers": {"Text 5": ["o1", "v7"]}}
    sound["correlations"] = [{"figure": "Text 5", "of": ["v4", "v8"]}]
    assert faults(sound) == []


@pytest.mark.parametrize(
    ("file", "place"),
    [
        (file_with(variables=["v8", "v99"]), ("exhibits", 0, "variables", 1)),
        (file_with(variables=["o1"]), ("exhibits", 0, "variables", 0)),
        (file_with(kind="means_by_office", variables=["v7"]), ("exhibits", 0, "variables", 0)),
        (file_with(variables=["v8", "v4"]), ("exhibits", 0, "variables")),
        (file_with(kind="typology", variables=["o1"]), ("exhibits", 0, "variables", 0)),
        (file_with(kind="radar", variables=["v7"]), ("exhibits", 0, "variables", 0)),
        ({"numbers": {"Text 5": ["v99"]}}, ("numbers", "Text 5", 0)),
        ({"summary": ["Im Mittel {mean:v99}."]}, ("summary", 0)),
        ({"chapters": [{"title": "T", "text": "{mean:v7}"}]}, ("chapters", 0, "text")),
        ({"correlations": [{"figure": "Text 5", "of": ["v8", "v7"]}]}, ("correlations", 0, "of", 1)),
    ],
)
def test_a_fault_names_its_place(file: dict[str, Any], place: tuple[str | int, ...]) -> None:
    assert [found for found, _ in faults(file)] == [place]
