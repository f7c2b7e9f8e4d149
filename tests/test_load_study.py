"""A study folder is loaded whole or not at all, and every fault is named with its file and line."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from surveys.instrument import instrument_of, remembered
from surveys.models import Item, Survey
from tests.builders import ROOT, SMALL_STUDY, answered, case_for
from tests.surveys.steps import all_rows

QUESTIONNAIRE, SURVEY, MAILINGS = "questionnaire.yaml", "survey.yaml", "mailings.yaml"
REPORT, PLACES = "report/report.yaml", "municipalities.csv"
LETTER, HTML_LETTER = "letters/invitation.txt", "letters/invitation.html"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test sees the compiled forms of the one before."""
    remembered.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small study that may be broken."""
    return Path(shutil.copytree(SMALL_STUDY, tmp_path / "museums_2024"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first `old` in one of the study's files."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, old
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def place(folder: Path, file: str, mark: str) -> str:
    """The file and the line of the first `mark`, as faults name it."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    line = next(number for number, line in enumerate(lines, 1) if mark in line)
    return f"{folder / file}:{line}: "


def loaded(folder: Path) -> str:
    """What the command says when it loads the folder."""
    out = StringIO()
    call_command("load_study", folder, stdout=out)
    return out.getvalue()


def faults(folder: Path) -> list[str]:
    """The faults for which the folder is refused."""
    with pytest.raises(CommandError) as refusal:
        loaded(folder)
    assert refusal.value.returncode == 2
    *named, summary = str(refusal.value).splitlines()
    assert summary == f"{len(named)} fault(s); nothing was loaded"
    return named


def assert_only_fault(folder: Path, start: str, words: str) -> None:
    (fault,) = faults(folder)
    assert fault.startswith(start)
    assert words in fault.removeprefix(start)


# Each: the file, what is changed into what, a mark of the faulty line, and what the fault says.
MISTAKES = {
    "a scale that does not exist": (
        QUESTIONNAIRE, "scale: yes_no", "scale: yes_or_no", "yes_or_no", "unknown scale 'yes_or_no' of digital",
    ),
    "a variable that exists already": (
        QUESTIONNAIRE, "variable: a_known", "variable: i_access", "We know whom", "duplicate variable i_access",
    ),
    "a question code that exists already": (
        QUESTIONNAIRE, "code: together", "code: importance", "- code: importance\n        text: \"How far",
        "duplicate question code importance",
    ),
    "a page code that exists already": (
        QUESTIONNAIRE, "  - code: closing", "  - code: exhibitions  # again", "# again",
        "duplicate page code exhibitions",
    ),
    "a filter on a later item": (
        QUESTIONNAIRE, "            short: Collections online\n",
        "            short: Collections online\n            asked_if: {channels: [2]}\n",
        "{channels: [2]}", "digital is filtered by channels, which does not come before it",
    ),
    "a filter on the item itself": (
        QUESTIONNAIRE, "            short: Collections online\n",
        "            short: Collections online\n            asked_if: {digital: [0]}\n",
        "{digital: [0]}", "digital is filtered by digital, which does not come before it",
    ),
    "a filter on an item that does not exist": (
        QUESTIONNAIRE, "asked_if: {channels: [1]}", "asked_if: {chanels: [1]}", "chanels",
        "portal_since is filtered by an unknown item 'chanels'",
    ),
    "a filter on a code that does not exist": (
        QUESTIONNAIRE, "asked_if: {channels: [1]}", "asked_if: {channels: [1, 7]}", "[1, 7]",
        "channels has no code 7",
    ),
    "a filter on an item without codes": (
        QUESTIONNAIRE, "asked_if: {channels: [1]}", "asked_if: {online_share: [1]}", "{online_share",
        "portal_since is filtered by online_share, which has no codes",
    ),
    "a filter in a word that is read as true": (
        QUESTIONNAIRE, "asked_if: {digital: [1]}", "asked_if: {digital: [yes]}", "[yes]",
        "YAML reads this word as true or false",
    ),
    "a label that is read as true": (
        QUESTIONNAIRE, '1: "yes"', "1: yes", "1: yes", "YAML reads this word as true or false",
    ),
    "a term that is read as false": (
        QUESTIONNAIRE, "people: users", "people: off", "people: off", "YAML reads this word as true or false",
    ),
    "a kind of institution that does not exist": (
        QUESTIONNAIRE, "only_for: [museum, archive]", "only_for: [museum, archives]", "[museum, archives]",
        "unknown variant 'archives'",
    ),
    "a wording for a kind that does not exist": (
        QUESTIONNAIRE, 'archive: "Our {people} also', 'archives: "Our {people} also', "archives:",
        "unknown variant 'archives'",
    ),
    "an item without any text": (
        QUESTIONNAIRE, "            text: Does {house} offer collections online?\n", "", "variable: digital",
        "digital has no text",
    ),
    "an unknown key in the questionnaire": (
        QUESTIONNAIRE, "    intro: Please", "    introduction: Please", "introduction", "unknown key 'introduction'",
    ),
    "an unknown key in the survey": (SURVEY, "minutes: 8", "minutes: 8\nhours: 1", "hours", "unknown key 'hours'"),
    "an unknown key in the mailings": (
        MAILINGS, "    title: Inv", "    heading: x\n    title: Inv", "heading", "unknown key 'heading'",
    ),
    "an unknown key in the report": (
        REPORT, "    kind: return_rates", "    kind: return_rates\n    size: 2", "size", "unknown key 'size'",
    ),
    "a key that is missing": (SURVEY, "minutes: 8\n", "", "title:", "missing key 'minutes'"),
    "a key that stands twice": (SURVEY, "minutes: 8", "minutes: 8\nminutes: 9", "minutes: 9", "'minutes' stands here twice"),
    "a colon in an unquoted text": (
        SURVEY, '"Memory Institutions 2024"', "Memory: Institutions 2024", "Memory: Inst", "broken YAML",
    ),
    "a line that begins with a tab": (SURVEY, "minutes: 8", "\tminutes: 8", "\tminutes", "broken YAML"),
    "a bracket that is never closed": (
        QUESTIONNAIRE, "poles: [not at all important, extremely important]", "poles: [not at all important",
        "yes_no:", "broken YAML",
    ),
    "a tag of a programming language": (SURVEY, "minutes: 8", "minutes: !eight 8", "!eight", ""),
    "a merge key": (SURVEY, "minutes: 8", "minutes: 8\n<<: {hours: 1}", "<<", ""),
    "a thirteenth month": (SURVEY, "2024-03-04", "2024-13-04", "2024-13-04", "month must be in 1..12"),
    "a field phase that ends before it begins": (
        SURVEY, "field_end: 2024-04-30", "field_end: 2024-02-29", "title:", "field_end lies before field_start",
    ),
    "a subject with an unknown placeholder": (
        MAILINGS, "to {house}", "to {home}", "{home}", "unknown placeholder {home}",
    ),
    "a letter with an unknown placeholder": (
        LETTER, "also ask {neighbours}", "also ask {neighbors}", "{neighbors}", "unknown placeholder {neighbors}",
    ),
    "an HTML letter with an unknown placeholder": (
        HTML_LETTER, "{institute}", "{institution}", "{institution}", "unknown placeholder {institution}",
    ),
    "an HTML letter with a style sheet": (
        HTML_LETTER, "<p>{institute}", "<style>p {color: red}</style>\n<p>{institute}", "<style>", "placeholder",
    ),
    "a letter with a lone brace": (LETTER, "{institute}", "{institute", "{institute", "a brace is out of place"),
    "a letter with a placeholder that cannot be formatted": (
        LETTER, "{minutes}", "{minutes:d}", "{minutes:d}", "",
    ),
    "a text with a placeholder that cannot be formatted": (
        QUESTIONNAIRE, "The work of {house}", "The work of {house:d}", "{house:d}", "",
    ),
    "a letter without the link": (LETTER, "{link}\n", "\n", "{institute}", "the letter has no {link}"),
    "an HTML letter without the link": (
        HTML_LETTER, '<p><a href="{link}">{link}</a></p>', "", "{institute}", "the letter has no {link}",
    ),
    "a mailing that exists already": (
        MAILINGS, "    letter: invitation\n",
        "    letter: invitation\n  - {name: invitation, title: Again, send_at: 2024-04-01T08:00, "
        "subject: Again, letter: invitation}\n",
        "title: Again", "invitation",
    ),
    "a sender without a mail address": (
        MAILINGS, "survey@memory.example", "survey", "sender:", "'survey' is not a mail address",
    ),
    "a figure of an unknown variable": (
        REPORT, "a_shared, a_loans", "a_shard, a_loans", "a_shard", "there is no variable a_shard",
    ),
    "numbers of an unknown variable": (
        REPORT, "volunteers]", "volunteer]", "volunteer]", "there is no variable volunteer",
    ),
    "a correlation with an unknown variable": (
        REPORT, "of: [i_access,", "of: [i_acces,", "i_acces,", "there is no variable i_acces",
    ),
    "a place that stands twice": (
        PLACES, "Neustadt,NW,99999\n", "Neustadt,NW,99999\nAltstadt,NW,17000\n", "17000",
        "Altstadt (NW) stands here twice",
    ),
    "a place without a population": (PLACES, "Altstadt,NW,18000", "Altstadt,NW,many", "many", "population"),
    "places with another header": (PLACES, "name,state", "place,state", "place,state", "the header must be"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_file_and_line(folder: Path, mistake: str) -> None:
    file, old, new, mark, words = MISTAKES[mistake]
    edit(folder, file, old, new)
    start = place(folder, file, mark.partition("\n")[0])
    if "\n" in mark:  # the first half alone stands in the file twice
        text = (folder / file).read_text(encoding="utf-8")
        start = f"{folder / file}:{text[: text.index(mark)].count(chr(10)) + 1}: "
    assert_only_fault(folder, start, words)


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
    edit(keeper, QUESTIONNAIRE, "archive: \"Our {people} also", "library: Our own\n              archive: \"Our {people} also")
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
def test_mistakes_in_several_files_are_reported_together(folder: Path) -> None:
    edit(folder, SURVEY, "minutes: 8", "minutes: eight")
    edit(folder, QUESTIONNAIRE, "scale: yes_no", "scale: yes_or_no")
    edit(folder, QUESTIONNAIRE, "asked_if: {channels: [1]}", "asked_if: {chanels: [1]}")
    edit(folder, MAILINGS, "letter: invitation", "letters: invitation")
    edit(folder, PLACES, "18000", "many")
    edit(folder, REPORT, "kind: stacked_bars", "kind: pie_chart")
    named = {fault.split(": ")[0] for fault in faults(folder)}
    marks = [(SURVEY, "minutes"), (QUESTIONNAIRE, "yes_or_no"), (QUESTIONNAIRE, "chanels"),
             (MAILINGS, "letters"), (PLACES, "many"), (REPORT, "pie_chart")]  # fmt: skip
    assert named >= {place(folder, *mark).removesuffix(": ") for mark in marks}


@pytest.mark.django_db
def test_mistakes_in_letters_are_reported_beside_those_in_the_report(folder: Path) -> None:
    edit(folder, LETTER, "{link}", "")
    edit(folder, HTML_LETTER, "{institute}", "{institution}")
    edit(folder, REPORT, "kind: stacked_bars", "kind: pie_chart")
    named = {Path(fault.split(":")[0]).name for fault in faults(folder)}
    assert named == {"invitation.txt", "invitation.html", "report.yaml"}


REFUSED = {
    "a mistake in the questionnaire": (QUESTIONNAIRE, "scale: yes_no", "scale: yes_or_no"),
    "a mistake that shows only when all else is stored": (REPORT, "a_shared, a_loans", "a_shard, a_loans"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("mistake", REFUSED)
def test_a_refused_first_load_leaves_the_database_empty(folder: Path, mistake: str) -> None:
    before = all_rows()
    edit(folder, *REFUSED[mistake])
    faults(folder)
    assert all_rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize("mistake", REFUSED)
def test_a_refused_later_load_changes_no_row(folder: Path, mistake: str) -> None:
    loaded(folder)
    before = all_rows()
    edit(folder, SURVEY, "minutes: 8", "minutes: 80")
    edit(folder, PLACES, "18000", "19000")
    edit(folder, QUESTIONNAIRE, "title: Exhibitions", "title: Shows")
    edit(folder, *REFUSED[mistake])
    faults(folder)
    assert all_rows() == before


@pytest.mark.django_db
def test_a_refused_load_leaves_no_trace_in_the_forms_shown_later(folder: Path) -> None:
    loaded(folder)
    edit(folder, QUESTIONNAIRE, "title: Exhibitions", "title: Shows")
    edit(folder, *REFUSED["a mistake that shows only when all else is stored"])
    faults(folder)
    shutil.rmtree(folder)
    shutil.copytree(SMALL_STUDY, folder)
    edit(folder, QUESTIONNAIRE, "title: Exhibitions", "title: Special exhibitions")
    loaded(folder)
    museum = Survey.objects.get().variants.get(code="museum")
    assert [page.title for page in instrument_of(museum).pages][2] == "Special exhibitions"


def content() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table without its keys."""
    keys = {
        model._meta.label: {f.attname for f in model._meta.concrete_fields if f.primary_key or f.is_relation}
        for model in apps.get_models()
    }
    return {
        table: [{name: value for name, value in row.items() if name not in keys[table]} for row in rows]
        for table, rows in all_rows().items()
    }


@pytest.mark.django_db
def test_a_second_load_changes_nothing_and_says_so(folder: Path) -> None:
    assert "unchanged" not in loaded(folder)
    before = content()
    assert loaded(folder) == "museums_2024: 3 variants, questionnaire version 1, unchanged\n"
    assert content() == before


@pytest.mark.django_db
def test_a_second_load_keeps_cases_and_their_answers(folder: Path) -> None:
    loaded(folder)
    survey = Survey.objects.get()
    survey.set_clock(survey.now().replace(year=2024, month=3, day=5))
    response = answered(case_for(survey.variants.get(code="museum")), {"a_known": 5})
    edit(folder, QUESTIONNAIRE, "title: Exhibitions", "title: Shows")
    loaded(folder)
    response.refresh_from_db()
    assert (response.answers, response.variant.code) == ({"a_known": 5}, "museum")


def changed_wording(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "text: Research,", "text: Research and teaching,")


def removed_item(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "          - {variable: i_research, text: Research, short: Research}\n", "")
    edit(folder, REPORT, "variables: [i_access, i_research]", "variables: [i_access]")
    edit(folder, REPORT, "of: [i_access, i_research]", "of: [i_access, a_known]")


def added_item(folder: Path) -> None:
    line = "          - {variable: i_research, text: Research, short: Research}\n"
    edit(folder, QUESTIONNAIRE, line, line + line.replace("i_research", "i_teaching"))


def changed_label(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "4: agree,", "4: rather agree,")


def changed_stem(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "How far do you agree?", "Do you agree?")


def changed_page_title(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "title: To conclude", "title: Finally")


def changed_filter(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "asked_if: {channels: [1]}", "asked_if: {channels: [1, 2]}")


def changed_term(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "people: readers", "people: borrowers")


def swapped_variants_label(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "label: Archives", "label: Town archives")


CHANGES = [changed_wording, removed_item, added_item, changed_label, changed_stem, changed_page_title,
           changed_filter, changed_term, swapped_variants_label]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_before_the_field_phase_raises_the_version(
    folder: Path, change: Callable[[Path], None]
) -> None:
    loaded(folder)
    change(folder)
    assert loaded(folder) == "museums_2024: 3 variants, questionnaire version 2\n"


@pytest.fixture
def fielded(db: None, folder: Path) -> Path:
    """The folder of a study that is in the field."""
    loaded(folder)
    Survey.objects.get().freeze()
    return folder


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_the_field_is_refused_and_changes_no_row(
    fielded: Path, change: Callable[[Path], None]
) -> None:
    before = all_rows()
    change(fielded)
    assert all("in the field and frozen" in fault for fault in faults(fielded))
    assert all_rows() == before


@pytest.mark.parametrize(
    ("change", "mark", "words"),
    [
        (changed_wording, "i_research", "text of i_research changed from 'Research' to 'Research and teaching'"),
        (removed_item, "pages:", "i_research was removed"),
        (added_item, "i_teaching", "i_teaching was added"),
        (changed_label, "{variable: a_known", "points of a_known changed"),
        (changed_stem, "Do you agree?", "together"),
        (changed_page_title, "Finally", "closing"),
        (changed_filter, "variable: portal_since", "asked_if of portal_since changed"),
        (changed_term, "variable: a_shared", "text of a_shared changed"),
        (swapped_variants_label, "Town archives", "label of variant archive"),
    ],
)
def test_a_refused_change_is_named_with_its_line(
    fielded: Path, change: Callable[[Path], None], mark: str, words: str
) -> None:
    change(fielded)
    start = place(fielded, QUESTIONNAIRE, mark)
    assert [fault for fault in faults(fielded) if fault.startswith(start) and words in fault]


def test_a_removed_kind_of_institution_is_refused_in_the_field(fielded: Path) -> None:
    text = (fielded / QUESTIONNAIRE).read_text(encoding="utf-8")
    start, end = text.index("  archive:\n    title"), text.index("lists:")
    text = text[:start] + text[end:]
    for old in (", archive: archives", ", archive]"):
        text = text.replace(old, "]" if old.endswith("]") else "")
    text = text.replace("          archive: How important are these for {house} and its holdings?\n", "")
    text = text.replace('              archive: "Our {people} also go there."\n', "")
    text = text.replace("        text_for:\n        scale", "        scale")
    text = text.replace("            text_for:\n            short", "            short")
    (fielded / QUESTIONNAIRE).write_text(text, encoding="utf-8")
    assert any("variant archive was removed" in fault for fault in faults(fielded))


def test_an_unchanged_study_can_be_loaded_in_the_field(fielded: Path) -> None:
    assert loaded(fielded) == "museums_2024: 3 variants, questionnaire version 1, unchanged\n"


def test_the_texts_of_the_survey_may_change_in_the_field(fielded: Path) -> None:
    edit(fielded, SURVEY, "Your answers help us to find out.", "Your answers help.")
    edit(fielded, SURVEY, "field_end: 2024-04-30", "field_end: 2024-05-31")
    assert "unchanged" in loaded(fielded)
    survey = Survey.objects.get()
    assert survey.about["purpose"].endswith("Your answers help.\n")
    assert survey.field_end.isoformat() == "2024-05-31"


def test_the_report_may_change_in_the_field(fielded: Path) -> None:
    edit(fielded, REPORT, "title: What matters", "title: What matters most")
    loaded(fielded)
    assert Survey.objects.get().report.plan["exhibits"][1]["title"] == "What matters most"


@pytest.mark.django_db
def test_every_item_of_the_folder_is_stored_in_its_order(folder: Path) -> None:
    loaded(folder)
    order = ("question__page__position", "question__position", "position")
    assert list(Item.objects.order_by(*order).values_list("variable", flat=True)) == [
        "i_access", "i_research", "a_known", "a_shared", "a_loans", "digital", "online_share", "channels",
        "portal_since", "portal_plans", "exhibitions", "volunteers", "founded_on", "remarks",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_file_with_a_byte_order_mark_is_read_as_if_it_had_none(folder: Path) -> None:
    for file in (SURVEY, QUESTIONNAIRE, PLACES, LETTER):
        (folder / file).write_bytes(b"\xef\xbb\xbf" + (folder / file).read_bytes())
    assert "3 variants" in loaded(folder)


def test_a_refused_study_ends_with_exit_code_2_and_its_faults_on_standard_error(
    folder: Path, tmp_path: Path
) -> None:
    edit(folder, QUESTIONNAIRE, "asked_if: {channels: [1]}", "asked_if: {channels: [7]}")
    edit(folder, SURVEY, "minutes: 8", "minutes: eight")
    embedded = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    run = subprocess.run(
        [sys.executable, "manage.py", "load_study", str(folder)],
        cwd=ROOT,
        env={**embedded, "VAR_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    first, second, summary = run.stderr.splitlines()
    assert first.startswith(place(folder, QUESTIONNAIRE, "[7]"))
    assert second.startswith(place(folder, SURVEY, "minutes"))
    assert summary.startswith("2 fault(s)")
