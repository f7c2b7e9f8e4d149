"""Each case has exactly one disposition, whatever happens to it in whatever order."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from respondents.delivery import deliver
from respondents.models import Case, Contact, Disposition, Mailing
from surveys.models import Survey
from tests import builders

Kind = Contact.Kind
Deed = Callable[[Case], object]


def disposition(case: Case) -> str:
    return Case.objects.with_disposition().get(pk=case.pk).disposition


def begin(case: Case) -> None:
    """Open the form and save an answer, unless the form was submitted."""
    response = case.open_response()
    if not response.submitted_at:
        response.store({"a_known": 4})


def record(kind: Kind) -> Deed:
    return lambda case: case.record(kind)


def write(case: Case) -> None:
    survey = case.variant.survey
    wave = builders.mailing(survey)
    wave.release()
    for letter_id in wave.hand_out():
        deliver(letter_id)


ROUTES: list[tuple[list[Deed], Disposition]] = [
    ([], Disposition.NOT_CONTACTED),
    ([write], Disposition.NO_ANSWER),
    ([write, Case.open_response], Disposition.NO_ANSWER),  # a click alone, as a scanner makes it
    ([write, begin], Disposition.BEGUN),
    ([write, builders.answered], Disposition.COMPLETE),
    ([write, record(Kind.UNDELIVERABLE)], Disposition.UNDELIVERABLE),
    ([write, record(Kind.UNDELIVERABLE), record(Kind.ADDRESS_CHANGED)], Disposition.NO_ANSWER),
    ([write, record(Kind.DELAYED)], Disposition.NO_ANSWER),
    ([write, record(Kind.POLICY)], Disposition.NO_ANSWER),
    ([write, record(Kind.FULL)], Disposition.NO_ANSWER),
    ([write, record(Kind.ABSENCE)], Disposition.NO_ANSWER),
    ([write, record(Kind.OPTED_OUT)], Disposition.REFUSED),
    ([write, record(Kind.OPTED_OUT), record(Kind.ADDRESS_CHANGED)], Disposition.REFUSED),
    ([write, record(Kind.OPTED_OUT), record(Kind.UNDELIVERABLE)], Disposition.REFUSED),
    ([write, record(Kind.OPTED_OUT), record(Kind.REINSTATED)], Disposition.NO_ANSWER),
    ([write, record(Kind.NOT_RESPONSIBLE)], Disposition.NOT_ELIGIBLE),
    ([write, record(Kind.OTHER_PERSON)], Disposition.NO_ANSWER),
    ([write, record(Kind.WITHDRAWN)], Disposition.WITHDRAWN),
    ([record(Kind.OPTED_OUT), builders.answered], Disposition.COMPLETE),
]


@pytest.mark.parametrize(("deeds", "expected"), ROUTES)
def test_what_happened_decides_the_disposition(
    survey: Survey, deeds: list[Deed], expected: Disposition
) -> None:
    case = Case.objects.of(survey)[0]
    for deed in deeds:
        deed(case)
        case.refresh_from_db()
    assert disposition(case) == expected


class AnyOrder(TestCase):
    """Events in any order leave one disposition, and whoever may be written to has an open one."""

    @settings(max_examples=30)
    @given(kinds=st.lists(st.sampled_from(list(Kind)), max_size=8), answers=st.booleans())
    def test_every_case_has_one_disposition_and_only_open_ones_are_written_to(
        self, kinds: list[Kind], answers: bool
    ) -> None:
        survey = Survey.objects.first() or builders.survey_in_field()
        case = Case.objects.of(survey)[0]
        for kind in kinds:
            case.record(kind)
        if answers:
            builders.answered(case)
        found = Disposition(disposition(case))
        owes = Case.objects.owing_answer().filter(pk=case.pk).exists()
        assert owes == (found in (Disposition.NOT_CONTACTED, Disposition.NO_ANSWER, Disposition.BEGUN))


def test_a_reminder_after_any_event_goes_to_exactly_those_who_owe_an_answer(mailing: Mailing) -> None:
    for case, kind in zip(Case.objects.order_by("pk"), (Kind.UNDELIVERABLE, Kind.OPTED_OUT), strict=False):
        case.record(kind)
    reminder = builders.mailing(mailing.survey)
    assert set(reminder.audience()) == set(Case.objects.owing_answer())
    assert reminder.audience().count() == 1
    call_command("check")
