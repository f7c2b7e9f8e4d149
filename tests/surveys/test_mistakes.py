"""Whatever is wrong in a study folder is named with its file and line."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from tests.surveys.folders import (
    HTML_LETTER,
    LETTER,
    MAILINGS,
    PLACES,
    QUESTIONNAIRE,
    REPORT,
    SURVEY,
    assert_only_fault,
    edit,
    faults,
    loaded,
    place,
)
from tests.surveys.mistakes import MISTAKES

pytestmark = pytest.mark.once


@pytest.mark.django_db
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_file_and_line(folder: Path, mistake: str) -> None:
    file, old, new, mark, words = MISTAKES[mistake]
    edit(folder, file, old, new)
    assert_only_fault(folder, place(folder, file, mark), words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["2nd", "Remarks", "re marks", "größe", "a__b", "_a", "a_", "a.b", "with", "id", "go", "a" * 51]
)
def test_a_variable_name_that_no_data_file_could_take_is_refused(folder: Path, name: str) -> None:
    edit(folder, QUESTIONNAIRE, "{variable: remarks,", f"{{variable: {name},")
    assert_only_fault(folder, place(folder, QUESTIONNAIRE, f"variable: {name},"), repr(name))


# Where each text stands; {keeper} is a term that libraries do not have.
TEXTS = {
    "the title of a page": ("title: To conclude", "title: To conclude, {keeper}"),
    "the introduction of a page": ("for {house} as", "for {keeper} as"),
    "a stem": ("Think of {neighbours}", "Think of {keeper}"),
    "a help": ("10 means “extremely", "{keeper} means “extremely"),
    "an item": ("text: Research,", "text: 'Research, {keeper}',"),
}


@pytest.fixture
def keeper(folder: Path) -> Path:
    """The study with a term that one of the three kinds of institution lacks."""
    edit(folder, QUESTIONNAIRE, "people: visitors", "people: visitors, keeper: curator")
    edit(folder, QUESTIONNAIRE, "people: users", "people: users, keeper: archivist")
    return folder


@pytest.mark.django_db
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_needs_its_terms_in_every_kind_of_institution(keeper: Path, text: str) -> None:
    edit(keeper, QUESTIONNAIRE, *TEXTS[text])
    start = place(keeper, QUESTIONNAIRE, TEXTS[text][1])
    assert faults(keeper) == [start + "missing term {keeper} for variant library"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old"), [(MAILINGS, "to {house}"), (LETTER, "invite {house}"), (HTML_LETTER, "invite {house}")]
)
def test_a_letter_needs_its_terms_in_every_kind_of_institution(keeper: Path, file: str, old: str) -> None:
    edit(keeper, file, old, old.replace("house", "keeper"))
    assert_only_fault(keeper, place(keeper, file, "{keeper}"), "{keeper}")


@pytest.mark.django_db
def test_a_text_that_only_some_kinds_read_needs_its_terms_in_these_only(keeper: Path) -> None:
    edit(keeper, QUESTIONNAIRE, "We lend each other objects.", "Our {keeper} lends objects.")
    assert "3 variants" in loaded(keeper)


@pytest.mark.django_db
def test_a_wording_of_its_own_frees_a_kind_from_the_terms_of_the_common_one(keeper: Path) -> None:
    edit(keeper, QUESTIONNAIRE, '"We share {people} with them."', '"Our {keeper} and {people}"')
    edit(
        keeper,
        QUESTIONNAIRE,
        'archive: "Our {people} also',
        'library: Our own\n              archive: "Our {people} also',
    )
    assert "3 variants" in loaded(keeper)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old"),
    [
        (SURVEY, "support: [Association"),
        (QUESTIONNAIRE, "short: Research"),
        (MAILINGS, "title: Invitation"),
        (LETTER, "we invite"),
        (PLACES, "Burghausen"),
        (REPORT, "title: What matters"),
    ],
)
def test_a_file_in_windows_1252_is_refused_at_its_first_umlaut(folder: Path, file: str, old: str) -> None:
    start = place(folder, file, old)
    content = (folder / file).read_bytes().replace("ß".encode(), b"ss").replace("“".encode(), b"'")
    content = content.replace("”".encode(), b"'")
    (folder / file).write_bytes(content.replace(old.encode(), old.encode() + "ü".encode("cp1252"), 1))
    assert_only_fault(folder, start, "not UTF-8 (byte 0xfc)")


@pytest.mark.django_db
@pytest.mark.parametrize("file", [SURVEY, QUESTIONNAIRE, MAILINGS, LETTER, HTML_LETTER, PLACES, REPORT])
def test_a_file_that_is_missing_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert faults(folder) == [f"{folder / file}:1: this file is missing"]


@pytest.mark.django_db
@pytest.mark.parametrize("file", [SURVEY, QUESTIONNAIRE, MAILINGS, LETTER, PLACES])
def test_an_empty_file_is_refused_at_its_first_line(folder: Path, file: str) -> None:
    (folder / file).write_text("")
    assert all(fault.startswith(f"{folder / file}:1: ") for fault in faults(folder))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "mark"),
    [
        (SURVEY, "title: \"Working", f"title: \"{'Working ' * 40}", "title:"),
        (QUESTIONNAIRE, "title: Public Library", f"title: {'Public ' * 40}", "Public"),
        (QUESTIONNAIRE, "label: Libraries", f"label: {'Libraries ' * 7}", "label: Libraries"),
        (QUESTIONNAIRE, "title: Exhibitions", f"title: {'Exhibitions ' * 20}", "title: Exhibitions"),
        (QUESTIONNAIRE, "5: agree strongly", f"5: {'very ' * 80}", "5: very"),
        (QUESTIONNAIRE, "unit: per cent", f"unit: {'per cent ' * 6}", "unit: per"),
        (MAILINGS, "title: Invitation", f"title: {'Invitation ' * 40}", "title: Invitation"),
        (PLACES, "Altstadt,NW", f"{'Altstadt ' * 20},NW", "Altstadt"),
        (PLACES, "Altstadt,NW", "Altstadt,Nordrhein-Westfalen", "Nordrhein"),
        (PLACES, "18000", "18000000000", "18000000000"),
    ],
    ids=[
        "title of the survey", "title of a kind", "label of a kind", "title of a page", "label of a code",
        "unit", "title of a mailing", "name of a place", "state of a place", "population",
    ],
)  # fmt: skip
def test_what_is_too_long_for_its_column_is_a_fault(
    folder: Path, file: str, old: str, new: str, mark: str
) -> None:
    edit(folder, file, old, new)
    assert_only_fault(folder, place(folder, file, mark), "")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["museums 2024", "m" * 51])
def test_a_folder_whose_name_cannot_name_a_survey_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(CommandError):
        loaded(folder.rename(folder.with_name(name)))


@pytest.mark.django_db
def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no folder"):
        loaded(tmp_path / "absent")


@pytest.mark.django_db
def test_a_file_with_a_byte_order_mark_is_read_as_if_it_had_none(folder: Path) -> None:
    for file in (SURVEY, QUESTIONNAIRE, PLACES, LETTER):
        (folder / file).write_bytes(b"\xef\xbb\xbf" + (folder / file).read_bytes())
    assert "3 variants" in loaded(folder)
