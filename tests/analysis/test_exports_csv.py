"""returns_coded.csv is read with Python's own csv module, as a stranger would."""

import csv
import io
from typing import Any

import polars as pl
import pytest
from hypothesis import given

from analysis.codebook import Returns
from analysis.exports import csv as csv_export
from analysis.exports.columns import handed_out
from analysis.exports.csv import as_answered, as_text, coded_csv
from analysis.exports.readback import ReadBackError
from tests.analysis.exported import DEGENERATE, NO_ANSWERS, RETURNS, whole_returns

pytestmark = pytest.mark.once

HEADER = (
    "id,office_type,state,size_class,mode,submitted_on,trust,contact__1,staff,"
    "help,help__status,help__money,help__grants,since,since__status"
)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def help_cell(answer: str) -> str:
    return read(coded_csv(whole_returns([{"help": answer}])))[0]["help"]


def test_columns_stand_in_questionnaire_order_and_name_no_place() -> None:
    content = coded_csv(whole_returns([{}])).decode()
    assert content.splitlines()[0] == HEADER
    assert "Musterstadt" not in content


def test_codes_are_whole_numbers_and_fractions_keep_all_their_digits() -> None:
    rows: list[dict[str, Any]] = [{"staff": 0.1 + 0.2}, {"staff": 3.0}, {"staff": -10.0}]
    assert [row["staff"] for row in read(coded_csv(whole_returns(rows)))] == [
        "0.30000000000000004",
        "3",
        "-10",
    ]


def test_missing_text_is_empty_and_its_status_says_why() -> None:
    row = read(coded_csv(whole_returns([NO_ANSWERS])))[0]
    assert (row["help"], row["help__status"], row["help__money"]) == ("", "-9", "-9")


def test_rows_are_sorted_by_id() -> None:
    content = coded_csv(whole_returns([{"id": 7}, {"id": 2}, {"id": 5}]))
    assert [row["id"] for row in read(content)] == ["2", "5", "7"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "'=", "''@", "' +"])
def test_text_that_begins_like_a_formula_stands_behind_an_apostrophe(begin: str) -> None:
    assert help_cell(f"{begin}1+1") == f"'{begin}1+1"


@pytest.mark.parametrize("answer", ["Geld", "'s geht", "1 = 1", "a\n=b", "(-1)", ""])
def test_other_text_stands_as_it_was_answered(answer: str) -> None:
    assert help_cell(answer) == answer


@given(RETURNS)
def test_whoever_removes_the_apostrophes_has_every_answer_again(returns: Returns) -> None:
    frame = handed_out(returns)
    assert as_answered(as_text(frame)).equals(frame)
    content = coded_csv(returns)
    assert as_answered(pl.read_csv(content, schema=frame.schema)).equals(frame)


@given(RETURNS)
def test_no_cell_of_text_begins_like_a_formula(returns: Returns) -> None:
    for row in read(coded_csv(returns)):
        assert not row["help"].lstrip().startswith(("=", "+", "-", "@"))
        assert not row["help"].startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("case", DEGENERATE)
def test_little_data_makes_a_whole_file(case: str) -> None:
    returns = DEGENERATE[case]
    content = coded_csv(returns)
    assert content.decode().splitlines()[0] == HEADER
    assert len(read(content)) == len(returns.frame)


def test_a_file_that_lost_a_digit_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def rounded(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("staff").round(1))

    monkeypatch.setattr(csv_export, "without_needless_fractions", rounded)
    with pytest.raises(ReadBackError, match="column staff, return 2") as caught:
        coded_csv(whole_returns([{}, {"staff": 2.25}]))
    assert "2.25" not in str(caught.value)
