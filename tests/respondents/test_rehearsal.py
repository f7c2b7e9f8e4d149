"""A rehearsal leaves nothing behind that would count in earnest."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from respondents.models import Case, Letter
from surveys.models import Response, Survey
from tests.builders import answered


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
    with pytest.raises(CommandError, match="left 3 responses and 3 letters") as refusal:
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


def test_a_survey_with_real_answers_keeps_the_real_clock(survey: Survey) -> None:
    answered(Case.objects.all()[0])
    Survey.objects.update(clock_offset=timedelta())
    with pytest.raises(CommandError, match="is in the field with 1 responses"):
        set_clock(survey, "2024-03-06T12:00")


def test_made_up_answers_need_a_rehearsal(survey: Survey) -> None:
    survey.set_clock(None)
    with pytest.raises(CommandError, match="runs by the real clock"):
        call_command("rehearse", survey=survey.name)
