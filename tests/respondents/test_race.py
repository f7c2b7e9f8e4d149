"""Answers come in while a reminder goes out: who has answered before the letter is claimed gets none."""

import random
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from respondents import delivery
from respondents.models import Case, Letter, Mailing
from respondents.tasks import A_FEW, deliver_letters
from surveys.models import Response
from tests import builders
from tests.respondents.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
State = Letter.State
OFFICES = 200 if settings.DATABASE_URL else 40  # SQLite lets one write at a time
claimed = delivery.claimed


def reminder(offices: int) -> Mailing:
    """A released reminder to offices that have all begun to answer, or are about to."""
    survey = builders.survey_in_field()
    variant = survey.variants.all()[0]
    for number in range(offices):
        case = builders.case_for(variant, builders.municipality(f"Town {number}"))
        if number % 2:
            case.open_response()
    mailing = builders.mailing(survey)
    mailing.release()
    return mailing


def in_a_thread_of_its_own(deed: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What a process does with a connection of its own."""

    def done(argument: Any) -> Any:
        try:
            return deed(argument)
        finally:
            connection.close()

    return done


def submit(case_id: int) -> None:
    Case.objects.get(pk=case_id).open_response().submit()


def answer_is_in(case_id: int) -> bool:
    return Response.objects.filter(pk__in=Case.objects.filter(pk=case_id).values("response")).exclude(
        submitted_at=None
    ).exists()  # fmt: skip


def test_no_reminder_is_claimed_for_an_office_whose_answer_is_committed(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the claiming transaction still sees as its last look was committed before the claim is."""
    mailing = reminder(OFFICES)
    too_late: list[int] = []

    def watched(mailing: Mailing, letter_ids: Iterable[int]) -> list[Letter]:
        with transaction.atomic():
            letters = claimed(mailing, letter_ids)
            too_late.extend(letter.case_id for letter in letters if answer_is_in(letter.case_id))
        return letters

    monkeypatch.setattr(delivery, "claimed", watched)
    letters = list(mailing.letters.values_list("pk", flat=True))
    cases = list(mailing.letters.values_list("case", flat=True))
    random.Random(1).shuffle(letters)
    random.Random(2).shuffle(cases)
    with ThreadPoolExecutor(2) as workers, ThreadPoolExecutor(4) as offices:
        few = [letters[start : start + A_FEW] for start in range(0, len(letters), A_FEW)]
        sent = workers.map(in_a_thread_of_its_own(deliver_letters), few)
        answered = offices.map(in_a_thread_of_its_own(submit), cases)
        assert len([*sent, *answered]) == len(few) + len(cases)
    assert too_late == []
    assert Response.objects.exclude(submitted_at=None).count() == len(cases)
    states = list(mailing.letters.values_list("state", flat=True))
    assert set(states) == {State.SENT, State.SUPPRESSED}  # else there was no race
    assert len(sink.taken) == states.count(State.SENT)


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "not yet opened"])
def test_an_answer_that_comes_in_the_middle_of_a_claim_waits_until_the_claim_is_committed(
    sink: Sink, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    mailing = reminder(2)
    letter = mailing.letters.filter(case__response__isnull=not begun).order_by("pk")[0]
    checked, submitted = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(mailing: Mailing, letter_ids: Iterable[int]) -> list[Letter]:
        with transaction.atomic():
            held = claimed(mailing, letter_ids)
            checked.set()
            submitted.wait(1)  # as long as anybody would need to slip in
            order.append("answered first" if submitted.is_set() else "claimed first")
        return held

    def answer(case_id: int) -> None:
        checked.wait(10)
        submit(case_id)
        submitted.set()

    monkeypatch.setattr(delivery, "claimed", slow)
    with ThreadPoolExecutor(2) as pool:
        deeds = [
            pool.submit(in_a_thread_of_its_own(delivery.deliver), letter.pk),
            pool.submit(in_a_thread_of_its_own(answer), letter.case_id),
        ]
        for deed in deeds:
            deed.result(30)
    letter.refresh_from_db()
    assert (order, letter.state) == (["claimed first"], State.SENT)
    assert answer_is_in(letter.case_id)


@pytest.mark.parametrize("hold_up", [lambda m: m.pause(Mailing.Pause.PERSON), Mailing.stop])
def test_nothing_goes_out_after_a_pause_that_comes_in_the_middle_of_a_claim(
    sink: Sink, monkeypatch: pytest.MonkeyPatch, hold_up: Callable[[Mailing], bool]
) -> None:
    mailing = reminder(3)
    checked, held_up = threading.Event(), threading.Event()

    def slow(mailing: Mailing, letter_ids: Iterable[int]) -> list[Letter]:
        with transaction.atomic():
            letters = claimed(mailing, letter_ids)
            checked.set()
            held_up.wait(1)
        return letters

    def hold(mailing_id: int) -> int:
        checked.wait(10)
        hold_up(Mailing.objects.get(pk=mailing_id))
        held_up.set()
        return len(sink.taken)

    monkeypatch.setattr(delivery, "claimed", slow)
    letters = list(mailing.letters.values_list("pk", flat=True))
    with ThreadPoolExecutor(2) as pool:
        worker = pool.submit(in_a_thread_of_its_own(deliver_letters), letters)
        gone_before = pool.submit(in_a_thread_of_its_own(hold), mailing.pk).result(30)
        worker.result(30)
    assert len(sink.taken) <= gone_before + 1  # one may have been on its way
    assert mailing.progress()[State.CLAIMED] == 0
