"""CSV files from elsewhere: UTF-8, `,` or `;`; what cannot be read is named by row."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class RowFault:
    """What is wrong with one row; row 1 is the header, as in a spreadsheet."""

    row: int
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class CsvError(Exception):
    """A file that is not taken; carries every fault found."""

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


Row = dict[str, str]

# What a spreadsheet would run as a formula, after any blanks; the wide forms are read like the narrow ones.
# Apostrophes before it count as well, so that the one that we add can be told from them again.
# Source: OWASP, CSV Injection.
FORMULA = r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])"


def harmless(text: str) -> str:
    """The text for a cell, behind an apostrophe if a spreadsheet would run it."""
    return f"'{text}" if re.match(FORMULA, text) else text


def as_written(text: str) -> str:
    """The inverse of `harmless`: the text that stands in a cell of a file of ours."""
    return re.sub(f"^'({FORMULA})", r"\1", text)


def read(content: bytes) -> tuple[list[str], list[tuple[int, Row]]]:
    """The header, and each row that is not blank with its number. CsvError if it cannot be read."""
    text = decoded(content)
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise CsvError([RowFault(1, f"broken CSV: {error}")]) from None
    return names, list(numbered(reader, names))


def numbered(reader: Iterator[list[str]], names: list[str]) -> Iterator[tuple[int, Row]]:
    """Each row that is not blank, with its number."""
    number = 1
    try:
        for number, cells in enumerate(reader, 2):
            if not any(cells):
                continue
            if len(cells) != len(names):
                raise CsvError([RowFault(number, f"{len(cells)} cells where the header has {len(names)}")])
            yield number, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        raise CsvError([RowFault(number + 1, f"broken CSV: {error}")]) from None


def decoded(content: bytes) -> str:
    """The text; CsvError with a hint if it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        hint = "not UTF-8; it looks like Windows-1252: save it again as CSV UTF-8"
        raise CsvError([RowFault(row, hint)]) from None


def header_faults(names: list[str], *, required: set[str], allowed: set[str]) -> Iterator[RowFault]:
    """Columns that are absent, unknown or there twice."""
    for name in sorted(required - set(names)):
        yield RowFault(1, f"missing column {name}")
    for name in dict.fromkeys(names):
        if name not in allowed:
            yield RowFault(1, f"unknown column {name!r}")
        if names.count(name) > 1:
            yield RowFault(1, f"column {name!r} is there twice")
