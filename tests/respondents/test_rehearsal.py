"""A rehearsal leaves nothing behind that would count in earnest."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from respondents.delivery import deliver
from respondents.models import Case, Contact, Letter, Mailing
from surveys.models import Response, Survey
from tests.builders import answered, staff
from tests.respondents.sink import Sink

Kind = Contact.Kind


def set_clock(survey: Survey, moment: str, **options: object) -> None:
    call_command("set_clock", moment, survey=survey.name, stdout=StringIO(), **options)


@pytest.fixture
def rehearsed(survey: Survey) -> Survey:
    """A survey in rehearsal: two made-up returns of each kind at most, one letter a case."""
    survey.mailings.all()[0].release()
    call_command("rehearse", survey=survey.name, each=2, stdout=StringIO())
    return survey


def test_made_up_answers_come_through_the_form(rehearsed: Survey) -> None:
    assert Case.objects.of(rehearsed).answered().count() == 3


def test_the_real_clock_does_not_return_while_made_up_answers_are_there(rehearsed: Survey) -> None:
    with pytest.raises(CommandError, match="left 3 responses, 3 letters, 0 contacts") as refusal:
        set_clock(rehearsed, "now")
    assert refusal.value.returncode == 2
    assert Survey.objects.get().rehearsal


def test_discarding_a_rehearsal_leaves_a_survey_that_was_never_fielded(rehearsed: Survey) -> None:
    set_clock(rehearsed, "now", discard=True)
    survey = Survey.objects.get()
    assert (survey.rehearsal, survey.fielded_at) == (None, None)
    assert not Response.objects.exists()
    assert not Letter.objects.exists()
    assert Case.objects.of(survey).owing_answer().count() == 3
    assert survey.mailings.all()[0].released_at is None


def test_what_staff_did_in_a_rehearsal_is_discarded_too(survey: Survey, sink: Sink) -> None:
    planned = list(survey.mailings.values())
    mailing, case = survey.mailings.all()[0], Case.objects.all()[0]
    mailing.propose(staff("Researcher"))
    mailing.release(staff("Administrator"))
    mailing.picked.add(case)
    deliver(*mailing.hand_out())
    case.contacts.create(kind=Kind.UNDELIVERABLE, letter=mailing.letters.get(case=case), at=survey.now())
    case.record(Kind.OPTED_OUT)
    mailing.pause(Mailing.Pause.PERSON)
    mailing.resume()
    mailing.pause(Mailing.Pause.FAILURES)
    mailing.stop()
    set_clock(survey, "now", discard=True)
    assert list(survey.mailings.values()) == planned
    assert not mailing.picked.exists()
    assert Case.objects.of(survey).owing_answer().count() == 3
    assert survey.mailings.all()[0].release() == 3


def test_the_real_clock_does_not_return_while_contacts_are_there(survey: Survey) -> None:
    Case.objects.all()[0].record(Kind.OPTED_OUT)
    with pytest.raises(CommandError, match="left 0 responses, 0 letters, 1 contacts"):
        set_clock(survey, "now")


def test_a_survey_with_real_answers_keeps_the_real_clock(survey: Survey) -> None:
    answered(Case.objects.all()[0])
    Survey.objects.update(clock_offset=timedelta())
    with pytest.raises(CommandError, match="is in the field with 1 responses"):
        set_clock(survey, "2024-03-06T12:00")


def test_made_up_answers_need_a_rehearsal(survey: Survey) -> None:
    survey.set_clock(None)
    with pytest.raises(CommandError, match="runs by the real clock"):
        call_command("rehearse", survey=survey.name)
