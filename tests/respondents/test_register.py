"""The register of offices: what is refused, with row and reason, and what an import leaves behind."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from respondents.models import Case, Contact, Office
from respondents.register import COLUMNS, read_register, store_register
from surveys.csvfile import CsvError, RowFault
from surveys.models import Survey
from tests import builders
from tests.respondents.rows import contents

Row = Mapping[str, str]


@pytest.fixture
def survey(db: None) -> Survey:
    """A survey without cases; its register may name one place."""
    survey = builders.load(builders.SMALL_STUDY)
    builders.municipality()
    return survey


def row(survey: Survey, number: int = 0, **cells: str) -> Row:
    """A good row: the only place, and the kind of office with this number."""
    code = survey.variants.all()[number].code
    return {
        "municipality": "Testhausen",
        "state": "NW",
        "population": "60000",
        "office_type": code,
        "email": f"{code}@testhausen.example",
        "phone": "",
        "salutation": "",
        "contact_name": "",
        "wave1": "0",
        "priority": "0",
        **cells,
    }


def sheet(*rows: Row, delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def faults(survey: Survey, text: str | bytes) -> list[RowFault]:
    """What is wrong with a register, whether its rows or the whole file."""
    content = text if isinstance(text, bytes) else text.encode()
    try:
        return read_register(content, survey).faults
    except CsvError as error:
        return error.faults


def imported(survey: Survey, text: str) -> None:
    store_register(read_register(text.encode(), survey).entries)


FAULTY_CELLS = {
    "missing address": ({"email": " "}, "missing mail address"),
    "malformed address": ({"email": "amt(at)stadt.example"}, "malformed mail address 'amt(at)stadt.example'"),
    "two addresses": ({"email": "a@b.example, c@d.example"}, "malformed mail address"),
    "address with a header": ({"email": "a@b.example\nBcc: c@d.example"}, "line break in email"),
    "unknown kind of office": ({"office_type": "feuerwehr"}, "unknown office type 'feuerwehr'; known: "),
    "unknown municipality": ({"municipality": "Nirgendwo"}, "unknown municipality 'Nirgendwo' in 'NW'"),
    "wrong state": ({"state": "BY"}, "unknown municipality 'Testhausen' in 'BY'"),
    "line break in a name": ({"contact_name": "Dr. A\nB"}, "line break in contact_name"),
    "line break of another kind": ({"salutation": "Frau\u2028Herr"}, "line break in salutation"),
    "a name turned around": ({"contact_name": "\u202eavE"}, "contact_name has marks that turn the direction"),
    "a domain turned around": ({"email": "a@\u202estadt.example"}, "malformed mail address"),
    "a domain that mail would change": ({"email": "a@straße.example"}, "malformed mail address"),
    "10 KB": ({"contact_name": "x" * 10_000}, "contact_name is longer than 120 characters"),
    "zero byte": ({"contact_name": "A\0B"}, "line break in contact_name"),
    "name too long": ({"contact_name": "x" * 121}, "contact_name is longer than 120 characters"),
    "phone too long": ({"phone": "0" * 41}, "phone is longer than 40 characters"),
    "mark that is no mark": ({"wave1": "yes"}, "wave1 is 'yes', but must be 0 or 1"),
}


@pytest.mark.parametrize(("cells", "reason"), FAULTY_CELLS.values(), ids=FAULTY_CELLS)
def test_a_faulty_row_is_refused_with_its_number_and_the_reason(
    survey: Survey, cells: dict[str, str], reason: str
) -> None:
    found = faults(survey, sheet(row(survey), row(survey, 1, **cells)))
    assert found
    assert {fault.row for fault in found} == {3}
    assert any(fault.reason.startswith(reason) for fault in found), found


def test_every_fault_of_every_row_is_named_at_once(survey: Survey) -> None:
    rows = (row(survey, email="", office_type="feuerwehr"), row(survey, 1), row(survey, 1, wave1="2"))
    found = [(fault.row, fault.reason.split(" ")[0]) for fault in faults(survey, sheet(*rows))]
    assert sorted(found) == [(2, "missing"), (2, "unknown"), (4, "duplicate"), (4, "wave1")]


def test_a_second_row_for_an_office_is_refused_and_names_the_first(survey: Survey) -> None:
    twice = sheet(row(survey), row(survey, 1), row(survey, email="other@testhausen.example"))
    code = survey.variants.all()[0].code
    assert faults(survey, twice) == [
        RowFault(4, f"duplicate office: {code} of Testhausen stands in row 2 already")
    ]


def test_a_row_keeps_its_number_below_an_empty_line(survey: Survey) -> None:
    header, first, second = sheet(row(survey), row(survey, 1, email="")).splitlines()
    assert faults(survey, f"{header}\n{first}\n\n{second}\n") == [RowFault(4, "missing mail address")]


@pytest.mark.parametrize("change", [",surplus", None])
def test_a_row_with_another_number_of_cells_is_refused(survey: Survey, change: str | None) -> None:
    header, good, other = sheet(row(survey), row(survey, 1)).splitlines()
    other = other + change if change else other.rpartition(",")[0]
    cells = 11 if change else 9
    found = faults(survey, f"{header}\n{good}\n{other}\n")
    assert found == [RowFault(3, f"{cells} cells where the header has 10")]


def test_a_quotation_mark_that_never_closes_is_named(survey: Survey) -> None:
    found = faults(survey, sheet(row(survey)) + '"Testhausen,NW\n')
    assert [fault.row for fault in found] == [3]
    assert "broken CSV" in found[0].reason


def test_a_missing_column_is_named(survey: Survey) -> None:
    columns = tuple(name for name in COLUMNS if name != "email")
    assert faults(survey, sheet(row(survey), columns=columns)) == [RowFault(1, "missing column email")]


def test_an_unknown_column_is_named(survey: Survey) -> None:
    found = faults(survey, sheet(row(survey), columns=(*COLUMNS, "fax")))
    assert found == [RowFault(1, "unknown column 'fax'")]


def test_a_repeated_column_is_refused(survey: Survey) -> None:
    found = faults(survey, sheet(row(survey), columns=(*COLUMNS, "email")))
    assert found == [RowFault(1, "column 'email' is there twice")]


def test_windows_1252_is_refused_with_a_hint_and_the_row(survey: Survey) -> None:
    text = sheet(row(survey), row(survey, 1, contact_name="Müller"))
    found = faults(survey, text.encode("windows-1252"))
    assert [fault.row for fault in found] == [3]
    assert "Windows-1252" in found[0].reason
    assert "UTF-8" in found[0].reason


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n"])
def test_an_empty_file_is_refused(survey: Survey, content: str) -> None:
    assert {fault.row for fault in faults(survey, content)} == {1}


def test_a_register_of_nothing_but_a_header_is_refused(survey: Survey) -> None:
    assert faults(survey, sheet()) == [RowFault(1, "the register has no rows below its header")]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_what_spreadsheets_write_is_read(survey: Survey, delimiter: str, mark: str, line_end: str) -> None:
    text = sheet(row(survey, contact_name="Dr. Ä, B; C"), delimiter=delimiter)
    register = read_register((mark + text.replace("\r\n", line_end)).encode(), survey)
    assert register.faults == []
    assert [entry.details["contact_name"] for entry in register.entries] == ["Dr. Ä, B; C"]


def test_columns_may_stand_in_any_order(survey: Survey) -> None:
    register = read_register(sheet(row(survey), columns=COLUMNS[::-1]).encode(), survey)
    assert register.faults == []
    assert register.entries[0].municipality.name == "Testhausen"


def test_one_faulty_row_leaves_the_database_untouched(survey: Survey, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(sheet(row(survey), row(survey, 1, email="")))
    before, said = contents(), io.StringIO()
    with pytest.raises(CommandError, match="nothing was imported") as refused:
        call_command("import_register", file, survey=survey.name, stderr=said)
    assert refused.value.returncode == 2
    assert f"{file}: row 3: missing mail address" in said.getvalue()
    assert contents() == before


def test_skip_bad_imports_the_good_rows_and_lists_the_refused(survey: Survey, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(sheet(row(survey), row(survey, 1, email="", wave1="x")))
    said, listed = io.StringIO(), io.StringIO()
    call_command("import_register", file, survey=survey.name, skip_bad=True, stdout=said, stderr=listed)
    assert [case.variant for case in Case.objects.of(survey)] == [survey.variants.all()[0]]
    assert "1 offices new, 0 known, 1 refused" in said.getvalue()
    assert "row 3: missing mail address" in listed.getvalue()
    assert "row 3: wave1 is 'x'" in listed.getvalue()


@pytest.mark.parametrize("file", ["nowhere.csv", "."])
def test_a_file_that_cannot_be_read_is_bad_input(survey: Survey, tmp_path: Path, file: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_register", tmp_path / file, survey=survey.name)
    assert refused.value.returncode == 2


def test_an_unknown_survey_is_bad_input(db: None, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text("x")
    with pytest.raises(CommandError, match="no survey nothing") as refused:
        call_command("import_register", file, survey="nothing")
    assert refused.value.returncode == 2


def test_importing_again_brings_new_details_and_keeps_links(survey: Survey) -> None:
    imported(survey, sheet(row(survey), row(survey, 1)))
    links = {case.pk: case.link for case in Case.objects.of(survey)}
    imported(survey, sheet(row(survey, email="new@testhausen.example", priority="1"), row(survey, 1)))
    assert {case.pk: case.link for case in Case.objects.of(survey)} == links
    first = Case.objects.of(survey).get(variant=survey.variants.all()[0])
    assert first.office.email == "new@testhausen.example"
    assert first.priority


def test_importing_again_counts_known_and_new(survey: Survey) -> None:
    imported(survey, sheet(row(survey)))
    done = store_register(read_register(sheet(row(survey), row(survey, 1)).encode(), survey).entries)
    assert (done.new, done.known) == (1, 1)
    assert Office.objects.count() == 2


def test_a_new_address_of_a_known_office_stands_in_its_history_and_opens_the_way(survey: Survey) -> None:
    imported(survey, sheet(row(survey)))
    case = Case.objects.of(survey).get()
    case.record(Contact.Kind.UNDELIVERABLE)
    old = case.office.email
    register = sheet(row(survey)).replace(old, "new@stadt.example")
    for changed in (1, 0):
        done = store_register(read_register(register.encode(), survey).entries)
        assert (done.known, done.changed) == (1, changed)
    assert [event.kind for event in case.contacts.all()] == ["undeliverable", "address_changed"]
    assert f"{old} → new@stadt.example" in case.contacts.last().text  # type: ignore[union-attr]
    assert case in Case.objects.owing_answer()


def test_an_office_missing_from_a_later_register_keeps_its_case(survey: Survey) -> None:
    imported(survey, sheet(row(survey), row(survey, 1)))
    imported(survey, sheet(row(survey)))
    assert Case.objects.of(survey).count() == 2


def test_a_link_of_a_register_opens_the_form_of_its_kind_of_office(survey: Survey) -> None:
    imported(survey, sheet(row(survey), row(survey, 1)))
    for case in Case.objects.of(survey):
        found = Case.behind(case.token)
        assert found is not None
        assert found.variant.code == case.office.office_type
