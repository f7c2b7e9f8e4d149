"""Handing letters to a real mail server: what it says decides, and nothing is ever sent twice."""

import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import connection

from respondents import delivery
from respondents.delivery import MOST_TRIES, deliver, handed_over
from respondents.letters import compose
from respondents.models import Case, Letter, Mailing
from respondents.tasks import deliver_letters
from surveys.models import Survey
from tests import builders
from tests.respondents.sink import HANG_UP, Sink

State = Letter.State
Wait = Callable[[timedelta], None]
A_WHILE = timedelta(minutes=11)  # longer than a letter may stay in the queue or in a worker's hands
A_DAY = timedelta(days=1)


def after(letter: Letter) -> Letter:
    letter.refresh_from_db()
    return letter


def die(*arguments: object) -> None:
    """What becomes of a worker that is killed."""
    raise SystemExit


def is_due(letter: Letter) -> bool:
    return letter.pk in [pk for pk, _ in letter.mailing.waiting()]


def try_again(letter: Letter, wait: Wait) -> Letter:
    """Let a day pass and do what workers and beat would do."""
    wait(A_DAY)
    Letter.objects.settle()
    if is_due(letter):
        deliver(letter.pk)
    return after(letter)


def test_a_letter_that_is_taken_is_sent(sink: Sink, letter: Letter) -> None:
    deliver(letter.pk)
    assert after(letter).state == State.SENT
    assert letter.settled_at is not None
    assert (letter.tries, letter.reason) == (0, "")
    (taken,) = sink.taken
    assert taken.recipients == [letter.case.office.email]
    assert taken.message["X-Case"] == str(letter.case.pk)
    text = taken.message.get_body(("plain",))
    assert text is not None
    assert letter.case.link in text.get_content()


def test_delivering_twice_sends_once(sink: Sink, letter: Letter) -> None:
    deliver(letter.pk)
    settled_at = after(letter).settled_at
    deliver(letter.pk, letter.pk)
    assert after(letter).settled_at == settled_at
    assert sink.contents == 1


def test_a_letter_that_cannot_be_composed_does_not_hold_up_those_behind_it(
    sink: Sink, survey: Survey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mailing = survey.mailings.get(name="invitation")
    mailing.release()
    first, *rest = mailing.letters.order_by("pk")
    monkeypatch.setattr(delivery, "compose", lambda letter: compose(letter) if letter != first else 1 / 0)
    deliver_letters([first.pk, *(letter.pk for letter in rest)])
    assert (after(first).state, first.reason) == (
        State.FAILED, "not composed: ZeroDivisionError('division by zero')",
    )  # fmt: skip
    assert {after(letter).state for letter in rest} == {State.SENT}
    assert "ZeroDivisionError" in caplog.text


def test_letters_that_cannot_be_composed_hold_the_mailing_up_like_refused_ones(
    sink: Sink, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = survey.mailings.get(name="invitation")
    for number in range(5):
        builders.case_for(survey.variants.all()[0], builders.municipality(f"Town {number}"))
    mailing.release()
    monkeypatch.setattr(delivery, "compose", lambda letter: 1 / 0)
    deliver_letters(list(mailing.letters.order_by("pk").values_list("pk", flat=True)))
    mailing.refresh_from_db()
    assert mailing.paused_because == Mailing.Pause.FAILURES
    assert mailing.progress()[State.FAILED] < mailing.letters.count()


WAITS: dict[str, tuple[str, dict[Any, bool]]] = {
    "postgresql": ("SHOW synchronous_commit", {"on": True, "off": False}),
    "sqlite": ("PRAGMA synchronous", {2: True, 1: False}),
}


@pytest.mark.django_db(transaction=True)
def test_only_the_mark_that_a_letter_is_being_handed_over_waits_for_the_disk(
    sink: Sink, letter: Letter
) -> None:
    """`sending` must be on disk before the mail server hears of the letter, and all that was before it."""
    question, meanings = WAITS[connection.vendor]
    waits: dict[str, bool] = {}

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE"):
            state = next(value for value in params if value in set(State))
            with connection.cursor() as cursor:
                cursor.execute(question)
                waits[state] = meanings[cursor.fetchone()[0]]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        deliver(letter.pk)
    assert waits == {"claimed": False, "sending": True, "sent": False}


def test_a_letter_that_is_not_there_is_no_trouble(sink: Sink, letter: Letter) -> None:
    deliver(letter.pk + 1_000_000)
    assert sink.contents == 0


# --- the server says: not now ---

NOT_NOW = {
    "greeting": "421 too busy",
    "sender": "451 try again later",
    "recipient": "451 greylisted, try again later",
    "data": "452 no room",
    "content": "451 scanner is down",
}


@pytest.mark.parametrize("point", NOT_NOW)
def test_a_temporary_refusal_is_tried_again_later(sink: Sink, letter: Letter, wait: Wait, point: str) -> None:
    sink.answers(**{point: NOT_NOW[point]})
    deliver(letter.pk)
    assert after(letter).state == State.PLANNED
    assert letter.tries == (0 if point == "greeting" else 1)  # a server that is not there refuses nothing
    assert NOT_NOW[point] in letter.reason or NOT_NOW[point].partition(" ")[2] in letter.reason
    assert letter.next_try_at is not None
    assert letter.next_try_at > letter.mailing.survey.now()
    assert not is_due(letter)
    sink.answers()
    assert try_again(letter, wait).state == State.SENT
    assert (len(sink.taken), letter.reason) == (1, "")


def test_the_pauses_between_the_tries_grow(sink: Sink, letter: Letter, wait: Wait) -> None:
    sink.answers(recipient="451 try again later")
    pauses = []
    for _ in range(4):
        wait(A_DAY)
        deliver(letter.pk)
        next_try_at = after(letter).next_try_at
        assert next_try_at is not None
        pauses.append(next_try_at - letter.mailing.survey.now())
    assert pauses == sorted(pauses)
    assert pauses[-1] > 2 * pauses[0] > timedelta(minutes=1)


def test_a_letter_is_given_up_after_the_last_try(sink: Sink, letter: Letter, wait: Wait) -> None:
    sink.answers(recipient="451 try again later")
    for _ in range(MOST_TRIES + 2):
        try_again(letter, wait)
    assert after(letter).state == State.FAILED
    assert letter.tries == MOST_TRIES
    assert "try again later" in letter.reason


def test_a_server_that_is_not_there_is_tried_again_later(
    sink: Sink, letter: Letter, wait: Wait, settings: LazySettings
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
        deliver(letter.pk)
    assert after(letter).state == State.PLANNED
    assert letter.tries == 0
    assert "refused" in letter.reason
    settings.EMAIL_PORT = sink.port
    assert try_again(letter, wait).state == State.SENT
    assert len(sink.taken) == 1


def test_a_server_that_hangs_up_before_it_greets_is_tried_again_later(
    sink: Sink, letter: Letter, wait: Wait
) -> None:
    sink.answers(greeting=HANG_UP)
    deliver(letter.pk)
    assert after(letter).state == State.PLANNED
    sink.answers()
    assert try_again(letter, wait).state == State.SENT


# --- the server says: no ---


@pytest.mark.parametrize("point", ["sender", "recipient", "data", "content"])
def test_a_final_refusal_fails_with_the_servers_words(
    sink: Sink, letter: Letter, wait: Wait, point: str
) -> None:
    sink.answers(**{point: "550 5.1.1 no such mailbox: Ärger"})
    deliver(letter.pk)
    assert after(letter).state == State.FAILED
    assert letter.reason.startswith("550 5.1.1 no such mailbox")
    sink.answers()
    assert try_again(letter, wait).state == State.FAILED
    assert sink.taken == []


def test_a_server_with_much_to_say_is_cut_short(sink: Sink, letter: Letter) -> None:
    sink.answers(recipient="\r\n".join(["550-" + "x" * 400] * 3 + ["550 end"]))
    deliver(letter.pk)
    assert after(letter).state == State.FAILED
    assert len(letter.reason) == 500


# --- nobody knows ---


def test_a_line_that_drops_after_the_message_leaves_it_unclear_and_never_sends_again(
    sink: Sink, letter: Letter, wait: Wait
) -> None:
    sink.answers(content=HANG_UP)
    deliver(letter.pk)
    assert after(letter).state == State.SENDING
    sink.answers()
    Letter.objects.settle()
    assert after(letter).state == State.SENDING
    wait(A_WHILE)
    Letter.objects.settle()
    assert after(letter).state == State.UNCLEAR
    assert letter.reason
    for _ in range(3):
        assert try_again(letter, wait).state == State.UNCLEAR
        deliver(letter.pk)
    assert sink.contents == 1


def test_a_worker_that_dies_while_handing_over_leaves_the_letter_unclear(
    sink: Sink, letter: Letter, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "handed_over", die)
    with pytest.raises(SystemExit):
        deliver(letter.pk)
    monkeypatch.setattr(delivery, "handed_over", handed_over)
    assert after(letter).state == State.SENDING
    assert try_again(letter, wait).state == State.UNCLEAR
    assert sink.contents == 0


def test_a_worker_that_dies_before_handing_over_gives_the_letter_back(
    sink: Sink, letter: Letter, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "compose", die)
    with pytest.raises(SystemExit):
        deliver(letter.pk)
    monkeypatch.setattr(delivery, "compose", compose)
    assert after(letter).state == State.CLAIMED
    Letter.objects.settle()
    assert after(letter).state == State.CLAIMED
    assert try_again(letter, wait).state == State.SENT
    assert sink.contents == 1


def test_a_worker_that_wakes_up_after_its_letter_was_given_to_another_sends_nothing(
    sink: Sink, letter: Letter, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overslept(held: Letter) -> object:
        monkeypatch.setattr(delivery, "compose", compose)
        wait(A_WHILE)
        Letter.objects.settle()
        deliver(held.pk)
        return compose(held)

    monkeypatch.setattr(delivery, "compose", overslept)
    deliver(letter.pk)
    assert after(letter).state == State.SENT
    assert sink.contents == 1


def test_an_unclear_letter_does_not_say_what_the_server_said_to_the_try_before(
    sink: Sink, letter: Letter, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.answers(recipient="451 try again later")
    deliver(letter.pk)
    monkeypatch.setattr(delivery, "handed_over", die)
    wait(A_DAY)
    with pytest.raises(SystemExit):
        deliver(letter.pk)
    assert (after(letter).state, letter.reason) == (State.SENDING, "")


# --- a few at a time ---


@pytest.fixture
def few(mailing: Mailing) -> list[Letter]:
    """All letters of the mailing, in the order in which they go out."""
    return list(mailing.letters.order_by("case"))


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something that happens once the first of a few letters is on its way."""

    def hand_over(letter: Letter, message: EmailMessage) -> None:
        monkeypatch.setattr(delivery, "hand_over", handing_over)
        handing_over(letter, message)
        happens()

    handing_over = delivery.hand_over
    monkeypatch.setattr(delivery, "hand_over", hand_over)


def states(letters: list[Letter]) -> list[str]:
    return [after(letter).state for letter in letters]


def test_a_few_letters_are_claimed_together_and_go_out_one_by_one(sink: Sink, few: list[Letter]) -> None:
    deliver_letters([letter.pk for letter in few])
    assert states(few) == [State.SENT] * len(few)
    assert len({letter.claim for letter in few}) == 1
    assert [taken.message["X-Case"] for taken in sink.taken] == [str(letter.case_id) for letter in few]


def test_an_office_that_answers_behind_a_slow_mail_server_gets_no_letter_claimed_before(
    sink: Sink, few: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "FRESH", 0.1)

    def answer_slowly() -> None:
        time.sleep(0.1)
        builders.answered(few[-1].case)

    meanwhile(monkeypatch, answer_slowly)
    deliver_letters([letter.pk for letter in few])
    assert states(few) == [State.SENT] * (len(few) - 1) + [State.SUPPRESSED]
    assert few[-1].hindrance == "answered"


def test_a_pause_holds_up_what_is_claimed_but_not_yet_on_its_way(
    sink: Sink, few: list[Letter], mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: mailing.pause(Mailing.Pause.PERSON))
    deliver_letters([letter.pk for letter in few])
    assert states(few) == [State.SENT] + [State.PLANNED] * (len(few) - 1)
    mailing.resume()
    deliver_letters([letter.pk for letter in few])
    assert states(few) == [State.SENT] * len(few)
    assert sink.contents == len(few)


def test_a_stop_ends_what_is_claimed_but_not_yet_on_its_way(
    sink: Sink, few: list[Letter], mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, mailing.stop)
    deliver_letters([letter.pk for letter in few])
    assert states(few) == [State.SENT] + [State.SUPPRESSED] * (len(few) - 1)
    assert sink.contents == 1


# --- no longer wanted ---


def test_a_letter_to_an_office_that_answered_meanwhile_is_suppressed(sink: Sink, letter: Letter) -> None:
    builders.answered(letter.case)
    deliver(letter.pk)
    assert after(letter).state == State.SUPPRESSED
    assert letter.hindrance == "answered"
    assert sink.contents == 0


def test_a_letter_to_an_office_that_only_began_to_answer_is_sent(sink: Sink, letter: Letter) -> None:
    letter.case.open_response()
    deliver(letter.pk)
    assert after(letter).state == State.SENT


def test_a_letter_to_a_withdrawn_case_is_suppressed(sink: Sink, letter: Letter) -> None:
    builders.withdrawn(letter.case)
    deliver(letter.pk)
    assert after(letter).state == State.SUPPRESSED
    assert sink.contents == 0


def test_an_answer_that_comes_between_two_tries_suppresses_the_letter(
    sink: Sink, letter: Letter, wait: Wait
) -> None:
    sink.answers(recipient="451 try again later")
    deliver(letter.pk)
    builders.answered(letter.case)
    sink.answers()
    assert try_again(letter, wait).state == State.SUPPRESSED
    assert sink.taken == []


# --- two at a time ---


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_letters_send_each_once(sink: Sink) -> None:
    survey: Survey = builders.survey_in_field()
    wave: Mailing = survey.mailings.get(name="invitation")
    wave.release()
    ids = list(wave.letters.values_list("pk", flat=True))
    together = threading.Barrier(2, timeout=10)

    def work() -> None:
        try:
            for letter_id in ids:
                together.wait()
                deliver(letter_id)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert not any(worker.is_alive() for worker in workers)
    assert set(wave.letters.values_list("state", flat=True)) == {State.SENT}
    cases = [str(case.pk) for case in Case.objects.of(survey)]
    assert sorted(taken.message["X-Case"] for taken in sink.taken) == sorted(cases)
