"""Imported into a worker, it wraps the functions by which letters are delivered.

The product knows nothing of it. The worker kills itself where the plan says; what takes minutes in earnest
takes seconds; and mutants show that the bench sees what they break.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.celery import app
from respondents import delivery, line
from respondents.models import Letter, Mailing, mailing
from respondents.models.letter import LetterQuerySet
from tests.kills.plan import Cut, Plan

State = Letter.State
Deed = Callable[..., Any]
A_WHILE = timedelta(seconds=2)
LONGEST_SLEEP = 30.0  # seconds
FOLDER = Path(os.environ["KILLS_FOLDER"])
plan = Plan(FOLDER)
in_hand = 0  # the letter that this process is at; a process of the pool has one at a time


def put(place: Any, name: str) -> Callable[[Deed], Deed]:
    """Put the decorated function in the place of the one there, which it gets as its first argument."""

    def replace(deed: Deed) -> Deed:
        original = getattr(place, name)

        @wraps(original)
        def replaced(*arguments: Any, **options: Any) -> Any:
            return deed(original, *arguments, **options)

        setattr(place, name, replaced)
        return deed

    return replace


def change(place: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(place, name, value)


def reach(cut: Cut, letter: Letter | None = None) -> None:
    """Die here if the plan says so of the letter, which is the one in hand unless named."""
    number = letter.pk if letter else in_hand
    if plan.is_due(number, cut):
        plan.note(number, cut)
        os.kill(os.getpid(), signal.SIGKILL)


def fall_asleep(letter: Letter) -> None:
    """Do nothing until the letter has been given to another, as a machine that was suspended."""
    if plan.is_due(in_hand, Cut.ASLEEP):
        plan.note(in_hand, Cut.ASLEEP)
        others = Letter.objects.filter(pk=letter.pk).exclude(claim=None).exclude(claim=letter.claim)
        deadline = time.monotonic() + LONGEST_SLEEP
        while not others.exists() and time.monotonic() < deadline:
            time.sleep(0.1)


# --- mutants: each must be found out ---


def unfenced(original: Deed, letter: Letter, state: State, **changes: Any) -> bool:
    """Hand over whoever holds the letter by now."""
    Letter.objects.filter(pk=letter.pk).update(state=state, claim=letter.claim, **changes)
    letter.state = state
    return True


def marked_early(original: Deed, letter: Letter, state: State, **changes: Any) -> bool:
    """Say that it was sent before it is."""
    moved: bool = original(letter, state, **changes)
    Letter.objects.filter(pk=letter.pk, state=State.SENDING).update(state=State.SENT)
    return moved


def repeating(original: Deed, letters: LetterQuerySet) -> None:
    """Send again what may have gone out."""
    stale = letters.filter(claimed_at__lt=timezone.now() - A_WHILE)
    stale.filter(state__in=(State.CLAIMED, State.SENDING)).update(state=State.PLANNED, claim=None)


MUTANTS: dict[str, tuple[Any, str, Deed]] = {
    "unfenced": (delivery, "move", unfenced),
    "marked_early": (delivery, "move", marked_early),
    "repeating": (LetterQuerySet, "settle", repeating),
}
for mutant in os.environ.get("KILLS_MUTANTS", "").split():
    put(*MUTANTS[mutant][:2])(MUTANTS[mutant][2])


# --- the saboteur ---

change(settings, LETTER_LEASE=A_WHILE, EMAIL_TIMEOUT=1.5)
change(mailing, TICKET=A_WHILE, AT_ONCE=40)
change(delivery, TICKET=A_WHILE)
app.conf.beat_schedule["release due mailings"]["schedule"] = 1.0


@worker_process_init.connect
def sign_in(**_: object) -> None:
    """Say which process of a worker is one that delivers letters."""
    (FOLDER / "pool" / str(os.getpid())).touch()


@put(delivery, "claimed")
def claimed(original: Deed, wave: Mailing, letter_ids: Iterable[int]) -> list[Letter]:
    with transaction.atomic():
        letters: list[Letter] = original(wave, letter_ids)
        for letter in letters:
            reach(Cut.BEFORE_CLAIM, letter)
    for letter in letters:
        reach(Cut.AFTER_CLAIM, letter)
    return letters


@put(delivery, "dispatch")
def dispatch(original: Deed, letter: Letter) -> None:
    global in_hand  # noqa: PLW0603  # one letter at a time
    in_hand = letter.pk
    original(letter)


@put(delivery, "move")
def move(original: Deed, letter: Letter, state: State, **changes: Any) -> bool:
    taking = (letter.state, state) == (State.CLAIMED, State.SENDING)
    if taking:
        fall_asleep(letter)
        reach(Cut.BEFORE_FENCE)
    moved: bool = original(letter, state, **changes)
    if taking:
        reach(Cut.AFTER_FENCE)
    return moved


@put(delivery, "handed_over")
def handed_over(original: Deed, *arguments: Any) -> bool:
    reach(Cut.BEFORE_SMTP)
    return bool(original(*arguments))


@put(delivery, "settle")
def settle(original: Deed, letter: Letter, state: State, **changes: Any) -> None:
    if state == State.SENT:
        reach(Cut.BEFORE_MARK)
    original(letter, state, **changes)
    reach(Cut.AFTER_MARK)


@put(line.PlainLine, "send")
def send(original: Deed, self: line.PlainLine, what: str | bytes) -> None:
    """Commands are text, a message is bytes."""
    if not isinstance(what, bytes):
        original(self, what)
        return
    half = len(what) // 2
    original(self, what[:half])
    reach(Cut.HALF)
    original(self, what[half:])
    reach(Cut.WHOLE)


@put(line.PlainLine, "data")
def data(original: Deed, self: line.PlainLine, message: Any) -> Any:
    answer = original(self, message)
    reach(Cut.ANSWERED)
    return answer
