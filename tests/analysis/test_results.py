"""The rows of statistics.json: their shape is the contract, their values are printed in the 2019 report."""

import json

import numpy as np
import pytest

from analysis.codebook import Category, Returns, Value
from analysis.reportfile import ReportFile
from analysis.results import find_all, results
from tests.analysis.builders import (
    OFFICES_2019,
    RELEVANCE,
    RETURNED_2019,
    YES_NO_DONT_KNOW,
    cells,
    coded_item,
    item,
    returns,
)

pytestmark = pytest.mark.once

SPEC = ReportFile.model_validate(
    {
        "exhibits": [
            {"label": "Tab. 1", "kind": "return_rates", "title": "Rücklauf"},
            {"label": "Abb. 8", "kind": "stacked_bars", "title": "Zusammenarbeit", "variables": ["v8"]},
        ],
        "numbers": {"Abb. 7": ["v7"], "Text 5.2": ["v8"]},
        "correlations": [{"figure": "Text 5.3", "of": ["v9", "v8"]}],
    }
)
VARIABLES = (
    item("v4", RELEVANCE, level="interval"),
    item("v7", YES_NO_DONT_KNOW, level="nominal"),
    item("v8"),
    item("v9"),
    item("n1", (), level="interval", kind="number"),
    item("o1", (), level="nominal", kind="text"),
    item("m1__1", (Value(0, "nicht genannt"), Value(1, "genannt")), level="nominal", kind="flag"),
)


def small() -> Returns:
    """Four returns: three of Ordnung, one of Jugend."""
    columns: dict[str, list[object]] = {
        "v4": [10, 9, -9, 1],
        "v7": [1, 9, 9, 0],
        "v8": [4, 4, 3, 1],
        "v9": [4, 3, 3, 1],
        "n1": [2.5, -9.0, 0.0, 12.0],
        "o1": ["Runder Tisch", None, None, ""],
        "o1__status": [0, -9, -10, 0],
        "m1__1": [1, 0, -9, 0],
    }
    return returns(["ordnung", "ordnung", "ordnung", "jugend"], columns, VARIABLES)


def rows(of: Returns, **wanted: object) -> list[dict[str, object]]:
    found = [result.row() for result in results(of, SPEC)]
    return [row for row in found if all(row.get(key) == value for key, value in wanted.items())]


def row(of: Returns, **wanted: object) -> dict[str, object]:
    (found,) = rows(of, **wanted)
    return found


def test_return_rates_are_those_of_the_printed_table_1() -> None:
    offices = [office for office, count in RETURNED_2019.items() for _ in range(count)]
    columns = {"v8": [3] * len(offices), "v9": [3] * len(offices)}
    wave = returns(offices, columns, (item("v8"), item("v9")), groups=OFFICES_2019)
    rates = {each["office"]: each["value"] for each in rows(wave, variable=None, statistic="rate")}
    printed = {"ordnung": 23, "stadtplanung": 15, "soziales": 19, "jugend": 16, "integration": 26, "all": 20}
    assert {office: round(float(str(rate)) * 100) for office, rate in rates.items()} == printed
    assert row(wave, variable=None, office="all", statistic="n")["value"] == 186
    assert row(wave, variable=None, office="all", statistic="invited")["value"] == 951


def test_municipalities_with_a_return_are_related_to_all_invited_ones() -> None:
    found = row(small(), variable="municipalities")
    assert (found["statistic"], found["office"], found["value"], found["n"]) == ("rate", "all", 4 / 20, 20)


def test_a_rated_item_of_four_steps_has_its_whole_distribution() -> None:
    found = rows(small(), variable="v8", office="ordnung", figure="Abb. 8")
    assert [each["statistic"] for each in found] == [
        *("n", "mean", "sd", "median", "q1", "q3", "min", "max", "outliers"),
        *["count", "share"] * 4,
        *("share_top2", "share_bottom2"),
    ]


def test_only_scales_of_four_steps_have_halves() -> None:
    assert not rows(small(), variable="v4", statistic="share_top2")


def test_a_nominal_item_has_a_base_and_shares_and_dont_know_counts_in_the_base() -> None:
    found = rows(small(), variable="v7", office="all")
    assert [(each["statistic"], each.get("category"), each["value"]) for each in found] == [
        ("n", None, 4),
        ("count", 1, 1),
        ("share", 1, 0.25),
        ("count", 0, 1),
        ("share", 0, 0.25),
        ("count", 9, 2),
        ("share", 9, 0.5),
    ]


def test_a_text_counts_its_answers_by_the_status_beside_it() -> None:
    found = row(small(), variable="o1", office="all")
    assert (found["statistic"], found["value"]) == ("n", 2)
    assert found["missing"] == {"no_answer": 1, "not_applicable": 1}


def test_a_coded_answer_counts_offices_and_its_base_is_who_answered() -> None:
    codes = (Category("netze", "Netze"), Category("foren", "Foren", "netze"))
    asked = coded_item("o1", codes)
    columns: dict[str, list[object]] = {
        "o1": ["a", "b", "c", None],
        "o1__status": [0, 0, 0, -9],
        "o1__netze": [1, 1, 0, -9],
        "o1__foren": [1, 0, 0, -9],
    }
    wave = returns(["ordnung"] * 4, columns, [asked])
    found = [result.row() for result in results(wave, ReportFile())]
    coded = [each for each in found if each["office"] == "all" and "category" in each]
    assert [(each["statistic"], each["category"], each["value"], each["n"]) for each in coded] == [
        ("count", "netze", 2, 3),
        ("share", "netze", 2 / 3, 3),
        ("count", "foren", 1, 3),
        ("share", "foren", 1 / 3, 3),
    ]


def test_a_number_has_no_shares() -> None:
    found = {each["statistic"]: each["value"] for each in rows(small(), variable="n1", office="all")}
    assert "share" not in found
    assert (found["n"], found["min"], found["max"]) == (3, 0.0, 12.0)
    assert found["mean"] == pytest.approx((2.5 + 0 + 12) / 3)


def test_an_option_of_a_multiple_choice_has_the_share_that_chose_it() -> None:
    found = row(small(), variable="m1__1", office="all", statistic="share")
    assert (found["category"], found["value"], found["n"]) == (1, 1 / 3, 3)


def test_a_category_without_answers_is_there_with_0() -> None:
    nobody = rows(small(), variable="v8", office="jugend", category=2, figure="Abb. 8")
    assert [(each["statistic"], each["value"]) for each in nobody] == [("count", 0), ("share", 0)]


def test_a_variable_has_its_rows_under_every_exhibit_that_names_it() -> None:
    assert {each["figure"] for each in rows(small(), variable="v8")} == {"Abb. 8", "Text 5.2"}
    assert {each["figure"] for each in rows(small(), variable="v4")} == {None}


def test_correlations_stand_where_the_report_says_with_p_and_stars() -> None:
    found = row(small(), variable="v9 x v8", office="all")
    assert (found["figure"], found["statistic"], found["n"]) == ("Text 5.3", "r", 4)
    assert found["value"] == pytest.approx(np.corrcoef([4, 3, 3, 1], [4, 4, 3, 1])[0, 1])
    assert {"p", "stars"} <= found.keys()


def test_an_undefined_correlation_has_a_reason_and_no_stars() -> None:
    found = row(small(), variable="v9 x v8", office="jugend")
    assert found["value"] is None
    assert found["reason"] == "fewer than 3 complete pairs"
    assert not {"p", "stars"} & found.keys()


def test_a_kind_of_office_without_returns_has_all_its_rows_with_reasons() -> None:
    lonely = returns(["ordnung"], {"v8": [4], "v9": [4]}, (item("v8"), item("v9")))
    found = rows(lonely, variable="v8", office="jugend", figure="Abb. 8")
    assert len(found) == 19
    assert {each["n"] for each in found} == {0}
    assert all(
        each["reason"] == "no valid answer" for each in found if each["statistic"] not in ("n", "count")
    )


def test_before_the_first_return_every_row_is_there_and_none_pretends() -> None:
    empty = returns([], {"v8": [], "v9": []}, (item("v8"), item("v9")))
    found = rows(empty)
    assert row(empty, variable=None, office="all", statistic="rate")["value"] == 0
    assert all(each["value"] is None for each in found if each["statistic"] in ("mean", "share", "r"))


def test_rows_of_a_kind_of_office_and_of_all_agree_with_a_frame_of_their_own() -> None:
    both = returns(["ordnung"] * 3 + ["jugend"] * 2, {"v8": [4, 3, -9, 1, 2], "v9": [1] * 5}, VARIABLES[2:4])
    alone = returns(["jugend"] * 2, {"v8": [1, 2], "v9": [1] * 2}, VARIABLES[2:4])
    assert rows(both, variable="v8", office="jugend") == rows(alone, variable="v8", office="jugend")


def test_rows_are_json_and_shares_are_not_per_cent() -> None:
    found = [result.row() for result in results(small(), SPEC)]
    assert json.loads(json.dumps(found, allow_nan=False))[0]["figure"] == "Tab. 1"
    shares = [each["value"] for each in found if each["statistic"] in ("share", "rate")]
    assert all(share is None or 0 <= float(str(share)) <= 1 for share in shares)


def test_the_same_number_object_is_found_again() -> None:
    trust = returns(
        ["ordnung"] * 180, {"v8": cells({1: 1, 2: 14, 3: 127, 4: 38}), "v9": [1] * 180}, VARIABLES[2:4]
    )
    findings = find_all(trust, SPEC)
    assert findings.find("v8", "all", "share", 3) in [result.statistic for result in findings.results]
    assert findings.find("v8", "all", "share", 3).value == 127 / 180
