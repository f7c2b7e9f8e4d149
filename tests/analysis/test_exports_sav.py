"""returns_coded.sav is read back with pyreadstat and with PSPP, GNU's free reader of SPSS files."""

import csv
import io
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings

from analysis.codebook import Missing, Returns, Variable
from analysis.exports import sav
from analysis.exports.readback import ReadBackError
from analysis.exports.sav import coded_sav, cut
from analysis.statistics import Answers, share
from tests.analysis.exported import (
    DEGENERATE,
    NO_ANSWERS,
    RETURNS,
    SCHEMA,
    TITLE,
    whole_returns,
)

pytestmark = pytest.mark.once

CODES = [code.value for code in Missing]
NAMES = [name for name in SCHEMA if name != "municipality"]
NUMERIC = [name for name in NAMES if SCHEMA[name] not in (pl.String, pl.Date)]
ROWS: list[dict[str, Any]] = [
    *({"trust": code} for code in (1, 3, 3, 4, 4, 4)),
    *({"trust": code, "help__status": code, "help": None} for code in CODES),
    {"office_type": "jugend", "staff": -11.0, "help": "ü" * 3200, "since": date(1890, 1, 1)},
]


def read(content: bytes, folder: Path) -> tuple[pl.DataFrame, Any]:
    file = folder / "read.sav"
    file.write_bytes(content)
    return pyreadstat.read_sav(file, user_missing=True, output_format="polars")


def pspp(content: bytes, folder: Path, *commands: str) -> list[list[str]]:
    """What PSPP says of the file, line by line, by names and codes."""
    (folder / "returns.sav").write_bytes(content)
    orders = ["SET TNUMBERS=VALUES TVARS=NAMES.", "GET FILE='returns.sav'.", *commands]
    (folder / "orders.sps").write_text("\n".join(orders) + "\n")
    command = ["pspp", "-O", "format=csv", "-o", "said.csv", "orders.sps"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    return list(csv.reader(io.StringIO((folder / "said.csv").read_text(), newline="")))


# --- as pyreadstat reads it ---


def test_cells_are_those_of_the_frame(tmp_path: Path) -> None:
    returns = whole_returns(ROWS)
    cells, _ = read(coded_sav(returns, "de"), tmp_path)
    assert cells.columns == NAMES
    for name in NAMES:
        assert cells[name].to_list() == [
            "" if cell is None and SCHEMA[name] == pl.String else cell for cell in returns.frame[name]
        ]


def test_every_column_says_what_it_is(tmp_path: Path) -> None:
    _, meta = read(coded_sav(whole_returns(ROWS), "de"), tmp_path)
    assert meta.file_label == TITLE
    assert meta.column_names_to_labels["trust"] == "Vertrauen in unserem Ordnungsamt"
    assert meta.column_names_to_labels["help__status"] == "Hilfen (Antwortstatus)"
    assert meta.column_names_to_labels["help__grants"] == "Hilfen: Fördermittel"
    measures = {name: meta.variable_measure[name] for name in ("trust", "contact__1", "staff", "size_class")}
    assert measures == {
        "trust": "ordinal",
        "contact__1": "nominal",
        "staff": "scale",
        "size_class": "ordinal",
    }
    assert meta.original_variable_types["since"].startswith("DATE")
    assert "unknown" not in meta.variable_measure.values()


def test_codes_and_missing_codes_are_labelled_in_the_words_of_the_form(tmp_path: Path) -> None:
    _, meta = read(coded_sav(whole_returns(ROWS), "de"), tmp_path)
    labels = meta.variable_value_labels
    assert labels["trust"] == {
        1: "trifft gar nicht zu",
        2: "trifft eher nicht zu",
        3: "trifft eher zu",
        4: "trifft voll zu",
        -8: "kann ich nicht beurteilen",
        -9: "keine Angabe",
        -10: "trifft nicht zu (Filter)",
        -11: "nicht vorgelegt (Variante)",
        -12: "abgebrochen",
    }
    assert labels["help__money"][1] == "genannt"
    assert labels["help__status"][0] == "beantwortet"
    assert labels["office_type"] == {"ordnung": "Ordnung", "jugend": "Jugend"}
    assert labels["size_class"][2] == "100.000 bis unter 200.000"


def test_missing_codes_are_declared_in_every_numeric_column(tmp_path: Path) -> None:
    _, meta = read(coded_sav(whole_returns(ROWS), "de"), tmp_path)
    assert meta.missing_ranges == {name: [{"lo": -99, "hi": -1}] for name in NUMERIC}


def test_a_long_question_is_cut_after_a_word(tmp_path: Path) -> None:
    question = "Wie schätzen Sie die Zusammenarbeit über Ämter hinweg ein? " * 8
    variable = Variable("trust", question, "kurz", "choice", "ordinal", (), {})
    _, meta = read(coded_sav(whole_returns(ROWS, (variable,)), "de"), tmp_path)
    label = meta.column_names_to_labels["trust"]
    assert len(label.encode()) <= 256
    assert label.endswith("…")
    assert question.startswith(f"{label[:-1]} ")


@pytest.mark.parametrize("text", ["ä" * 50, "👩🏽‍🚒" * 9, "Wort " * 9, "x" * 40, "Donaudampfschifffahrt ja"])
@pytest.mark.parametrize("most", range(4, 30))
def test_what_is_cut_fits_and_is_whole_characters(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short.encode()) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_text_beyond_what_the_format_holds_is_cut_and_counted(tmp_path: Path) -> None:
    returns = whole_returns([{"help": "ä" * 20_000}, {"help": "kurz"}])
    cells, meta = read(coded_sav(returns, "de"), tmp_path)
    assert cells["help"][0] == "ä" * 16_382 + "…"
    assert cells["help"][1] == "kurz"
    assert meta.notes == ["help: 1 Texte gekürzt, ganz in returns_coded.csv"]


@given(RETURNS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_answer_survives_but_for_blanks_at_its_end(returns: Returns) -> None:
    content = coded_sav(returns, "de")
    cells, _ = pyreadstat.read_sav(io.BytesIO(content), user_missing=True, output_format="polars")
    answered = ["" if text is None else text.rstrip(" ") for text in returns.frame["help"]]
    assert cells["help"].to_list() == answered
    assert cells["staff"].to_list() == returns.frame["staff"].to_list()
    assert cells["since"].to_list() == returns.frame["since"].to_list()


@pytest.mark.parametrize("case", DEGENERATE)
def test_little_data_makes_a_whole_file(case: str, tmp_path: Path) -> None:
    returns = DEGENERATE[case]
    cells, meta = read(coded_sav(returns, "en"), tmp_path)
    assert (cells.columns, cells.height) == (NAMES, len(returns.frame))
    assert meta.variable_value_labels["trust"][-9] == "no answer"
    listed = {line[0] for line in pspp(coded_sav(returns, "en"), tmp_path, "DISPLAY DICTIONARY.") if line}
    assert set(NAMES) <= listed


# --- a writer that loses something ---


def without(key: str, column: str) -> Callable[..., None]:
    def write(frame: pl.DataFrame, file: Path, **said: Any) -> None:
        kept = {name: value for name, value in said[key].items() if name != column}
        pyreadstat.write_sav(frame, file, **{**said, key: kept})

    return write


def with_one_label_less(frame: pl.DataFrame, file: Path, **said: Any) -> None:
    labels = {name: dict(values) for name, values in said["variable_value_labels"].items()}
    del labels["trust"][-9]
    pyreadstat.write_sav(frame, file, **{**said, "variable_value_labels": labels})


def with_another_cell(frame: pl.DataFrame, file: Path, **said: Any) -> None:
    pyreadstat.write_sav(frame.with_columns(trust=pl.lit(1, pl.Int16)), file, **said)


def with_a_row_less(frame: pl.DataFrame, file: Path, **said: Any) -> None:
    pyreadstat.write_sav(frame.head(-1), file, **said)


class Writer:
    """pyreadstat with another way of writing."""

    def __init__(self, write_sav: Callable[..., None]) -> None:
        self.write_sav = write_sav
        self.read_sav = pyreadstat.read_sav


@pytest.mark.parametrize(
    ("writer", "what"),
    [
        (without("column_labels", "trust"), "column_labels"),
        (without("variable_value_labels", "help__money"), "variable_value_labels"),
        (with_one_label_less, "variable_value_labels"),
        (without("missing_ranges", "staff"), "missing_ranges"),
        (without("variable_measure", "trust"), "variable_measure"),
        (with_another_cell, "column trust, return 1"),
        (with_a_row_less, "number of rows"),
    ],
)
def test_a_file_that_lost_something_is_not_handed_out(
    writer: Callable[..., None], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sav, "pyreadstat", Writer(writer))
    with pytest.raises(ReadBackError, match=what):
        coded_sav(whole_returns([{}, {}]), "de")


def test_a_text_that_the_format_would_end_early_is_refused_without_quoting_it() -> None:
    with pytest.raises(ReadBackError, match="column help, return 1") as caught:
        coded_sav(whole_returns([{"help": "geheim\0 geheim"}]), "de")
    assert "geheim" not in str(caught.value)


# --- as PSPP reads it ---


def test_pspp_reads_labels_levels_and_missing_values(tmp_path: Path) -> None:
    said = pspp(coded_sav(whole_returns(ROWS), "de"), tmp_path, "DISPLAY DICTIONARY.")
    start = next(number for number, line in enumerate(said) if line[:2] == ["Name", "Position"])
    about = {line[0]: dict(zip(said[start], line, strict=True)) for line in said[start + 1 :][: len(NAMES)]}
    assert list(about) == NAMES
    assert about["trust"]["Label"] == "Vertrauen in unserem Ordnungsamt"
    assert about["trust"]["Measurement Level"] == "Ordinal"
    assert about["since"]["Print Format"].startswith("DATE")
    declared = [name for name, line in about.items() if line["Missing Values"] == "-99 THRU -1"]
    assert declared == NUMERIC
    labels = [line[-1] for line in said if len(line) == 3]
    assert {"kann ich nicht beurteilen", "trifft nicht zu (Filter)", "beantwortet", "Jugend"} <= set(labels)


@pytest.mark.parametrize("name", ["trust", "contact__1", "help__money", "help__status"])
def test_pspp_counts_what_we_count(name: str, tmp_path: Path) -> None:
    returns = whole_returns([*ROWS, NO_ANSWERS, {"contact__1": 0, "help__money": 0, "help__status": -12}])
    said = pspp(coded_sav(returns, "de"), tmp_path, f"FREQUENCIES /VARIABLES={name} /STATISTICS=NONE.")
    answers = Answers.of(returns.frame[name])
    codes = {"1", "2", "3", "4", "0", *map(str, CODES)}
    counted = {int(line[1]): (int(line[2]), line[4]) for line in said if len(line) > 4 and line[1] in codes}
    ours = dict(returns.frame[name].value_counts().iter_rows())
    assert {code: n for code, (n, _) in counted.items()} == ours
    for code in answers.valid.unique():
        of_valid = share(answers, code).number
        assert of_valid is not None
        assert counted[code][1] == f"{of_valid:.1%}"
    assert all(counted[code][1] == "" for code in counted if code < 0)


def test_pspp_reads_every_text_in_full(tmp_path: Path) -> None:
    answers = [
        "ü" * 3200,
        "👩🏽‍🚒 =1+1",
        'er sagte "ja", oder; nein',
        "- a\n- b",
        *("x" * n for n in range(250, 260)),
    ]
    content = coded_sav(whole_returns([{"help": answer} for answer in answers]), "de")
    (tmp_path / "returns.sav").write_bytes(content)
    subprocess.run(["pspp-convert", "returns.sav", "texts.csv"], cwd=tmp_path, check=True, timeout=60)
    with (tmp_path / "texts.csv").open(newline="") as texts:
        assert [row["help"] for row in csv.DictReader(texts)] == answers
