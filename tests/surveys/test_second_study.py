"""A second study in another language is loaded, filled in and analysed by the same code."""

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from respondents.models import Case
from surveys.models import Survey
from tests.builders import SMALL_STUDY, noon_of_second_day
from tests.surveys.steps import case_of, filled_in

pytestmark = pytest.mark.once

# The columns of returns_coded.csv after those that describe the office.
COLUMNS = [
    "i_access", "i_research", "a_known", "a_shared", "a_loans", "digital",
    "online_share", "channels__1", "channels__2", "channels__3",
    "portal_since", "portal_since__status", "portal_plans", "portal_plans__status",
    "exhibitions", "volunteers", "founded_on", "founded_on__status", "remarks", "remarks__status",
]  # fmt: skip

# Who answers what, and the cells that must come of it; written down by hand.
TYPED: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "museum",
        "Altstadt",
        {
            "i_access": "10", "i_research": "0", "a_known": "5", "a_shared": "4", "a_loans": "1",
            "digital": "1", "online_share": "12.5", "channels": ["1", "3"],
            "portal_since": "2015-06-01", "portal_plans": 'Maps, "tours"; größer 😀',
            "exhibitions": "0", "volunteers": "12", "founded_on": "1898-05-14", "remarks": "Two\r\nlines",
        },
        '10|0|5|4|1|1|12.5|1|0|1|2015-06-01|0|Maps, "tours"; größer 😀|0|0|12|1898-05-14|0|Two\nlines|0',
    ),
    (
        "museum",
        "Burghausen am See",
        {
            "i_access": "8", "a_known": "4", "a_shared": "4", "a_loans": "2",
            "digital": "1", "online_share": "40", "channels": ["-8"],
            "exhibitions": "3", "volunteers": "0",
        },
        "8|-9|4|4|2|1|40|-8|-8|-8||-10||-10|3|0||-9||-9",
    ),
    (
        "museum",
        "Neustadt",
        {
            "i_access": "0", "i_research": "10", "a_known": "1", "a_loans": "3",
            "digital": "-8", "exhibitions": "50", "volunteers": "7",
        },
        "0|10|1|-9|3|-8|-10|-10|-10|-10||-10||-10|50|7||-9||-9",
    ),
    (
        "library",
        "Altstadt",
        {
            "i_access": "7", "i_research": "5", "a_known": "3", "a_shared": "5",
            "digital": "1", "channels": ["2"], "volunteers": "3", "founded_on": "2001-01-31",
        },
        "7|5|3|5|-11|1|-9|0|1|0||-10||-10|-11|3|2001-01-31|0||-9",
    ),
    (
        "library",
        "Burghausen am See",
        {"i_access": "6", "i_research": "4", "a_known": "2", "a_shared": "1", "digital": "0", "remarks": "-"},
        "6|4|2|1|-11|0|-10|-10|-10|-10||-10||-10|-11|-9||-9|'-|0",
    ),
    ("archive", "Altstadt", {}, "-9|-9|-9|-9|-9|-9|-10|-10|-10|-10||-10||-10|-11|-9||-9||-9"),
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What the report command wrote."""

    header: list[str]
    rows: list[dict[str, str]]
    statistics: list[dict[str, Any]]

    def find(
        self, variable: str | None, office: str, name: str, category: int | None = None
    ) -> dict[str, Any]:
        wanted = (variable, office, name, category)
        found = [
            row
            for row in self.statistics
            if (row["variable"], row["office"], row["statistic"], row.get("category")) == wanted
        ]
        assert found, wanted
        return found[0]


@pytest.fixture
def outcome(db: None, tmp_path: Path) -> Outcome:
    call_command("load_study", SMALL_STUDY, verbosity=0)
    survey = Survey.objects.get(name="museums_2024")
    survey.set_clock(noon_of_second_day(survey))
    call_command("import_register", SMALL_STUDY / "register.csv", survey="museums_2024")
    for variant, place, answers, _ in TYPED:
        filled_in(case_of(survey, variant, place), answers)
    call_command("report", survey="museums_2024", out=tmp_path)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    with (tmp_path / "returns_coded.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    return Outcome(
        list(reader.fieldnames or []), rows, json.loads((tmp_path / "statistics.json").read_text())
    )


def test_the_coded_file_holds_exactly_what_was_typed_or_why_there_is_nothing(outcome: Outcome) -> None:
    about = ["id", "office_type", "state", "size_class", "mode", "submitted_on"]
    assert outcome.header == [*about, *COLUMNS]
    cells = ["|".join(row[name] for name in COLUMNS) for row in outcome.rows]
    assert cells == [expected for *_, expected in TYPED]


def test_the_coded_file_says_of_an_office_only_its_kind_state_and_size(outcome: Outcome) -> None:
    about = ["office_type", "state", "size_class", "mode", "submitted_on"]
    assert [[row[name] for name in about] for row in outcome.rows] == [
        ["museum", "NW", "0", "online", "2024-03-05"],
        ["museum", "BY", "1", "online", "2024-03-05"],
        ["museum", "NW", "1", "online", "2024-03-05"],
        ["library", "NW", "0", "online", "2024-03-05"],
        ["library", "BY", "1", "online", "2024-03-05"],
        ["archive", "NW", "0", "online", "2024-03-05"],
    ]


def test_the_coded_file_is_sorted_by_the_numbers_of_the_returns(outcome: Outcome) -> None:
    numbers = [int(row["id"]) for row in outcome.rows]
    in_order = [
        response for (response,) in Case.objects.answered().order_by("response").values_list("response")
    ]
    assert numbers == in_order


# Each value computed by hand from the column of TYPED that it is about.
COMPUTED: list[tuple[str | None, str, str, int | None, Any, int]] = [
    (None, "museum", "rate", None, 3 / 4, 4),
    (None, "library", "rate", None, 2 / 4, 4),
    (None, "archive", "rate", None, 1 / 4, 4),
    (None, "all", "rate", None, 6 / 12, 12),
    ("municipalities", "all", "rate", None, 3 / 4, 4),
    ("i_access", "museum", "mean", None, (10 + 8 + 0) / 3, 3),
    ("i_access", "museum", "sd", None, math.sqrt((4**2 + 2**2 + 6**2) / 2), 3),
    ("i_access", "museum", "median", None, 8, 3),
    ("i_access", "museum", "q1", None, 4, 3),
    ("i_access", "museum", "q3", None, 9, 3),
    ("i_access", "museum", "outliers", None, [], 3),
    ("i_access", "all", "mean", None, (10 + 8 + 0 + 7 + 6) / 5, 5),
    ("i_access", "all", "q1", None, 6, 5),
    ("i_access", "all", "q3", None, 8, 5),
    ("i_access", "all", "outliers", None, [0], 5),
    ("i_access", "all", "min", None, 0, 5),
    ("i_access", "all", "max", None, 10, 5),
    ("i_access", "archive", "mean", None, None, 0),
    ("a_loans", "library", "mean", None, None, 0),
    ("a_shared", "all", "share", 4, 2 / 4, 4),
    ("a_shared", "all", "share", 2, 0, 4),
    ("digital", "all", "share", 1, 3 / 4, 4),
    ("digital", "all", "share", 0, 1 / 4, 4),
    ("online_share", "all", "mean", None, (12.5 + 40) / 2, 2),
    ("channels__1", "all", "share", 1, 1 / 2, 2),
    ("channels__3", "museum", "share", 1, 1 / 1, 1),
    ("volunteers", "museum", "mean", None, (12 + 0 + 7) / 3, 3),
    ("i_access x i_research", "all", "r", None, -50.25 / math.sqrt(52.75 * 50.75), 4),
]


def test_every_statistic_is_what_was_computed_by_hand(outcome: Outcome) -> None:
    found = [outcome.find(*subject) for subject in (row[:4] for row in COMPUTED)]
    expected = [
        (pytest.approx(value) if isinstance(value, int | float) else value, n) for *_, value, n in COMPUTED
    ]
    assert [(row["value"], row["n"]) for row in found] == expected


def test_every_reason_for_having_no_answer_is_counted_apart(outcome: Outcome) -> None:
    assert outcome.find("digital", "all", "n")["missing"] == {"dont_know": 1, "no_answer": 1}
    assert outcome.find("online_share", "all", "n")["missing"] == {"not_applicable": 3, "no_answer": 1}
    assert outcome.find("a_loans", "all", "n")["missing"] == {"not_in_variant": 2, "no_answer": 1}
