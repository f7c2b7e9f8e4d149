from datetime import date
from functools import cache
from io import StringIO
from typing import Any

import polars as pl
import pytest
from django.core.management import call_command
from pydantic import ValidationError

from analysis.codebook import Category, Group, Returns, Variable
from analysis.frame import read
from analysis.publishedfile import VERBS, PublishedFile
from analysis.replication import Comparison, Verdict, as_of, by_figure, replicate, summary_of
from analysis.reportfile import ReportFile
from analysis.results import find_all
from surveys import studyfile
from tests.analysis.builders import AGREEMENT, cells, item, returns
from tests.builders import STUDY_2019, load

pytestmark = pytest.mark.once

GROUPS = (Group("a", "Amt A", 20), Group("b", "Amt B", 20), Group("c", "Amt C", 20))
CODES = (*(Category(slug, slug.upper()) for slug in ("x", "y", "z", "w")), Category("x1", "X1", "x"))
OPEN = Variable("o", "Frage o", "Themen", "text", "nominal", (), {}, "", CODES)


@cache
def three_offices() -> Returns:
    """Ten returns of each office: v means 4, 2.5 and 1.5; u half a point less; flat 2.5 everywhere."""
    columns: dict[str, list[int]] = {
        "v": [*[4, 4] * 5, *[3, 2] * 5, *[2, 1] * 5],
        "u": [*[4, 3] * 5, *[2, 2] * 5, *[1, 1] * 5],
        "flat": [3, 2] * 15,
        "o__status": [0] * 30,
        "o__x": [1] * 9 + [0] * 21,
        "o__y": [1] * 5 + [0] * 25,
        "o__z": [1] * 3 + [0] * 27,
        "o__w": [0] * 30,
        "o__x1": [1] * 2 + [0] * 28,
        "size_class": [1, 2] * 15,
    }
    offices = ["a"] * 10 + ["b"] * 10 + ["c"] * 10
    variables = [item("v"), item("u"), item("flat"), OPEN]
    found = returns(offices, columns, variables, groups=GROUPS)
    states = pl.Series("state", ["NW"] * 20 + ["BY"] * 10)
    return Returns(found.frame.with_columns(states), found.codebook)


def published(*statements: dict[str, Any], **more: Any) -> PublishedFile:
    named = [{"id": f"s{n}", "place": "S. 1", **entry} for n, entry in enumerate(statements)]
    file = {"source": "Bericht", "until": date(2020, 1, 31), "figures": {"Abb. 1": named}, **more}
    return PublishedFile.model_validate(file)


def compared(statement: dict[str, Any], data: Returns | None = None) -> Comparison:
    data = data or three_offices()
    [found] = replicate(published(statement), data, find_all(data, ReportFile()))
    return found


MEAN = {"variable": "v", "statistic": "mean"}
COUNT = {"variable": "o", "statistic": "count", "compare": "categories"}
Y_BY_SIZE = {"variable": "o", "statistic": "share", "category": "y", "compare": "size_class"}
BY_STATE = {"statistic": "n", "compare": "state"}
IQR = {"variable": "v", "office": "b", "statistic": "iqr"}
SHARE = {"variable": "v", "statistic": "share", "category": 4}
OF_OFFICE = {"independent_of": "office_type"}
BETWEEN_VARIABLES = {"compare": "variables", "statistic": "mean"}
MOSTLY = {"statistic": "mean", "mostly": True, "inside": "b"}
WITHIN_B = {**BETWEEN_VARIABLES, "office": "b"}
BY_VERB: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {  # what agrees, and what differs
    "value": [
        ({**MEAN, "office": "b", "value": 2.5}, {**MEAN, "office": "b", "value": 2.4}),
        ({"statistic": "n", "value": 30}, {"statistic": "n", "value": 31}),
        (
            {"variable": "o", "statistic": "codes", "value": 3},
            {"variable": "o", "statistic": "codes", "category": "x", "value": 2},
        ),
        ({**IQR, "value": 1}, {**IQR, "value": 2}),
    ],
    "about": [
        ({**MEAN, "office": "b", "about": 2.6}, {**MEAN, "office": "b", "about": 2.61}),
        ({**SHARE, "about": 38}, {**SHARE, "about": 39}),
    ],
    "between": [({**MEAN, "between": [2, 3]}, {**MEAN, "between": [3, 4]})],
    "above": [({**MEAN, "office": "c", "above": 1.4}, {**MEAN, "office": "c", "above": 1.5})],
    "highest": [
        ({**MEAN, "highest": "a"}, {**MEAN, "highest": "b"}),
        ({**COUNT, "highest": "x"}, {**COUNT, "highest": "y"}),
        ({**BY_STATE, "highest": "NW"}, {**BY_STATE, "highest": "BY"}),
    ],
    "lowest": [({**MEAN, "lowest": "c"}, {**MEAN, "lowest": ["b", "c"], "variable": "flat"})],
    "order": [
        ({**MEAN, "order": ["a", ["b", "c"]]}, {**MEAN, "order": [["a", "c"], "b"]}),
        ({**MEAN, "order": ["a", "all", "c"]}, {**MEAN, "order": ["all", "b"], "variable": "flat"}),
        ({**BETWEEN_VARIABLES, "order": ["v", "u"]}, {**BETWEEN_VARIABLES, "order": ["u", ["v", "flat"]]}),
        (
            {**BETWEEN_VARIABLES, "on_average": True, "order": [["v", "flat"], "u"]},
            {**BETWEEN_VARIABLES, "on_average": True, "order": [["u", "v"], "flat"]},
        ),
        ({**Y_BY_SIZE, "order": [1, 2]}, {**Y_BY_SIZE, "order": [2, 1]}),
    ],
    "inside": [
        ({**MEAN, "inside": "b"}, {**MEAN, "inside": "a"}),
        ({**MOSTLY, "variable": ["v", "u", "flat"]}, {**MOSTLY, "variable": ["v", "flat"]}),
    ],
    "rank": [({**COUNT, "rank": {"x": 1, "y": 2}}, {**COUNT, "rank": {"y": 3}})],
    "top3": [({**COUNT, "top3": ["x", "z"]}, {**COUNT, "top3": ["x", "w"]})],
    "about_equal": [
        ({**MEAN, "variable": "flat", "about_equal": ["a", "b"]}, {**MEAN, "about_equal": ["a", "b"]}),
        ({**WITHIN_B, "about_equal": ["v", "flat"]}, {**WITHIN_B, "about_equal": ["v", "u"]}),
    ],
    "small_range": [
        ({**MEAN, "variable": "flat", "small_range": True}, {**MEAN, "small_range": True}),
        ({**MEAN, "small_range": False}, {**MEAN, "variable": "flat", "small_range": False}),
    ],
    "wider_range": [
        (
            {"statistic": "mean", "wider_range": ["v", "flat"]},
            {"statistic": "mean", "wider_range": ["v", "u"]},
        )
    ],
    "parallel": [
        ({"statistic": "mean", "parallel": ["v", "u"]}, {"statistic": "mean", "parallel": ["u", "v"]}),
        ({"statistic": "mean", "parallel": ["v", "u"]}, {"statistic": "mean", "parallel": ["v", "flat"]}),
    ],
    "clusters": [({**MEAN, "clusters": [["b", "c"], ["a"]]}, {**MEAN, "clusters": [["a", "b"], ["c"]]})],
    "independent_of": [
        ({"variable": "flat", **OF_OFFICE}, {"variable": "flat", "independent_of": "size_class"}),
        ({"variable": "flat", **OF_OFFICE}, {"variable": "o", **OF_OFFICE}),
    ],
}
CASES = [
    pytest.param(agrees, differs, id=f"{verb}-{number}")
    for verb, pairs in BY_VERB.items()
    for number, (agrees, differs) in enumerate(pairs)
]


def test_every_verb_is_tried_below() -> None:
    assert set(BY_VERB) == set(VERBS)


@pytest.mark.parametrize(("agrees", "differs"), CASES)
def test_a_verb_agrees_with_data_that_bear_it_out_and_differs_from_others(
    agrees: dict[str, Any], differs: dict[str, Any]
) -> None:
    assert compared(agrees).verdict == Verdict.AGREE
    assert compared(differs).verdict == Verdict.DIFFER


def test_what_differs_says_why() -> None:
    [line] = compared({**MEAN, "order": ["b", "a"]}).lines
    assert line.printed == "Amt B > Amt A"
    assert line.explanation == "Amt\xa0B\xa02,50 liegt nicht über Amt\xa0A\xa04,00"


def one_office(counts: dict[int, int]) -> Returns:
    column = cells(counts)
    return returns(["a"] * len(column), {"v": column}, [item("v", AGREEMENT)], groups=GROUPS[:1])


def test_a_mean_on_a_tie_is_rounded_up() -> None:
    """535 / 200 = 2.675, which Python's own round(2.675, 2) makes 2.67."""
    assert compared({**MEAN, "value": 2.68}, one_office({2: 65, 3: 135})).verdict == Verdict.AGREE


def test_a_share_on_a_tie_is_rounded_up_though_its_float_lies_below() -> None:
    """57 of 200 are 28.5 %, but 0.285 * 100 is 28.499999999999996 in floating point."""
    assert 0.285 * 100 < 28.5
    [line] = compared({**SHARE, "value": 29}, one_office({4: 57, 1: 143})).lines
    assert (line.verdict, line.computed) == (Verdict.AGREE, "29\xa0%")


def test_a_printed_zero_at_the_end_is_a_decimal() -> None:
    data = one_office({4: 804, 1: 1196})  # 40.2 %
    assert compared({**SHARE, "value": 40}, data).verdict == Verdict.AGREE
    assert compared({**SHARE, "value": 40.0}, data).verdict == Verdict.DIFFER


def test_a_sum_of_rounded_labels_is_read_as_such() -> None:
    """12.9 + 61.2 = 74.1, where 132 of 178 are 74.157 per cent: Abb. 8 of the 2019 report."""
    bottom = {"variable": "v", "statistic": "share_bottom2", "value": 74.1}
    data = one_office({1: 23, 2: 109, 3: 41, 4: 5})
    assert compared(bottom, data).verdict == Verdict.DIFFER
    [line] = compared({**bottom, "reading": "sum_of_rounded"}, data).lines
    assert line.verdict == Verdict.AGREE
    assert line.explanation == "Summe der gerundeten Beschriftungen 12,9 + 61,2; genau: 74,2\xa0%"


def test_outliers_are_counted_by_their_value() -> None:
    statement = {"variable": "v", "statistic": "outliers", "category": 1, "value": 2}
    assert compared(statement, one_office({4: 30, 1: 2})).verdict == Verdict.AGREE


def test_a_statement_that_no_data_confirm_is_not_computable_and_says_why() -> None:
    [line] = compared({"says": "Start am 4. November", "not_computable": "Termin"}).lines
    assert (line.verdict, line.explanation) == (Verdict.NOT_COMPUTABLE, "Termin")


@pytest.mark.parametrize("statement", [pair[0] for pairs in BY_VERB.values() for pair in pairs])
def test_without_returns_nothing_fails(statement: dict[str, Any]) -> None:
    compared(statement, as_of(three_offices(), date(2019, 1, 1)))


def test_returns_after_the_cut_off_day_do_not_count() -> None:
    data = three_offices()
    days = pl.Series("submitted_on", [date(2020, 1, 31)] * 29 + [date(2020, 2, 1)])
    late = Returns(data.frame.with_columns(days), data.codebook)
    assert len(as_of(late, date(2020, 1, 31)).frame) == 29


def test_the_summary_counts_all_and_the_figures_show_those_asked_for() -> None:
    file = published({**MEAN, "highest": "a"}, {**MEAN, "highest": "b"}, {**MEAN, "highest": "a"})
    found = replicate(file, three_offices(), find_all(three_offices(), ReportFile()))
    assert (summary_of(found).agree, summary_of(found).differ, summary_of(found).total) == (2, 1, 3)
    [figure] = by_figure(found, "differ")
    assert [c.id for c in figure.comparisons] == ["s1"]
    assert figure.summary.total == 3
    assert by_figure(found, "not_computable") == []


# --- the file ---


def faults(**statement: Any) -> list[tuple[tuple[str | int, ...], str]]:
    return list(published(statement).faults(three_offices().codebook))


def test_an_unknown_variable_is_a_fault_with_its_place() -> None:
    place = ("figures", "Abb. 1", 0)
    assert faults(variable="nix", statistic="mean", value=1) == [(place, "there is no variable nix")]
    also = [{"variable": "nix", "statistic": "mean", "value": 1}]
    assert faults(**MEAN, value=1, also=also) == [((*place, "also", 0), "there is no variable nix")]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({**MEAN, "office": "d", "value": 1}, "there is no office d"),
        ({**MEAN, "highest": "d"}, "there is no office d"),
        ({"variable": "v", "statistic": "share", "category": 5, "value": 1}, "v has no category 5"),
        ({**COUNT, "top3": "q"}, "o has no category q"),
        ({"compare": "variables", "statistic": "mean", "order": ["v", "q"]}, "there is no variable q"),
        ({"statistic": "mean", "value": 1}, "mean of which variable?"),
        ({**MEAN, "value": 1, "flags": ["F1"]}, "there is no flag F1"),
    ],
)
def test_what_the_study_does_not_have_is_a_fault(statement: dict[str, Any], fault: str) -> None:
    assert [message for _, message in faults(**statement)] == [fault]


def test_an_id_twice_is_a_fault() -> None:
    twice = {**MEAN, "value": 1, "id": "s"}
    file = published(twice, twice)
    assert [message for _, message in file.faults(three_offices().codebook)] == ["s stands here twice"]


@pytest.mark.parametrize(
    "statement",
    [
        MEAN,
        {**MEAN, "value": 1, "highest": "a"},
        {"variable": "v", "value": 1},
        {**MEAN, "value": 1, "colour": "red"},
        {"not_computable": "Termin"},
        {**MEAN, "says": "x", "not_computable": "Termin"},
        {"compare": "variables", "statistic": "mean", "highest": "v"},
    ],
)
def test_a_statement_that_does_not_say_one_thing_is_refused(statement: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        published(statement)


# --- the study of 2019 ---


def file_of_2019() -> PublishedFile:
    return studyfile.read(STUDY_2019 / "report" / "published.yaml").parse(PublishedFile)


@pytest.mark.django_db
def test_every_statement_of_2019_refers_to_what_the_study_has() -> None:
    assert list(file_of_2019().faults(read(load(STUDY_2019)).codebook)) == []


@pytest.mark.django_db
def test_the_returns_of_2019_reproduce_the_report_but_for_its_own_error() -> None:
    survey = load(STUDY_2019)
    call_command("import_register", STUDY_2019 / "register.csv", survey=survey.name, stdout=StringIO())
    call_command("import_returns", STUDY_2019 / "returns.csv", survey=survey.name, stdout=StringIO())
    file = file_of_2019()
    data = as_of(read(survey), file.until)
    plan = ReportFile.model_validate(survey.report.plan)
    found = replicate(file, data, find_all(data, plan))
    assert [c.id for c in found if c.verdict == Verdict.DIFFER] == ["abb4_ord_outlier8"]
    unheld = {statement.id for _, statement in file.statements() if statement.not_computable}
    assert {c.id for c in found if c.verdict == Verdict.NOT_COMPUTABLE} == unheld
