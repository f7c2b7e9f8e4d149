"""Several colleagues at once: every answer is kept, and the form is submitted once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from respondents.models import Case
from surveys.models import AlreadySubmitted, Response
from tests.builders import survey_in_field
from tests.surveys.steps import RECEIPT, REVIEW, case_of, opened, page, response_of, stored

AT_ONCE = 6
HUNDRED, LANES = 100, 20  # a connection each: as many as a database grants
T = TypeVar("T")


@pytest.fixture
def case(transactional_db: None) -> Case:
    return case_of(survey_in_field(), "museum")


def at_once(*deeds: Callable[[], T]) -> list[T]:
    """Do all deeds at the same moment, each with a connection of its own."""
    start = Barrier(len(deeds))

    def do(deed: Callable[[], T]) -> T:
        try:
            start.wait()
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_many_submits_at_once_give_one_receipt(case: Case) -> None:
    browsers = [opened(case) for _ in range(AT_ONCE)]

    def submit(number: int) -> str | None:
        assert browsers[number].post(REVIEW, {"go": "submit"})["Location"] == RECEIPT
        return Response.objects.get().receipt

    receipts = at_once(*(lambda number=number: submit(number) for number in range(AT_ONCE)))
    assert set(receipts) == {response_of(case).receipt}


def test_a_hundred_submits_at_once_give_one_submission_and_one_receipt(case: Case) -> None:
    response = case.open_response()
    waiting = iter([opened(case) for _ in range(HUNDRED)])

    def submit_some() -> list[tuple[str, str]]:
        mine = [next(waiting) for _ in range(HUNDRED // LANES)]
        said = []
        for browser in mine:
            location = browser.post(REVIEW, {"go": "submit"})["Location"]
            said.append((location, browser.get(RECEIPT).context["receipt"]))
        return said

    said = {reply for replies in at_once(*[submit_some] * LANES) for reply in replies}
    response.refresh_from_db()
    assert said == {(RECEIPT, response.receipt)}
    assert response.version == 1
    assert not response.earlier_submissions.exists()


def test_of_many_submits_at_once_one_succeeds(case: Case) -> None:
    response = case.open_response()

    def submit() -> bool:
        try:
            Response.objects.get(pk=response.pk).submit()
        except AlreadySubmitted:
            return False
        return True

    assert sorted(at_once(*[submit] * AT_ONCE)) == [False] * (AT_ONCE - 1) + [True]


def test_two_pages_stored_at_once_lose_nothing(case: Case) -> None:
    response = case.open_response()
    copies = [Response.objects.get(pk=response.pk) for _ in range(AT_ONCE)]
    deeds = [
        lambda copy=copy, number=number: copy.store({f"item_{number}": number})
        for number, copy in enumerate(copies)
    ]
    at_once(*deeds)
    assert stored(case) == {f"item_{number}": number for number in range(AT_ONCE)}


def test_two_colleagues_on_different_pages_lose_nothing(case: Case) -> None:
    first, second = opened(case), opened(case)
    at_once(
        lambda: first.post(page(1), {"a_known": "5", "digital": "1", "go": "next"}),
        lambda: second.post(page(4), {"remarks": "Thank you", "go": "next"}),
    )
    assert stored(case) == {"a_known": 5, "digital": 1, "remarks": "Thank you"}


def test_an_answer_sent_while_a_colleague_submits_is_in_whole_or_not_at_all(case: Case) -> None:
    first, second = opened(case), opened(case)
    taken, _ = at_once(
        lambda: first.post(page(4), {"remarks": "Thank you", "go": "next"}).status_code == 302,
        lambda: second.post(REVIEW, {"go": "submit"}).status_code == 302,
    )
    assert (stored(case) == {"remarks": "Thank you"}) is taken


def test_many_clicks_on_the_personal_link_begin_one_response(case: Case) -> None:
    at_once(*[lambda: opened(case)] * AT_ONCE)
    assert Response.objects.count() == 1
