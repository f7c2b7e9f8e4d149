"""Delivers one letter: claim, check again, mark as being sent, hand over, mark the outcome.

Each step is one conditional UPDATE that holds the claim, so a second worker, a second task or a
worker that wakes up late changes nothing. What dies between `sending` and the outcome stays visible.
"""

import smtplib
import uuid
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
from respondents.models.mailing import TICKET

State = Letter.State
MOST_TRIES = 8
NO_LINE = timedelta(minutes=1)


def deliver(letter_id: int) -> None:
    """Send one letter. Running it twice sends it once."""
    letter = claimed(letter_id, uuid.uuid4())
    if letter is None:
        return
    try:
        message = compose(letter)
    except Exception as error:  # whatever it is, the next try would end alike
        settle(letter, State.FAILED, reason=f"not composed: {error!r}")
        raise
    hand_over(letter, message)


@transaction.atomic
def claimed(letter_id: int, claim: uuid.UUID) -> Letter | None:
    """The letter, taken for this attempt, if it is still to be sent to somebody who is to get it."""
    need_not_be_on_disk()
    waiting = Letter.objects.select_for_update(of=("self",)).filter(pk=letter_id, state=State.PLANNED)
    letter = waiting.select_related("mailing__survey", "case__variant", "case__office__municipality").first()
    if letter is None or not may_be_taken_up(letter):
        return None
    letter.case.variant.survey = letter.mailing.survey
    Case.objects.hold(letter.case_id)
    case = letter.mailing.judgement(letter.case_id)
    now = letter.mailing.survey.now()
    if hindrance := letter.mailing.hindrance_of(case):
        waiting.update(state=State.SUPPRESSED, hindrance=hindrance, settled_at=now)
        return None
    if case.absent_until and case.absent_until >= now.date():
        waiting.update(next_try_at=after_absence(letter.mailing, case.absent_until))
        return None
    letter.state, letter.claim = State.CLAIMED, claim
    waiting.update(state=State.CLAIMED, claim=claim, claimed_at=timezone.now())
    return letter


def need_not_be_on_disk() -> None:
    """Let PostgreSQL commit this transaction without waiting for the disk.

    Safe for a claim: `sending` waits, and the log on disk has no gaps, so no claim behind a letter that was
    handed over can be lost. If the server dies before that, the letter is as it was before the claim.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def may_be_taken_up(letter: Letter) -> bool:
    """Whether it is still this letter's turn: a worker that was woken long ago waits to be woken again."""
    mailing, ticket = letter.mailing, letter.handed_out_at
    if mailing.paused_at or mailing.stopped_at or (ticket and ticket < timezone.now() - TICKET):
        return False
    return letter.next_try_at is None or letter.next_try_at <= mailing.survey.now()


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
        if letter.state == State.CLAIMED and not move(letter, State.SENDING):
            return
        if handed_over(letter, message):
            return
    wait_for_line(letter, "the mail server hung up")


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
        settle(letter, State.FAILED, tries=tries, reason=said)
        letter.mailing.pause_if_failing()
        return
    pause = timedelta(minutes=5 * 2**letter.tries)
    put_back(letter, pause, tries=tries, reason=said)


def wait_for_line(letter: Letter, reason: str) -> None:
    """The mail server is not there, which is no fault of the letter: try again soon, as long as it takes."""
    put_back(letter, NO_LINE, reason=reason)


def put_back(letter: Letter, pause: timedelta, **changes: Any) -> None:
    """Plan the next try; nothing of this letter was handed over."""
    move(letter, State.PLANNED, next_try_at=letter.mailing.survey.now() + pause, **changes)


def settle(letter: Letter, state: Letter.State, **changes: Any) -> None:
    """Record the outcome."""
    move(letter, state, settled_at=letter.mailing.survey.now(), **{"reason": "", **changes})


def move(letter: Letter, state: Letter.State, **changes: Any) -> bool:
    """Change a letter that this attempt still holds; whether it did.

    An attempt that was taken for dead may still say how it ended: `unclear` keeps its claim.
    """
    held = [letter.state, *([State.UNCLEAR] if letter.state == State.SENDING else [])]
    if "reason" in changes:
        changes["reason"] = clean(changes["reason"])[:500]
    rows = Letter.objects.filter(pk=letter.pk, claim=letter.claim, state__in=held)
    moved = bool(rows.update(state=state, **changes))
    letter.state = state
    return moved
