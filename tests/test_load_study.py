"""A study folder is loaded whole or not at all, again without harm, and is frozen once it is in the field."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from surveys.instrument import instrument_of, remembered
from surveys.models import Item, Survey
from tests.builders import ROOT, SMALL_STUDY, answered, case_for
from tests.surveys.folders import (
    HTML_LETTER,
    LETTER,
    MAILINGS,
    PLACES,
    QUESTIONNAIRE,
    REPORT,
    SURVEY,
    edit,
    faults,
    loaded,
    place,
)
from tests.surveys.steps import all_rows

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test sees the compiled forms of the one before."""
    remembered.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small study that may be broken."""
    return Path(shutil.copytree(SMALL_STUDY, tmp_path / "museums_2024"))


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
    assert loaded(folder) == "museums_2024: 3 variants, version 1, unchanged\n"
    assert content() == before


@pytest.mark.django_db
def test_a_second_load_keeps_cases_and_their_answers(folder: Path) -> None:
    loaded(folder)
    survey = Survey.objects.get()
    survey.set_clock(survey.now().replace(year=2024, month=3, day=5))
    response = answered(case_for(survey.variants.get(code="museum")), {"a_known": 5})
    edit(folder, SURVEY, "minutes: 8", "minutes: 9")
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


def changed_variant_label(folder: Path) -> None:
    edit(folder, QUESTIONNAIRE, "label: Archives", "label: Town archives")


CHANGES = [changed_wording, removed_item, added_item, changed_label, changed_stem, changed_page_title,
           changed_filter, changed_term, changed_variant_label]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_before_the_field_phase_raises_the_version(
    folder: Path, change: Callable[[Path], None]
) -> None:
    loaded(folder)
    change(folder)
    assert loaded(folder) == "museums_2024: 3 variants, version 2\n"


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
        (
            changed_wording,
            "i_research",
            "text of i_research changed from 'Research' to 'Research and teaching'",
        ),
        (removed_item, "pages:", "i_research was removed"),
        (added_item, "i_teaching", "i_teaching was added"),
        (changed_label, "{variable: a_known", "points of a_known changed"),
        (changed_stem, "Do you agree?", "together"),
        (changed_page_title, "Finally", "closing"),
        (changed_filter, "[1, 2]", "asked_if of portal_since changed"),
        (changed_term, "We share {people}", "text of a_shared changed"),
        (changed_variant_label, "Town archives", "label of variant archive"),
    ],
)
def test_a_refused_change_is_named_with_its_line(
    fielded: Path, change: Callable[[Path], None], mark: str, words: str
) -> None:
    change(fielded)
    start = place(fielded, QUESTIONNAIRE, mark)
    assert [fault for fault in faults(fielded) if fault.startswith(start) and words in fault]


def test_a_further_kind_of_institution_is_refused_in_the_field(fielded: Path) -> None:
    cinema = (
        "  cinema: {title: Cinema, label: Cinemas, terms: {house: your cinema, people: viewers}}\n\nlists:"
    )
    edit(fielded, QUESTIONNAIRE, "\nlists:", cinema)
    start = place(fielded, QUESTIONNAIRE, "cinema")
    assert faults(fielded) == [
        f"{start}the questionnaire is in the field and frozen: variant cinema was added"
    ]


def test_an_unchanged_study_can_be_loaded_in_the_field(fielded: Path) -> None:
    assert loaded(fielded) == "museums_2024: 3 variants, version 1, unchanged\n"


def test_the_texts_of_the_survey_may_change_in_the_field(fielded: Path) -> None:
    edit(fielded, SURVEY, "Your answers help us to find out.", "Your answers help.")
    edit(fielded, SURVEY, "field_end: 2024-04-30", "field_end: 2024-05-31")
    assert loaded(fielded) == "museums_2024: 3 variants, version 2\n"
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
    assert summary == "CommandError: nothing was loaded; faults: 2"
