"""Mails of our own making, modelled on what real systems send back; `returned/table.csv` says what each is.

`@MARK@` in a mail stands for the mark of its letter, `@MARKUPPER@` for the same in capitals.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from respondents.diagnosis import Kind
from respondents.marks import mark

FOLDER = Path(__file__).parent / "returned"


@dataclass(frozen=True)
class Specimen:
    """One mail, and what a careful person would make of it."""

    name: str
    kind: Kind
    has_letter: bool
    status: str
    recipient: str
    until: date | None

    @classmethod
    def of(cls, row: dict[str, str]) -> Self:
        until = date.fromisoformat(row["until"]) if row["until"] else None
        has_letter = row["letter"] == "yes"
        return cls(row["mail"], Kind(row["kind"]), has_letter, row["status"], row["recipient"], until)

    def raw(self, letter_id: int) -> bytes:
        """The mail as it would come back for this letter."""
        marked = (FOLDER / f"{self.name}.eml").read_bytes().replace(b"@MARK@", mark(letter_id).encode())
        return marked.replace(b"@MARKUPPER@", mark(letter_id).upper().encode())


def specimens() -> list[Specimen]:
    """All mails of the table; every file is in it."""
    with (FOLDER / "table.csv").open(newline="") as table:
        found = [Specimen.of(row) for row in csv.DictReader(table)]
    assert {specimen.name for specimen in found} == {path.stem for path in FOLDER.glob("*.eml")}
    return found


def specimen(name: str) -> Specimen:
    return next(one for one in specimens() if one.name == name)
