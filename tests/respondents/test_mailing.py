"""Mailings: who gets a letter, when it is due, and how often it is handed out."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.utils import timezone

from respondents.delivery import deliver
from respondents.models import Case, Letter, Mailing
from respondents.models.mailing import TICKET
from respondents.tasks import deliver_letters, release_due_mailings
from surveys.models import Survey
from tests import builders

Wait = Callable[[timedelta], None]


@pytest.fixture
def planned(survey: Survey) -> Mailing:
    """A mailing that nobody has released yet, though its time has come."""
    wave: Mailing = survey.mailings.get(name="invitation")
    return wave


def test_a_release_writes_one_letter_to_every_case(planned: Mailing) -> None:
    cases = Case.objects.of(planned.survey)
    assert planned.release() == cases.count() > 1
    assert set(planned.letters.values_list("case", flat=True)) == set(cases.values_list("pk", flat=True))
    assert planned.released_at is not None


def test_releasing_twice_adds_nothing(planned: Mailing) -> None:
    user = builders.staff("Researcher")
    planned.release(user)
    first = (planned.released_at, planned.released_by, planned.letters.count())
    assert planned.release(builders.staff("Administrator")) == 0
    assert (planned.released_at, planned.released_by, planned.letters.count()) == first


def test_a_questionnaire_that_is_not_released_is_not_frozen(planned: Mailing) -> None:
    assert planned.survey.fielded_at is None


def test_a_release_freezes_the_questionnaire(planned: Mailing, tmp_path: Path) -> None:
    planned.release()
    changed = tmp_path / planned.survey.name
    changed.mkdir()
    for source in builders.SMALL_STUDY.rglob("*"):
        target = changed / source.relative_to(builders.SMALL_STUDY)
        if source.is_dir():
            target.mkdir()
        else:
            target.write_text(source.read_text().replace("Access for everyone", "Access for all"))
    said = StringIO()
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_study", changed, stderr=said)
    assert "in the field and frozen" in said.getvalue()


def test_a_later_release_does_not_move_the_moment_of_freezing(planned: Mailing, wait: Wait) -> None:
    planned.release()
    planned.survey.refresh_from_db()
    fielded_at = planned.survey.fielded_at
    wait(timedelta(days=1))
    builders.mailing(planned.survey).release()
    planned.survey.refresh_from_db()
    assert planned.survey.fielded_at == fielded_at


def test_a_reminder_goes_only_to_offices_that_owe_an_answer(planned: Mailing) -> None:
    done, gone, begun = Case.objects.of(planned.survey).order_by("pk")
    builders.answered(done)
    builders.withdrawn(gone)
    begun.open_response()
    reminder = builders.mailing(planned.survey)
    assert reminder.release() == 1
    assert reminder.letters.get().case == begun


def test_a_mailing_reaches_no_case_of_another_survey(planned: Mailing) -> None:
    other = builders.survey_in_field(builders.STUDY_2019)
    planned.release()
    assert not Letter.objects.filter(case__variant__survey=other).exists()


def test_nothing_is_due_before_the_release(planned: Mailing) -> None:
    Letter.objects.create(mailing=planned, case=Case.objects.of(planned.survey)[0])
    assert Mailing.objects.due() == []


def test_nothing_is_due_before_its_time_by_the_surveys_clock(planned: Mailing) -> None:
    planned.survey.set_clock(planned.planned_for - timedelta(seconds=30))
    planned.release()
    assert Mailing.objects.due() == []
    planned.survey.set_clock(planned.planned_for)
    assert Mailing.objects.due() == [planned]


def test_the_clock_of_one_survey_does_not_wake_another(planned: Mailing) -> None:
    """Both mailings are years past by the real clock."""
    other = builders.survey_in_field(builders.STUDY_2019)
    other.set_clock(other.mailings.all()[0].planned_for - timedelta(days=1))
    planned.release()
    other.mailings.all()[0].release()
    assert Mailing.objects.due() == [planned]


def test_a_letter_is_handed_out_once_while_it_may_be_in_the_queue(planned: Mailing, wait: Wait) -> None:
    planned.release()
    handed_out = planned.hand_out()
    assert len(handed_out) == planned.letters.count()
    assert planned.hand_out() == []
    wait(TICKET - timedelta(seconds=5))
    assert planned.hand_out() == []


def test_a_letter_that_the_queue_lost_is_handed_out_again(planned: Mailing, wait: Wait) -> None:
    planned.release()
    lost = planned.hand_out()
    wait(TICKET + timedelta(seconds=5))
    assert planned.hand_out() == lost


def test_no_more_letters_are_handed_out_while_workers_have_not_taken_up_the_last(
    planned: Mailing, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned.release()
    monkeypatch.setattr("respondents.models.mailing.AT_ONCE", 2)
    first, second = planned.hand_out()
    assert planned.hand_out() == []
    deliver(first)
    (third,) = planned.hand_out()
    assert third not in (first, second)
    wait(TICKET + timedelta(seconds=5))
    assert planned.hand_out() == [second, third]


def test_the_broker_drops_a_task_whose_letter_is_handed_out_again() -> None:
    assert deliver_letters.expires == TICKET.total_seconds()


def test_no_tick_of_the_beat_waits_for_ever(settings: LazySettings) -> None:
    assert settings.CELERY_BEAT_SCHEDULE
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["schedule"] <= entry["options"]["expires"] <= 120


@pytest.mark.parametrize("state", [state for state in Letter.State if state != Letter.State.PLANNED])
def test_only_planned_letters_are_handed_out(planned: Mailing, wait: Wait, state: str) -> None:
    planned.release()
    hindrance = "answered" if state == Letter.State.SUPPRESSED else ""
    planned.letters.update(state=state, hindrance=hindrance, claim=uuid.uuid4(), claimed_at=timezone.now())
    wait(TICKET + timedelta(seconds=5))
    assert planned.hand_out() == []


def test_the_periodic_task_wakes_workers_for_each_due_letter_once_a_few_at_a_time(
    planned: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[list[int]] = []
    monkeypatch.setattr("respondents.tasks.deliver_letters.delay_on_commit", woken.append)
    monkeypatch.setattr("respondents.tasks.A_FEW", 2)
    planned.release()
    release_due_mailings()
    release_due_mailings()
    assert sorted(chain(*woken)) == sorted(planned.letters.values_list("pk", flat=True))
    assert {len(few) for few in woken} == {1, 2}


def test_progress_counts_every_letter_in_its_state(planned: Mailing) -> None:
    planned.release()
    sent = planned.letters.order_by("pk")[0]
    Letter.objects.filter(pk=sent.pk).update(state=Letter.State.SENT)
    progress = planned.progress()
    assert progress.keys() == set(Letter.State.values)
    assert (progress["sent"], progress["planned"]) == (1, planned.letters.count() - 1)
    assert sum(progress.values()) == planned.letters.count()


def test_the_command_releases_a_mailing_and_says_how_many_letters(planned: Mailing) -> None:
    said = StringIO()
    call_command("release_mailing", "invitation", survey=planned.survey.name, stdout=said)
    assert "3 letters" in said.getvalue()
    assert planned.letters.count() == 3


def test_the_command_names_the_time_as_the_study_does(planned: Mailing) -> None:
    said = StringIO()
    call_command("release_mailing", "invitation", survey=planned.survey.name, stdout=said)
    assert "04.03.2024 08:00" in said.getvalue()


@pytest.mark.parametrize("name", ["nothing", "Invitation"])
def test_a_mailing_that_is_not_there_is_bad_input(planned: Mailing, name: str) -> None:
    with pytest.raises(CommandError, match="has no mailing") as refused:
        call_command("release_mailing", name, survey=planned.survey.name)
    assert refused.value.returncode == 2
