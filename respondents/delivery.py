"""Delivers one letter: claim, check again, mark as being sent, hand over, mark the outcome.

Each step is one conditional UPDATE that holds the claim, so a second worker, a second task or a
worker that wakes up late changes nothing. What dies between `sending` and the outcome stays visible.
"""

import logging
import smtplib
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext

from respondents.incoming import clean
from respondents.letters import compose
from respondents.line import hang_up, line
from respondents.models import Case, Letter, Mailing
from respondents.models.letter import LetterQuerySet
from respondents.models.mailing import TICKET

logger = logging.getLogger(__name__)
State = Letter.State
MOST_TRIES = 8
NO_LINE = timedelta(minutes=1)
FRESH = 2.0  # seconds for which the judgement behind a claim is good


@contextmanager
def quickly() -> Iterator[None]:
    """A transaction that does not wait for the disk: what it says is there by the next one that does.

    Safe for claims and outcomes, for the mark `sending` waits and the log on disk has no gaps. If the
    database loses what was said last, a claimed letter is planned again, and one that was sent is unclear.
    """
    outermost = not connection.in_atomic_block
    if connection.vendor == "sqlite" and outermost:
        tell_database("PRAGMA synchronous=NORMAL")
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                tell_database("SET LOCAL synchronous_commit TO off")
            yield
    finally:
        if connection.vendor == "sqlite" and outermost:
            tell_database("PRAGMA synchronous=FULL")


def tell_database(sentence: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sentence)


def deliver(*letter_ids: int) -> None:
    """Send letters, one after the other. Running it twice sends each once."""
    mailings = Mailing.objects.select_related("survey").prefetch_related("survey__variants")
    for mailing in mailings.filter(letters__in=letter_ids).distinct():
        for letter in taken_up(mailing, letter_ids):
            dispatch(letter)


def taken_up(mailing: Mailing, letter_ids: Sequence[int]) -> Iterator[Letter]:
    """The letters one by one, each claimed a moment ago: if they take long, the rest are judged anew."""
    while letter_ids:
        letters, fresh_until = claimed(mailing, letter_ids), time.monotonic() + FRESH
        while letters and time.monotonic() < fresh_until:
            yield letters.pop(0)
        letter_ids = [letter.pk for letter in letters if move(letter, State.PLANNED, claim=None)]


def dispatch(letter: Letter) -> None:
    """Compose a claimed letter and hand it over; one that cannot be composed has failed."""
    try:
        message = compose(letter)
    except Exception as error:  # whatever it is, the next try would end alike
        logger.exception("letter %s cannot be composed", letter.pk)
        fail(letter, reason=f"not composed: {error!r}")
    else:
        hand_over(letter, message)


@quickly()
def claimed(mailing: Mailing, letter_ids: Iterable[int]) -> list[Letter]:
    """Those letters of the mailing, taken for this attempt, that are still to be sent to somebody.

    Until this transaction ends, nobody else takes them, and nobody opens, answers or declines their cases.
    """
    letters = [letter for letter in mailing.letters.hold(letter_ids) if may_be_taken_up(letter, mailing)]
    cases = mailing.judged().in_bulk([letter.case_id for letter in letters])
    going = [letter for letter in letters if goes_out(letter, mailing, cases[letter.case_id])]
    claim, variants = uuid.uuid4(), {variant.pk: variant for variant in mailing.survey.variants.all()}
    Letter.objects.filter(pk__in=[letter.pk for letter in going]).update(
        state=State.CLAIMED, claim=claim, claimed_at=timezone.now()
    )
    for letter in going:
        letter.state, letter.claim, letter.mailing = State.CLAIMED, claim, mailing
        letter.case.variant = variants[letter.case.variant_id]
    return going


def may_be_taken_up(letter: Letter, mailing: Mailing) -> bool:
    """Whether it is still this letter's turn: a worker that was woken long ago waits to be woken again."""
    ticket, due = letter.handed_out_at, letter.next_try_at
    if ticket and ticket < timezone.now() - TICKET:
        return False
    return due is None or due <= mailing.survey.now()


def goes_out(letter: Letter, mailing: Mailing, case: Case) -> bool:
    """Whether this case, judged just now, gets the letter; if not, the letter says so, or waits."""
    now = mailing.survey.now()
    waiting = Letter.objects.filter(pk=letter.pk)
    if hindrance := mailing.hindrance_of(case):
        waiting.update(state=State.SUPPRESSED, hindrance=hindrance, settled_at=now)
        return False
    if case.absent_until and case.absent_until >= now.date():
        waiting.update(next_try_at=after_absence(mailing, case.absent_until))
        return False
    return True


def after_absence(mailing: Mailing, last_day: date) -> datetime:
    """The morning on which somebody is back to read the letter, at the mailing's own time of day."""
    zone = mailing.survey.now().tzinfo
    hour = mailing.planned_for.astimezone(zone).time()
    return datetime.combine(last_day + timedelta(days=1), hour, tzinfo=zone)


def backend_for(letter: Letter) -> str | None:
    """The way out: in production a rehearsal writes to nobody, its letters become files."""
    rehearsed = settings.PRODUCTION and letter.mailing.survey.rehearsal
    return "respondents.outbox.FileBackend" if rehearsed else None


def hand_over(letter: Letter, message: EmailMessage) -> None:
    """Give the message to the mail server; once more if the line was dead before the server heard of it."""
    for _ in range(2):
        try:
            message.connection = line(backend_for(letter))
        except (OSError, smtplib.SMTPException) as error:  # no server, no greeting, a refused login
            wait_for_line(letter, str(error))
            return
        if letter.state == State.CLAIMED and not set_out(letter):
            return
        if handed_over(letter, message):
            return
    wait_for_line(letter, "the mail server hung up")


def set_out(letter: Letter) -> bool:
    """Mark the letter as being handed over, unless somebody took it back or holds its mailing up."""
    going = Mailing.objects.filter(paused_at=None, stopped_at=None)
    return move(letter, State.SENDING, among=Letter.objects.filter(mailing__in=going), reason="")


def handed_over(letter: Letter, message: EmailMessage) -> bool:
    """Send the message and record what the server said; False if the line broke before it heard of it.

    A line that drops later leaves the letter in `sending`: nobody knows whether it went out.
    """
    try:
        message.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        code, said = answer_of(error)
        if (400 <= code < 600 and not is_cut_off(error)) or not is_begun(message):
            refused(letter, code, said)
        else:
            leave_unclear(letter, said)
            hang_up()
    except (smtplib.SMTPServerDisconnected, OSError):
        begun = is_begun(message)
        if begun:
            leave_unclear(letter, gettext("Die Verbindung brach nach der Übergabe ab."))
        hang_up()
        return begun
    else:
        settle(letter, State.SENT)
    return True


def is_begun(message: EmailMessage) -> bool:
    """Whether the server may have the message."""
    return bool(getattr(message.connection, "content_begun", True))


def is_cut_off(error: Exception) -> bool:
    """Whether the server said more than can be read, so that its own code is not known."""
    return type(error) is smtplib.SMTPResponseException


def leave_unclear(letter: Letter, said: str) -> None:
    """Nobody knows whether the letter went out: it stays in `sending`, with what is known of it."""
    move(letter, State.SENDING, reason=said)


def answer_of(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> tuple[int, str]:
    """The server's code and words."""
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    else:
        code, said = error.smtp_code, error.smtp_error
    return code, f"{code} {force_str(said, errors='replace')}"


def refused(letter: Letter, code: int, said: str) -> None:
    """A temporary refusal is tried again, later each time; a final one, or the last try, has failed."""
    tries = letter.tries + 1
    if not 400 <= code < 500 or tries >= MOST_TRIES:
        fail(letter, tries=tries, reason=said)
        return
    pause = timedelta(minutes=5 * 2**letter.tries)
    put_back(letter, pause, tries=tries, reason=said)


def wait_for_line(letter: Letter, reason: str) -> None:
    """The mail server is not there, which is no fault of the letter: try again soon, as long as it takes."""
    put_back(letter, NO_LINE, reason=reason)


def put_back(letter: Letter, pause: timedelta, **changes: Any) -> None:
    """Plan the next try; nothing of this letter was handed over."""
    move(letter, State.PLANNED, next_try_at=letter.mailing.survey.now() + pause, **changes)


def fail(letter: Letter, **changes: Any) -> None:
    """Record that the letter is not sent, and hold the others up if that happens too often."""
    settle(letter, State.FAILED, **changes)
    letter.mailing.pause_if_failing()


@quickly()
def settle(letter: Letter, state: Letter.State, **changes: Any) -> None:
    """Record the outcome."""
    move(letter, state, settled_at=letter.mailing.survey.now(), **{"reason": "", **changes})


def move(letter: Letter, state: Letter.State, *, among: LetterQuerySet | None = None, **changes: Any) -> bool:
    """Change a letter that this attempt still holds, if it is `among` these; whether it did.

    An attempt that was taken for dead may still say how it ended: `unclear` keeps its claim.
    """
    held = [letter.state, *([State.UNCLEAR] if letter.state == State.SENDING else [])]
    if "reason" in changes:
        changes["reason"] = clean(changes["reason"])[:500]
    letters = Letter.objects.all() if among is None else among
    rows = letters.filter(pk=letter.pk, claim=letter.claim, state__in=held)
    moved = bool(rows.update(state=state, **changes))
    letter.state = state
    return moved
