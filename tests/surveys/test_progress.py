"""A page says honestly how much is behind and how long the rest takes."""

import pytest

from surveys.instrument import Instrument
from surveys.progress import Progress, progress

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the forms are read from rows
MINUTES = 10


def at(museum: Instrument, number: int, **answers: object) -> Progress:
    return progress(museum, museum.page(number), answers, MINUTES)


def test_an_empty_form_takes_as_long_as_the_study_says(museum: Instrument) -> None:
    assert at(museum, 1) == Progress(percent=0, minutes=MINUTES)


def test_each_answer_makes_the_rest_shorter(museum: Instrument) -> None:
    asked = [item for item in museum.items.values() if not item.asked_if]
    answers: dict[str, object] = {}
    seen = [at(museum, 1)]
    for item in asked:
        answers[item.variable] = -8
        seen.append(at(museum, 1, **answers))
    assert [p.percent for p in seen] == sorted({p.percent for p in seen})
    assert [p.minutes for p in seen] == sorted((p.minutes for p in seen), reverse=True)
    assert seen[-1] == Progress(percent=100, minutes=0)


def test_what_was_skipped_on_an_earlier_page_is_behind(museum: Instrument) -> None:
    assert at(museum, 4).percent > at(museum, 3).percent > at(museum, 1).percent


def test_an_answer_that_opens_further_items_makes_the_rest_longer(museum: Instrument) -> None:
    assert at(museum, 2, digital=1).minutes > at(museum, 2, digital=0).minutes


def test_the_last_open_item_takes_a_minute_and_not_none(museum: Instrument) -> None:
    answers = {item.variable: -8 for item in museum.items.values() if not item.asked_if}
    del answers["remarks"]
    assert at(museum, 4, **answers).minutes == 1
