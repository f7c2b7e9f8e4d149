"""The coded data for SPSS and whatever reads its files: labels, missing codes and levels included. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import polars.selectors as cs
import pyreadstat

from analysis.codebook import Returns
from analysis.exports.columns import Code, Column, columns, handed_out, is_whole
from analysis.exports.readback import require_same, require_same_cells
from analysis.exports.words import WORDS
from analysis.statistics import DECLARED_MISSING

# What the format holds, in bytes of UTF-8; a longer text is cut by some program or other without a word.
LABEL, VALUE_LABEL, FILE_LABEL, NOTE, TEXT = 256, 120, 64, 80, 32_767
ELLIPSIS = "…"
AT_ONCE = 10_000


@dataclass(frozen=True)
class Labels:
    """All that an SPSS file says of its columns, each by the name of the column."""

    column_labels: Mapping[str, str]
    variable_value_labels: Mapping[str, Mapping[Code, str]]
    missing_ranges: Mapping[str, Sequence[Mapping[str, int]]]
    variable_measure: Mapping[str, str]


def coded_sav(returns: Returns, language: str) -> bytes:
    """The same columns as the CSV, labelled; text up to 32,767 bytes, without blanks at its end.

    Missing text is empty, with the reason in its status column. A note in the file counts what was cut.
    ReadBackError if the file read back differs from the frame in a cell or from the codebook in a label.
    """
    answered = handed_out(returns)
    frame = answered.with_columns(cs.string().map_batches(fitting, pl.String))
    labels = labels_of(columns(returns.codebook, language), frame)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "returns_coded.sav"
        write(file, frame, labels, title=returns.codebook.title, notes=notes(answered, language))
        require_faithful(file, frame, labels)
        return file.read_bytes()


def write(file: Path, frame: pl.DataFrame, labels: Labels, *, title: str, notes: Sequence[str]) -> None:
    """Write the file; rows are compressed as SPSS does itself, or text would be padded to the longest."""
    pyreadstat.write_sav(
        frame,
        file,
        file_label=in_a_line(title, FILE_LABEL),
        note=list(notes),
        row_compress=True,
        variable_format=formats(frame),
        **vars(labels),
    )


def labels_of(described: Sequence[Column], frame: pl.DataFrame) -> Labels:
    """What the codebook says of the frame's columns, as far as the format can hold it."""
    numeric = frame.select(cs.numeric()).columns
    low, high = DECLARED_MISSING
    return Labels(
        column_labels={column.name: in_a_line(column.label, LABEL) for column in described},
        variable_value_labels={
            column.name: {code: in_a_line(label, VALUE_LABEL) for code, label in column.values.items()}
            for column in described
            if column.values
        },
        missing_ranges={name: [{"lo": low, "hi": high}] for name in numeric},
        variable_measure={column.name: column.measure for column in described},
    )


def formats(frame: pl.DataFrame) -> dict[str, str]:
    """How SPSS shows numbers: without decimals unless a column has fractions."""
    numeric = frame.select(cs.numeric())
    return {column.name: "F8.0" if is_whole(column) else "F12.2" for column in numeric}


def require_faithful(file: Path, frame: pl.DataFrame, labels: Labels) -> None:
    """ReadBackError unless the file holds exactly this frame and says exactly this of its columns.

    Read some rows at a time, for all cells at once would take several times the frame's memory.
    """
    for first in range(0, frame.height + 1, AT_ONCE):  # one row beyond the end: nothing may stand there
        cells, meta = pyreadstat.read_sav(
            file, user_missing=True, output_format="polars", row_offset=first, row_limit=AT_ONCE
        )
        part = frame.slice(first, AT_ONCE)
        expected = part.with_columns(cs.string().fill_null(""), cs.numeric().cast(pl.Float64))
        require_same_cells(expected, typed(cells, expected), file.name)
    said: dict[str, Any] = {
        "column_labels": meta.column_names_to_labels,
        "variable_value_labels": meta.variable_value_labels,
        "missing_ranges": meta.missing_ranges,
        "variable_measure": meta.variable_measure,
    }
    for what, wanted in vars(labels).items():
        require_same(what, wanted, said[what], file.name)


def typed(cells: pl.DataFrame, expected: pl.DataFrame) -> pl.DataFrame:
    """A file without rows or answers says nothing of its columns' types."""
    unknown = {
        name: expected.schema.get(name, pl.Null) for name in cells.select(cs.by_dtype(pl.Null)).columns
    }
    return cells.cast(unknown)  # type: ignore[arg-type]


def fitting(texts: pl.Series) -> pl.Series:
    """Texts as the format can hold them: blanks at the end are padding there, and length has a limit."""
    bare = texts.str.strip_chars_end(" ")
    if (bare.str.len_bytes() <= TEXT).all():
        return bare
    return bare.map_elements(lambda text: cut(text, TEXT), pl.String)


def notes(answered: pl.DataFrame, language: str) -> list[str]:
    """A line for each column in which text had to be cut."""
    lengths = answered.select(cs.string().str.strip_chars_end(" ").str.len_bytes())
    counts = {column.name: (column > TEXT).sum() for column in lengths}
    says = WORDS[language]["cut"]
    return [cut(says.format(column=name, n=n), NOTE) for name, n in counts.items() if n]


def in_a_line(label: str, most: int) -> str:
    """A label without line breaks, cut to what the format holds."""
    return cut(" ".join(label.split()), most)


def cut(text: str, most: int) -> str:
    """The text in at most so many bytes of UTF-8; what is longer ends after a whole word with an ellipsis."""
    if len(text.encode()) <= most:
        return text
    room = most - len(ELLIPSIS.encode())
    kept = text.encode()[:room].decode(errors="ignore")
    return (kept.rpartition(" ")[0].rstrip() or kept) + ELLIPSIS
