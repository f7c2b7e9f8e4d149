"""Coded returns from elsewhere: what goes in comes out again, and every refused cell is named."""

import csv
import io
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.exports.csv import coded_csv
from analysis.frame import read
from analysis.management.commands.import_returns import moment
from analysis.models import Coding
from analysis.returnsfile import Window, read_returns, store_returns
from respondents.models import Case
from surveys.csvfile import CsvError
from surveys.models import Response, Survey
from tests.builders import STUDY_2019, answered, case_for, load, municipality

FULL: dict[str, Any] = {
    "i_access": 7, "i_research": 0, "a_known": 4, "a_shared": 1, "a_loans": 2, "digital": 1,
    "online_share": 12.5, "channels": [1, 3], "portal_since": "2015-06-01", "portal_plans": "=1+1",
    "exhibitions": 3, "volunteers": 12, "founded_on": "1898-05-14", "remarks": "Two\nlines",
}  # fmt: skip
Row = dict[str, str]


@pytest.fixture
def rows(survey: Survey) -> list[Row]:
    """The returns of a museum that answered all and of a library that answered next to nothing, as a file."""
    cases = {case.variant.code: case for case in Case.objects.of(survey)}
    answered(cases["museum"], FULL)
    answered(cases["library"], {"i_access": 10, "digital": 0})
    content = coded_csv(read(survey)).decode()
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    for row in rows:
        row |= {"municipality": municipality().name, "submitted_at": "2024-03-05T12:00:00+01:00"}
    Case.objects.update(response=None)
    Response.objects.all().delete()
    return rows


def sheet(rows: list[Row]) -> bytes:
    out = StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def faults(rows: list[Row], survey: Survey) -> list[str]:
    return [str(fault) for fault in read_returns(sheet(rows), survey).faults]


def test_what_was_exported_comes_in_again_cell_by_cell(survey: Survey, rows: list[Row]) -> None:
    batch = read_returns(sheet(rows), survey)
    assert (batch.faults, batch.empty) == ([], [])
    store_returns(survey, batch.returns)
    again = list(csv.DictReader(io.StringIO(coded_csv(read(survey)).decode(), newline="")))
    kept = [{name: row[name] for name in again[0] if name != "id"} for row in rows]
    assert [{name: text for name, text in row.items() if name != "id"} for row in again] == kept
    museum = Response.objects.get(variant__code="museum")
    assert museum.answers == FULL
    assert museum.receipt


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ((0, "a_known", "6"), "illegal code"),
        ((0, "a_known", "x"), "not a whole number"),
        ((0, "a_known", "-7"), "illegal code"),
        ((0, "a_known", "-10"), "filter violated: the filter asks it"),
        ((0, "a_known", "-11"), "wrong variant: museum asks it"),
        ((0, "a_known", "-12"), "-12 stands only in returns never submitted"),
        ((0, "online_share", "101"), "outside the item's limits"),
        ((0, "online_share", "much"), "not a number"),
        ((0, "channels__1", "2"), "0 or 1 in every column"),
        ((0, "channels__1", "-9"), "or the same missing code in all"),
        ((0, "portal_since", "1.6.2015"), "not a day in ISO 8601"),
        ((0, "remarks", ""), "0 goes with an answer"),
        ((0, "remarks__status", "-9"), "says that there is no answer"),
        ((0, "remarks__status", "5"), "0 goes with an answer"),
        ((0, "municipality", "Atlantis"), "unknown municipality"),
        ((0, "office_type", "zoo"), "unknown office type"),
        ((0, "submitted_at", "5 March"), "not a time in ISO 8601"),
        ((0, "submitted_at", "2024-03-05T12:00"), "has no offset from UTC"),
        ((0, "mode", "pigeon"), "known are online, paper, telephone"),
        ((1, "a_loans", "3"), "wrong variant: library does not ask it"),
        ((1, "a_loans", "-9"), "wrong variant: library does not ask it"),
        ((1, "online_share", "5"), "filter violated: the filter does not ask it"),
        ((1, "online_share", "-9"), "filter violated: the filter does not ask it"),
    ],
)  # fmt: skip
def test_a_refused_cell_is_named_by_row_column_and_value(
    survey: Survey, rows: list[Row], cell: tuple[int, str, str], reason: str
) -> None:
    row, column, text = cell
    rows[row][column] = text
    (fault, *further) = faults(rows, survey)
    assert not further
    assert fault.startswith(f"row {row + 2}: ")
    assert reason in fault
    named = column.removesuffix("__1").removesuffix("__status")
    assert named in fault


def test_a_case_takes_one_return(survey: Survey, rows: list[Row]) -> None:
    assert "second return of the case in row 2" in faults([rows[0], dict(rows[0])], survey)[0]
    store_returns(survey, read_returns(sheet(rows), survey).returns)
    assert all("has a response already" in fault for fault in faults(rows, survey))


def test_an_office_that_the_register_does_not_have_is_refused(survey: Survey, rows: list[Row]) -> None:
    case_for(survey.variants.get(code="museum"), municipality("Elsewhere", "BY"))
    rows[1] |= {"municipality": "Elsewhere", "state": "BY"}
    assert "has no such office in the register" in faults(rows, survey)[0]


def test_an_empty_form_is_listed_and_not_stored(survey: Survey, rows: list[Row]) -> None:
    rows[1] |= {"i_access": "-9", "digital": "-9"}
    batch = read_returns(sheet(rows), survey)
    assert len(batch.returns) == 1
    assert batch.empty == ["row 3: Public Library, Testhausen"]


def test_a_return_that_was_never_submitted_is_kept_but_not_counted(survey: Survey, rows: list[Row]) -> None:
    rows[0] |= {"submitted_at": "", "a_known": "-12"}
    batch = read_returns(sheet(rows), survey)
    assert batch.faults == []
    store_returns(survey, batch.returns)
    assert Response.objects.filter(submitted_at=None, receipt=None).count() == 1
    assert len(read(survey).frame) == 1


def test_only_returns_up_to_a_day_are_taken(survey: Survey, rows: list[Row]) -> None:
    rows[1]["submitted_at"] = "2024-03-06T00:30:00+01:00"
    assert (
        len(
            read_returns(
                sheet(rows), survey, Window(until=moment("2024-03-05", survey, end_of_day=True))
            ).returns
        )
        == 1
    )
    assert (
        len(
            read_returns(
                sheet(rows), survey, Window(until=moment("2024-03-06", survey, end_of_day=True))
            ).returns
        )
        == 2
    )


def test_unknown_and_missing_columns_are_named(survey: Survey, rows: list[Row]) -> None:
    for row in rows:
        row["a_unknown"] = row.pop("a_known")
    with pytest.raises(CsvError, match="missing column a_known\nrow 1: unknown column 'a_unknown'"):
        read_returns(sheet(rows), survey)


def test_one_refused_cell_keeps_the_whole_file_out(survey: Survey, rows: list[Row], tmp_path: Path) -> None:
    rows[1]["i_access"] = "11"
    file, said = tmp_path / "returns.csv", StringIO()
    file.write_bytes(sheet(rows))
    with pytest.raises(CommandError, match="nothing was imported; faults: 1") as refusal:
        call_command("import_returns", file, survey=survey.name, stderr=said)
    assert refusal.value.returncode == 2
    assert said.getvalue() == f"{file}: row 3: i_access = '11': illegal code\n"
    assert not Response.objects.exists()


def test_the_returns_of_2019_come_in_with_their_codes_and_go_out_the_same(db: None) -> None:
    survey = load(STUDY_2019)
    call_command("import_register", STUDY_2019 / "register.csv", survey=survey.name, stdout=StringIO())
    call_command("import_returns", STUDY_2019 / "returns.csv", survey=survey.name, stdout=StringIO())
    with (STUDY_2019 / "returns.csv").open(newline="") as file:
        wanted = list(csv.DictReader(file))
    content = coded_csv(read(survey)).decode()
    found = list(csv.DictReader(io.StringIO(content, newline="")))
    shared = [name for name in found[0] if name != "id"]
    assert [{name: row[name] for name in shared} for row in found] == [
        {name: row[name] for name in shared} for row in wanted
    ]
    ones = sum(row[name] == "1" for row in wanted for name in shared if name.startswith("o") and "__" in name)
    assert Coding.objects.count() == ones
