"""Reads coded returns from a CSV file and stores them as responses of their cases, all or nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from analysis.cells import BadCell, Cells, columns_of
from analysis.models import Code, Coding
from analysis.variables import Forms, categories_of, forms_of, ordered_items
from respondents.models import Case
from surveys import csvfile
from surveys.csvfile import CsvError, Row, RowFault
from surveys.models import Response, Survey
from surveys.models.response import new_receipt

PLACE = {"municipality", "state", "office_type", "submitted_at"}
DERIVED = {"id", "size_class", "mode", "submitted_on"}


@dataclass(frozen=True)
class Return:
    """One checked return: whose it is, what was answered, how the open answers were coded."""

    case: Case
    answers: dict[str, Any]
    submitted_at: datetime | None
    mode: str
    codes: tuple[tuple[str, str], ...]


@dataclass
class Batch:
    """A file of returns, checked: what can be stored, what is wrong, which forms came back empty."""

    returns: list[Return] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Window:
    """From when (included) to when (not included) returns are taken; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a return of this moment is taken; one that was never submitted only from the beginning."""
        if moment is None:
            return self.since is None
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


def read_returns(content: bytes, survey: Survey, window: Window = Window()) -> Batch:
    """Check every row of the window. CsvError if the file is no coded file of this survey."""
    check = Check(survey)
    names, rows = csvfile.read(content)
    if faults := list(csvfile.header_faults(names, required=check.required, allowed=check.allowed)):
        raise CsvError(faults)
    batch = Batch()
    for number, row in rows:
        check.row(number, row, batch, window)
    return batch


class Check:
    """Holds rows against the questionnaire, the register and the rows before them."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.forms: Forms = forms_of(survey)
        self.items = ordered_items(survey, self.forms)
        self.categories = categories_of(survey)
        cases = Case.objects.of(survey).select_related("office__municipality", "variant", "response")
        self.cases = {
            (c.office.municipality.name, c.office.municipality.state, c.variant.code): c for c in cases
        }
        self.places = {key[:2] for key in self.cases}
        self.seen: dict[int, int] = {}

    @property
    def required(self) -> set[str]:
        return PLACE | {column for item in self.items for column in columns_of(item)}

    @property
    def allowed(self) -> set[str]:
        coded = {f"{name}__{c.slug}" for name, codes in self.categories.items() for c in codes}
        return self.required | DERIVED | coded

    def row(self, number: int, row: Row, batch: Batch, window: Window) -> None:
        """Put one row where it belongs: among the returns, the empty forms or the faults."""
        try:
            submitted_at = self.moment(row["submitted_at"])
            if not window.holds(submitted_at):
                return
            case = self.case(number, row)
        except BadCell as error:
            batch.faults.append(RowFault(number, str(error)))
            return
        cells = Cells(self.forms[case.variant.code], row, finished=submitted_at is not None)
        answers = cells.answers(self.items)
        codes = tuple(cells.codes(self.categories))
        batch.faults += [RowFault(number, str(fault)) for fault in cells.faults]
        if not answers and not cells.faults:
            batch.empty.append(f"row {number}: {case}")
        elif not cells.faults:
            mode = row.get("mode") or Response.Mode.ONLINE
            batch.returns.append(Return(case, answers, submitted_at, mode, codes))

    def moment(self, text: str) -> datetime | None:
        """When the return was submitted; None if it never was."""
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise BadCell("submitted_at", text, "not a time in ISO 8601") from None
        if moment.tzinfo is None:
            raise BadCell("submitted_at", text, "has no offset from UTC, such as +01:00")
        return moment

    def case(self, number: int, row: Row) -> Case:
        """The case that the row names, if it still has no return."""
        place = (row["municipality"], row["state"])
        if place not in self.places:
            raise BadCell("municipality", row["municipality"], f"unknown municipality in {row['state']}")
        if row["office_type"] not in self.forms:
            raise BadCell("office_type", row["office_type"], "unknown office type")
        case = self.cases.get((*place, row["office_type"]))
        if case is None:
            raise BadCell("office_type", row["office_type"], f"{place[0]} has no such office in the register")
        if case.response is not None:
            raise BadCell("municipality", row["municipality"], "this case has a response already")
        first = self.seen.setdefault(case.pk, number)
        if first != number:
            raise BadCell("municipality", row["municipality"], f"second return of the case in row {first}")
        if row.get("mode") and row["mode"] not in Response.Mode.values:
            raise BadCell("mode", row["mode"], f"known are {', '.join(Response.Mode.values)}")
        return case


@transaction.atomic
def store_returns(survey: Survey, returns: list[Return]) -> None:
    """Write responses, tie them to their cases, and keep the codings of open answers.

    CsvError if a case was opened since the file was read; then nothing is stored.
    """
    ours = Case.objects.select_for_update(of=("self",)).filter(pk__in=[entry.case.pk for entry in returns])
    if taken := [case for case in ours.select_related("variant") if case.response_id]:
        raise CsvError([RowFault(0, f"{case} was opened meanwhile; read the file again") for case in taken])
    survey.freeze()
    for entry in returns:
        moment = entry.submitted_at or survey.now()
        entry.case.response = Response.objects.create(
            variant=entry.case.variant,
            answers=entry.answers,
            mode=entry.mode,
            started_at=moment,
            saved_at=moment,
            submitted_at=entry.submitted_at,
            receipt=new_receipt() if entry.submitted_at else None,
        )
    Case.objects.bulk_update((entry.case for entry in returns), ["response"])
    known = {
        (name, code.slug): code
        for code in Code.objects.filter(system__survey=survey).select_related("system")
        for name in code.system.variables
    }
    Coding.objects.bulk_create(
        Coding(response=entry.case.response, variable=name, code=known[name, slug])
        for entry in returns
        for name, slug in entry.codes
    )
