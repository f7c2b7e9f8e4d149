"""From stored answers to typed cells: each holds what was answered, or says why there is nothing."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.codebook import Missing, Value
from analysis.exports.csv import coded_csv
from analysis.frame import read
from respondents.models import Case, Municipality
from surveys.instrument import remembered
from surveys.models import Response, Survey
from tests.builders import SMALL_STUDY, answered, case_for, load, municipality

Answers = dict[str, Any]
OPEN = {"digital": 1, "channels": [1]}  # the answers that let every item through


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test sees the compiled forms of the one before."""
    remembered.cache_clear()


def case_in(survey: Survey, variant: str, place: Municipality) -> Case:
    return case_for(survey.variants.get(code=variant), place)


def row_of(survey: Survey, answers: Answers, variant: str = "museum") -> dict[str, Any]:
    """The cells of one return with these answers."""
    case = Case.objects.get(variant__survey=survey, variant__code=variant)
    answered(case, answers)
    return read(survey).frame.row(0, named=True)


@pytest.mark.parametrize(
    ("variable", "answer", "cells"),
    [
        ("a_known", 5, {"a_known": 5}),
        ("digital", 0, {"digital": 0}),
        ("digital", -8, {"digital": Missing.DONT_KNOW}),
        ("i_access", 0, {"i_access": 0}),
        ("i_access", 10, {"i_access": 10}),
        ("online_share", 12.5, {"online_share": 12.5}),
        ("online_share", 0, {"online_share": 0.0}),
        ("volunteers", 12, {"volunteers": 12.0}),
        ("volunteers", 10**30, {"volunteers": 1e30}),
        ("channels", [2], {"channels__1": 0, "channels__2": 1, "channels__3": 0}),
        ("channels", [1, 3], {"channels__1": 1, "channels__2": 0, "channels__3": 1}),
        ("channels", [-8], {"channels__1": -8, "channels__2": -8, "channels__3": -8}),
        ("founded_on", "1898-05-14", {"founded_on": date(1898, 5, 14), "founded_on__status": 0}),
        ("remarks", "Thank you", {"remarks": "Thank you", "remarks__status": 0}),
        ("remarks", "null", {"remarks": "null", "remarks__status": 0}),
        ("remarks", "-9", {"remarks": "-9", "remarks__status": 0}),
        ("remarks", "2024-03-05", {"remarks": "2024-03-05", "remarks__status": 0}),
    ],
)
def test_a_cell_holds_what_was_answered(survey: Survey, variable: str, answer: Any, cells: Answers) -> None:
    row = row_of(survey, {"digital": 1, variable: answer})
    assert {name: row[name] for name in cells} == cells


@pytest.mark.parametrize(
    ("variant", "answers", "cells"),
    [
        ("museum", {}, {"a_known": -9, "exhibitions": -9, "founded_on__status": -9, "remarks__status": -9}),
        ("museum", {"digital": 1}, {"online_share": -9, "channels__1": -9, "channels__3": -9}),
        ("museum", {}, {"online_share": -10, "channels__1": -10, "portal_plans__status": -10}),
        ("museum", {"digital": 0}, {"online_share": -10, "channels__1": -10, "portal_since__status": -10}),
        ("museum", {"digital": -8}, {"online_share": -10}),
        (
            "museum",
            {"digital": 1, "channels": [2]},
            {"portal_since__status": -10, "portal_plans__status": -10},
        ),
        ("museum", {"digital": 1, "channels": [-8]}, {"portal_since__status": -10}),
        ("museum", OPEN, {"portal_since__status": -9, "portal_plans__status": -9}),
        ("library", {}, {"a_loans": -11, "exhibitions": -11}),
        ("archive", {}, {"a_loans": -9, "exhibitions": -11}),
    ],
)
def test_an_empty_cell_says_why(survey: Survey, variant: str, answers: Answers, cells: Answers) -> None:
    row = row_of(survey, answers, variant)
    assert {name: row[name] for name in cells} == cells


def test_an_answer_hidden_by_a_filter_is_not_in_the_frame(survey: Survey) -> None:
    row = row_of(survey, {"digital": 0, "online_share": 12.5, "channels": [1], "portal_plans": "Maps"})
    names = ("online_share", "channels__1", "portal_plans", "portal_plans__status")
    assert [row[name] for name in names] == [-10, -10, None, -10]


def test_an_answer_that_is_hidden_itself_opens_no_other(survey: Survey) -> None:
    row = row_of(survey, {"digital": 0, "channels": [1], "portal_since": "2015-06-01"})
    assert (row["portal_since"], row["portal_since__status"]) == (None, -10)


def test_an_answer_to_what_this_kind_was_not_asked_is_not_in_the_frame(survey: Survey) -> None:
    assert row_of(survey, {"a_loans": 5}, "library")["a_loans"] == Missing.NOT_IN_VARIANT


def test_an_answer_to_what_is_asked_no_more_is_passed_over(survey: Survey) -> None:
    assert row_of(survey, {"removed_item": 3, "a_known": 5})["a_known"] == 5


def test_dont_know_beside_other_choices_is_dont_know(survey: Survey) -> None:
    assert row_of(survey, {"digital": 1, "channels": [1, -8]})["channels__1"] == Missing.DONT_KNOW


def test_columns_stand_in_the_order_of_the_questionnaire_with_one_type_each(survey: Survey) -> None:
    expected = pl.Schema({
        "id": pl.Int64, "office_type": pl.String, "state": pl.String, "size_class": pl.Int8,
        "mode": pl.String, "submitted_on": pl.Date, "municipality": pl.String,
        **dict.fromkeys(["i_access", "i_research", "a_known", "a_shared", "a_loans", "digital"], pl.Int16),
        "online_share": pl.Float64,
        **dict.fromkeys(["channels__1", "channels__2", "channels__3"], pl.Int16),
        "portal_since": pl.Date, "portal_since__status": pl.Int16,
        "portal_plans": pl.String, "portal_plans__status": pl.Int16,
        "exhibitions": pl.Float64, "volunteers": pl.Float64,
        "founded_on": pl.Date, "founded_on__status": pl.Int16,
        "remarks": pl.String, "remarks__status": pl.Int16,
    })  # fmt: skip
    assert read(survey).frame.schema == expected
    row_of(survey, OPEN)
    assert read(survey).frame.schema == expected


def test_without_returns_the_frame_is_empty(survey: Survey) -> None:
    assert read(survey).frame.height == 0


def test_only_submitted_responses_are_returns(survey: Survey) -> None:
    for case in Case.objects.all():
        case.open_response().store({"a_known": 5})
    assert read(survey).frame.height == 0


def test_returns_of_another_survey_are_not_in_the_frame(survey: Survey) -> None:
    row_of(survey, {"a_known": 5})
    Survey.objects.filter(pk=survey.pk).update(name="museums_2023")
    assert read(load(SMALL_STUDY)).frame.height == 0
    assert read(Survey.objects.get(name="museums_2023")).frame.height == 1


def test_returns_are_sorted_by_their_numbers(survey: Survey) -> None:
    for case in Case.objects.order_by("-pk"):
        answered(case)
    ids = read(survey).frame["id"].to_list()
    assert ids == sorted(Response.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("population", "size_class"),
    [(0, 0), (19_999, 0), (20_000, 1), (99_999, 1), (100_000, 2), (3_600_000, 2)],
)
def test_a_size_class_begins_at_its_bound(survey: Survey, population: int, size_class: int) -> None:
    answered(case_in(survey, "museum", municipality("Ort", "BY", population)))
    row = read(survey).frame.row(0, named=True)
    assert (row["size_class"], row["state"], row["municipality"]) == (size_class, "BY", "Ort (BY)")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 3, 5, 22, 59, tzinfo=UTC), date(2024, 3, 5)),
        (datetime(2024, 3, 5, 23, 1, tzinfo=UTC), date(2024, 3, 6)),
        (datetime(2024, 4, 5, 22, 1, tzinfo=UTC), date(2024, 4, 6)),
    ],
)
def test_the_day_of_a_return_is_that_of_the_surveys_time_zone(
    survey: Survey, moment: datetime, day: date
) -> None:
    response = answered(Case.objects.get(variant__code="museum"))
    Response.objects.filter(pk=response.pk).update(submitted_at=moment)
    assert read(survey).frame["submitted_on"].to_list() == [day]


def test_the_codebook_has_a_group_for_each_kind_with_the_number_invited(survey: Survey) -> None:
    case_in(survey, "museum", municipality("Ort"))
    groups = [(group.code, group.label, group.invited) for group in read(survey).codebook.groups]
    assert groups == [("museum", "Museums", 2), ("library", "Libraries", 1), ("archive", "Archives", 1)]
    assert read(survey).codebook.places_invited == 2


def test_the_codebook_keeps_the_wording_that_each_kind_read(survey: Survey) -> None:
    book = read(survey).codebook
    assert set(book.variable("a_loans").wordings) == {"museum", "archive"}
    assert {kind: text.split(" – ")[-1] for kind, text in book.variable("a_shared").wordings.items()} == {
        "museum": "We share visitors with them.",
        "library": "We share readers with them.",
        "archive": "Our users also go there.",
    }


@pytest.mark.parametrize(
    ("variable", "kind", "level", "codes"),
    [
        ("a_known", "choice", "ordinal", (1, 2, 3, 4, 5)),
        ("i_access", "choice", "interval", tuple(range(11))),
        ("digital", "choice", "nominal", (1, 0)),
        ("channels__1", "flag", "nominal", (0, 1)),
        ("online_share", "number", "interval", ()),
        ("founded_on", "date", "interval", ()),
        ("remarks", "text", "nominal", ()),
    ],
)
def test_the_codebook_says_what_kind_of_variable_it_is(
    survey: Survey, variable: str, kind: str, level: str, codes: tuple[int, ...]
) -> None:
    known = read(survey).codebook.variable(variable)
    assert (known.kind, known.level, known.codes) == (kind, level, codes)


def test_the_codebook_names_the_poles_at_the_ends_of_a_range(survey: Survey) -> None:
    values = read(survey).codebook.variable("i_access").values
    assert (values[0], values[5], values[-1]) == (
        Value(0, "not at all important"),
        Value(5, "5"),
        Value(10, "extremely important"),
    )


def test_the_codebook_says_in_words_when_an_item_was_asked(survey: Survey) -> None:
    book = read(survey).codebook
    assert "a portal" in book.variable("portal_since").condition
    assert book.variable("digital").condition == ""


@pytest.mark.parametrize(
    "text",
    ["a,b", 'say "yes"', "two\nlines", "two\r\nlines", "two\rlines", "tab\there", " ", "größer 😀", "\\n",
     "'", '"', "\ufeffmark", "\u2028", "#", "NA", pytest.param("x" * 4000, id="long")],
)  # fmt: skip
def test_no_text_is_too_strange_to_be_exported(survey: Survey, text: str) -> None:
    row_of(survey, {"remarks": text})
    returns = read(survey)
    assert returns.frame["remarks"].to_list() == [text]
    assert pl.read_csv(coded_csv(returns), infer_schema=False)["remarks"].to_list() == [text]


def test_the_number_of_queries_does_not_grow_with_the_returns(survey: Survey) -> None:
    read(survey)  # compiles the forms
    with CaptureQueriesContext(connection) as without:
        read(survey)
    for case in Case.objects.all():
        answered(case, {"a_known": 5})
    with CaptureQueriesContext(connection) as with_returns:
        read(survey)
    assert len(with_returns) <= len(without)
