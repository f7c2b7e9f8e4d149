"""Delivers one letter: claim, check again, mark as being sent, hand over, mark the outcome.

Each step is one conditional UPDATE that holds the claim, so a second worker, a second task or a
worker that wakes up late changes nothing. What dies between `sending` and the outcome stays visible.
"""

import smtplib
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_str

from respondents.letters import compose
from respondents.models import Case, Letter

State = Letter.State
MOST_TRIES = 8


def deliver(letter_id: int) -> None:
    """Send one letter. Running it twice sends it once."""
    claim = uuid.uuid4()
    if not claimed(letter_id, claim):
        return
    letter = Letter.objects.select_related(
        "mailing__survey", "case__variant__survey", "case__office__municipality"
    ).get(pk=letter_id)
    try:
        message = compose(letter)
    except Exception as error:  # whatever it is, the next try would end alike
        move(letter_id, claim, State.CLAIMED, state=State.FAILED, reason=f"not composed: {error!r}"[:500])
        raise
    connection = get_connection(backend_for(letter))
    try:
        connection.open()
    except OSError as error:  # nothing was handed over: no server, no greeting, a refused login
        try_again_later(letter, claim, State.CLAIMED, str(error))
        return
    with connection:
        if move(letter_id, claim, State.CLAIMED, state=State.SENDING):
            message.connection = connection
            hand_over(letter, claim, message)


def backend_for(letter: Letter) -> str | None:
    """The way out: in production a rehearsal writes to nobody, its letters become files."""
    rehearsed = settings.PRODUCTION and letter.mailing.survey.rehearsal
    return "respondents.outbox.FileBackend" if rehearsed else None


@transaction.atomic
def claimed(letter_id: int, claim: uuid.UUID) -> bool:
    """Take the letter for this attempt if it is still to be sent to somebody who owes an answer."""
    waiting = Letter.objects.select_for_update(of=("self",)).filter(pk=letter_id, state=State.PLANNED)
    letter = waiting.select_related("mailing__survey").first()
    if letter is None or not letter.may_be_tried:
        return False
    if letter.mailing.survey.is_over:
        waiting.update(state=State.SUPPRESSED, reason="the field phase is over")
        return False
    if not Case.objects.owing_answer().filter(pk=letter.case_id).exists():
        waiting.update(state=State.SUPPRESSED, reason="no answer is owed any more")
        return False
    return bool(waiting.update(state=State.CLAIMED, claim=claim, claimed_at=timezone.now()))


def hand_over(letter: Letter, claim: uuid.UUID, message: Any) -> None:
    """Give the message to the mail server and record what it said.

    A line that drops leaves the letter in `sending`: nobody knows whether it went out.
    """
    try:
        message.send()
    except smtplib.SMTPServerDisconnected:
        return
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        code, said = answer_of(error)
        if 400 <= code < 500:
            try_again_later(letter, claim, State.SENDING, said)
        else:
            move(letter.pk, claim, State.SENDING, state=State.FAILED, reason=said[:500])
    else:
        move(letter.pk, claim, State.SENDING, state=State.SENT, sent_at=timezone.now(), reason="")


def answer_of(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> tuple[int, str]:
    """The server's code and words."""
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    else:
        code, said = error.smtp_code, error.smtp_error
    return code, f"{code} {force_str(said, errors='replace')}"


def try_again_later(letter: Letter, claim: uuid.UUID, state: Letter.State, reason: str) -> None:
    """Plan the next try, later each time; after the last one the letter has failed."""
    tries = letter.tries + 1
    if tries >= MOST_TRIES:
        move(letter.pk, claim, state, state=State.FAILED, tries=tries, reason=reason[:500])
        return
    pause = timedelta(minutes=5 * 2**letter.tries)
    later = {"tries": tries, "next_try_at": timezone.now() + pause, "handed_out_at": None}
    move(letter.pk, claim, state, state=State.PLANNED, reason=reason[:500], **later)


def move(letter_id: int, claim: uuid.UUID, held: Letter.State, **changes: Any) -> bool:
    """Change a letter that this attempt still holds; whether it did."""
    return bool(Letter.objects.filter(pk=letter_id, claim=claim, state=held).update(**changes))
