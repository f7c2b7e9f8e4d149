"""The dry run: who gets a mailing, who does not and why, and what to look at first."""

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from respondents.delivery import deliver
from respondents.dryrun import HEADER, DryRun, dry_run
from respondents.models import Case, Contact, Mailing
from surveys.models import Survey
from tests import builders
from tests.respondents.rows import contents

Kind = Contact.Kind


def why(run: DryRun, case: Case) -> str:
    return next(outlook.why for outlook in run.outlooks if outlook.case == case)


def test_each_case_stands_in_it_once_with_its_reason(survey: Survey) -> None:
    first, second, third = Case.objects.of(survey).order_by("pk")
    survey.set_clock(datetime(2024, 3, 6, 14, 2, tzinfo=ZoneInfo(survey.time_zone)))
    first.variant.survey.refresh_from_db()
    builders.answered(first)
    second.decline(Kind.OPTED_OUT)
    run = dry_run(builders.mailing(survey))
    assert [outlook.case for outlook in run.outlooks] == [first, second, third]
    assert [outlook.hindrance for outlook in run.outlooks] == ["answered", "opted_out", ""]
    assert why(run, first) == "geantwortet 06.03.2024, 14:02"
    assert why(run, second).startswith("abgemeldet 0")
    assert [outlook.case for outlook in run.going] == [third]
    assert sorted(code for code, _, n in run.counts if n == 1) == ["answered", "opted_out"]


def test_who_got_the_letter_does_not_get_it_again(mailing: Mailing) -> None:
    deliver(mailing.hand_out()[0])
    run = dry_run(mailing)
    assert [outlook.hindrance for outlook in run.outlooks] == ["written", "", ""]
    assert why(run, run.outlooks[0].case).startswith("versandt ")


def test_it_says_what_would_happen_and_then_just_that_happens(mailing: Mailing) -> None:
    done, gone, absent = Case.objects.of(mailing.survey).order_by("pk")
    builders.answered(done)
    gone.record(Kind.UNDELIVERABLE)
    absent.record(Kind.ABSENCE, until=mailing.survey.today() + timedelta(days=3))
    run = dry_run(mailing)
    assert [outlook.hindrance for outlook in run.outlooks] == ["answered", "undeliverable", ""]
    assert "abwesend bis" in why(run, absent)
    for letter_id in mailing.hand_out():
        deliver(letter_id)
    letters = {letter.case_id: letter for letter in mailing.letters.all()}
    assert [letters[case.pk].hindrance for case in (done, gone, absent)] == ["answered", "undeliverable", ""]
    assert letters[absent.pk].next_try_at is not None


def test_it_changes_nothing(mailing: Mailing) -> None:
    before = contents()
    assert dry_run(mailing).as_csv()
    assert dry_run(mailing).warnings
    assert contents() == before


def test_a_letter_without_links_is_pointed_out(survey: Survey) -> None:
    bare = builders.mailing(survey, text="Hello", html="<p>Hello {link} {opt_out}</p>")
    said = [warning for warning in dry_run(bare).warnings if "Textfassung" in warning or "HTML" in warning]
    assert len(said) == 2
    assert all("Textfassung" in warning for warning in said)


@pytest.mark.parametrize(
    ("day", "state", "said"),
    [
        (date(2019, 11, 9), "NW", "Samstag"),
        (date(2020, 1, 6), "BY", "Feiertag in BY (Heilige Drei Könige); Briefe dorthin: 1"),
        (date(2020, 1, 6), "NW", ""),
        (date(2019, 12, 25), "NW", "Feiertag in NW (Erster Weihnachtstag); Briefe dorthin: 1"),
        (date(2020, 1, 6), "Atlantis", ""),
    ],
)
def test_weekends_and_holidays_of_the_laender_are_pointed_out(
    survey: Survey, day: date, state: str, said: str
) -> None:
    builders.case_for(survey.variants.all()[0], builders.municipality("Anderswo", state))
    moment = datetime.combine(day, time(8), ZoneInfo(survey.time_zone))
    Case.objects.filter(variant__survey=survey).exclude(office__municipality__name="Anderswo").delete()
    warnings = " ".join(dry_run(builders.mailing(survey, planned_for=moment)).warnings)
    assert said in warnings
    if not said:
        assert "Feiertag" not in warnings
        assert "Samstag" not in warnings


def test_missing_salutations_and_shared_addresses_are_pointed_out(survey: Survey) -> None:
    variant = survey.variants.all()[0]
    for name in ("Eins", "Zwei"):
        builders.case_for(variant, builders.municipality(name), email="poststelle@stadt.example")
    warnings = dry_run(builders.mailing(survey)).warnings
    assert any(warning.startswith("5 ") for warning in warnings)
    assert any("poststelle@stadt.example" in warning for warning in warnings)


def test_the_command_writes_one_line_a_case_that_no_spreadsheet_runs(survey: Survey, tmp_path: Path) -> None:
    builders.case_for(survey.variants.all()[0], builders.municipality("=HYPERLINK(1)"))
    file, said = tmp_path / "dry_run.csv", io.StringIO()
    call_command("dry_run", "invitation", survey=survey.name, csv=file, stdout=said)
    header, *rows = csv.reader(file.read_text().splitlines())
    assert tuple(header) == HEADER
    assert len(rows) == 4
    assert rows[-1][2] == "'=HYPERLINK(1)"
    assert said.getvalue().splitlines()[-1] == "Invitation: 4 of 4 cases get it"
    assert file.stat().st_mode & 0o077 == 0


def test_a_dry_run_of_the_whole_study_asks_the_database_a_fixed_number_of_times(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        builders.case_for(survey.variants.all()[0], builders.municipality(f"Ort {number}"))
    chosen = builders.mailing(survey)
    with django_assert_max_num_queries(4):
        assert len(dry_run(chosen).going) == 33
