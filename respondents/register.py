"""Reads the register of offices; reports every row that it refuses, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from respondents.addresses import LINE_BREAKS, TURNING, is_address
from respondents.followup import DETAILS, change_office
from respondents.models import Case, Municipality, Office
from surveys import csvfile
from surveys.csvfile import CsvError, RowFault
from surveys.models import Survey, Variant

COLUMNS = (
    "municipality", "state", "population", "office_type", "email",
    "phone", "salutation", "contact_name", "wave1", "priority",
)  # fmt: skip
LONGEST = {"phone": 40, "salutation": 40, "contact_name": 120}


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
    changed: int  # how many of the known ones have new details


def read_register(content: bytes, survey: Survey) -> Register:
    """Check every row of a CSV file (`,` or `;`, UTF-8). CsvError if it cannot be read as a register."""
    names, rows = csvfile.read(content)
    columns = set(COLUMNS)
    if faults := list(csvfile.header_faults(names, required=columns, allowed=columns)):
        raise CsvError(faults)
    if not rows:
        raise CsvError([RowFault(1, "the register has no rows below its header")])
    check = Check(survey)
    register = Register([], [])
    for number, row in rows:
        reasons = list(check.faults_of(number, row))
        register.faults += [RowFault(number, reason) for reason in reasons]
        if not reasons:
            register.entries.append(check.entry(row))
    return register


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


def text_faults(name: str, text: str) -> Iterator[str]:
    """What no cell may hold."""
    if LINE_BREAKS.search(text):
        yield f"line break in {name}"
    if TURNING.search(text):
        yield f"{name} has marks that turn the direction of text"
    if len(text) > LONGEST.get(name, 254):
        yield f"{name} is longer than {LONGEST.get(name, 254)} characters"


def cell_faults(row: dict[str, str]) -> Iterator[str]:
    """What is wrong with the cells of a row, each by itself."""
    for name, text in row.items():
        yield from text_faults(name, text)
    for name in ("wave1", "priority"):
        if row[name].strip() not in ("", "0", "1"):
            yield f"{name} is {row[name]!r}, but must be 0 or 1"
    if not row["email"].strip():
        yield "missing mail address"
    elif not is_address(row["email"].strip()):
        yield f"malformed mail address {row['email']!r}"


@transaction.atomic
def store_register(entries: list[Entry]) -> Imported:
    """Write offices and cases. An office already there keeps its link; what changes stands in its history."""
    known = changed = 0
    for entry in entries:
        office, _ = Office.objects.get_or_create(
            municipality=entry.municipality, office_type=entry.variant.code, defaults=entry.details
        )
        flags = {"wave1": entry.wave1, "priority": entry.priority}
        people = entry.municipality.population
        if Case.objects.filter(office=office, variant=entry.variant).update(population=people, **flags):
            known += 1
        else:
            Case.for_office(office, entry.variant, **flags).save()
        if any(getattr(office, name) != entry.details[name] for name in DETAILS):
            case = Case.objects.get(office=office, variant=entry.variant)
            changed += change_office(case, entry.details, by=None)
    return Imported(new=len(entries) - known, known=known, changed=changed)
