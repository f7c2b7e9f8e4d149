"""Reads the register of offices; reports every row that it refuses, and why."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from respondents.models import Case, Municipality, Office
from surveys.models import Survey, Variant

COLUMNS = (
    "municipality", "state", "population", "office_type", "email",
    "phone", "salutation", "contact_name", "wave1", "priority",
)  # fmt: skip
DETAILS = ("email", "phone", "salutation", "contact_name")
LONGEST = {"phone": 40, "salutation": 40, "contact_name": 120}


@dataclass(frozen=True, order=True)
class RowFault:
    """What is wrong with one row; row 1 is the header, as in a spreadsheet."""

    row: int
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class RegisterError(Exception):
    """A register that is not imported; carries every fault found."""

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Entry:
    """One office of the register, checked."""

    municipality: Municipality
    variant: Variant
    details: dict[str, str]
    wave1: bool
    priority: bool


@dataclass
class Register:
    """A register read against a survey: its good rows, and what is wrong with the others."""

    entries: list[Entry]
    faults: list[RowFault]


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    new: int
    known: int


def read_register(content: bytes, survey: Survey) -> Register:
    """Check every row of a CSV file (`,` or `;`, UTF-8). RegisterError if it cannot be read as one."""
    rows = list(records(decoded(content)))
    check = Check(survey)
    register = Register([], [])
    for number, row in enumerate(rows, 2):
        reasons = list(check.faults_of(number, row))
        register.faults += [RowFault(number, reason) for reason in reasons]
        if not reasons:
            register.entries.append(check.entry(row))
    if not rows:
        register.faults.append(RowFault(1, "the register has no rows below its header"))
    return register


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        hint = "not UTF-8; it looks like Windows-1252: save it again as CSV UTF-8"
        raise RegisterError([RowFault(row, hint)]) from None


def records(text: str) -> Iterator[dict[str, str]]:
    """Each row as column -> text; RegisterError if the columns are not the register's."""
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        names = [name.strip() for name in next(reader, [])]
        if problem := header_problem(names):
            raise RegisterError([RowFault(1, problem)])
        for number, cells in enumerate(reader, 2):
            if not any(cells):
                continue
            if len(cells) != len(names):
                raise RegisterError([RowFault(number, f"{len(cells)} cells where the header has {len(names)}")])
            yield dict(zip(names, cells, strict=True))
    except csv.Error as error:
        raise RegisterError([RowFault(number + 1, f"broken CSV: {error}")]) from None


def header_problem(names: list[str]) -> str:
    absent = [name for name in COLUMNS if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if absent:
        return f"missing column {', '.join(absent)}"
    if unknown or len(set(names)) != len(names):
        return f"unknown or repeated column {', '.join(unknown or names)}"
    return ""


class Check:
    """Holds rows against the survey's variants and places, and against the rows before them."""

    def __init__(self, survey: Survey) -> None:
        self.variants = {variant.code: variant for variant in survey.variants.all()}
        self.places = {(place.name, place.state): place for place in Municipality.objects.all()}
        self.seen: dict[tuple[str, str, str], int] = {}

    def faults_of(self, number: int, row: dict[str, str]) -> Iterator[str]:
        """Every reason to refuse this row."""
        yield from cell_faults(row)
        place = (row["municipality"].strip(), row["state"].strip())
        office_type = row["office_type"].strip()
        if place not in self.places:
            yield f"unknown municipality {place[0]!r} in {place[1]!r}"
        if office_type not in self.variants:
            yield f"unknown office type {office_type!r}; known: {', '.join(self.variants)}"
        first = self.seen.setdefault((*place, office_type), number)
        if first != number:
            yield f"duplicate office: {office_type} of {place[0]} stands in row {first} already"

    def entry(self, row: dict[str, str]) -> Entry:
        """A row without faults, ready to be stored."""
        return Entry(
            municipality=self.places[row["municipality"].strip(), row["state"].strip()],
            variant=self.variants[row["office_type"].strip()],
            details={name: row[name].strip() for name in DETAILS},
            wave1=row["wave1"].strip() == "1",
            priority=row["priority"].strip() == "1",
        )


def cell_faults(row: dict[str, str]) -> Iterator[str]:
    """What is wrong with the cells of a row, each by itself."""
    for name, text in row.items():
        if any(sign in text for sign in "\r\n\0\x0b\x0c\x85\u2028\u2029"):
            yield f"line break in {name}"
        if len(text) > LONGEST.get(name, 254):
            yield f"{name} is longer than {LONGEST.get(name, 254)} characters"
    for name in ("wave1", "priority"):
        if row[name].strip() not in ("", "0", "1"):
            yield f"{name} is {row[name]!r}, but must be 0 or 1"
    if not row["email"].strip():
        yield "missing mail address"
    elif not is_address(row["email"].strip()):
        yield f"malformed mail address {row['email']!r}"


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@transaction.atomic
def store_register(entries: list[Entry]) -> Imported:
    """Write offices and cases. An office already there gets its new details and keeps its link."""
    known = 0
    for entry in entries:
        office, _ = Office.objects.update_or_create(
            municipality=entry.municipality, office_type=entry.variant.code, defaults=entry.details
        )
        flags = {"wave1": entry.wave1, "priority": entry.priority}
        if Case.objects.filter(office=office, variant=entry.variant).update(**flags):
            known += 1
        else:
            Case.for_office(office, entry.variant, **flags).save()
    return Imported(new=len(entries) - known, known=known)
