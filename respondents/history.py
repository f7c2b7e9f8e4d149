"""The history of a case in one line of time: letters, contacts, and when its form was used; never answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from respondents.models import Case, Contact, Letter
from surveys.models import EarlierSubmission, Response

State = Letter.State


@dataclass(frozen=True)
class Event:
    """One thing that happened, as a person reads it; `at` is None of what is still to come."""

    at: datetime | None
    title: str
    by: str = ""
    details: tuple[str, ...] = ()
    text: str = ""
    probable: bool = False
    mail: int | None = None  # mail that a person has said to be about this case, which can be taken back


def history(case: Case) -> list[Event]:
    """Everything that is known of a case, the latest first; what is still to come stands above."""
    events = [*of_letters(case), *of_contacts(case), *of_response(case)]
    return sorted(events, key=lambda event: event.at or datetime.max.replace(tzinfo=UTC), reverse=True)


def of_letters(case: Case) -> Iterator[Event]:
    """Letters with what became of them and why."""
    for letter in case.letters.select_related("mailing", "settled_by").order_by("pk"):
        title = _("Brief „{title}“: {state}").format(
            title=letter.mailing.title, state=letter.get_state_display()
        )
        details = tuple(filter(None, (letter.get_hindrance_display(), letter.reason)))
        yield Event(moment_of(letter, case), title, by=name_of(letter), details=details)


def moment_of(letter: Letter, case: Case) -> datetime | None:
    """When the letter was settled; of an unclear one, when it was taken up, by the survey's clock."""
    if letter.settled_at or letter.state != State.UNCLEAR or not letter.claimed_at:
        return letter.settled_at
    return letter.claimed_at + case.variant.survey.clock_offset


def of_contacts(case: Case) -> Iterator[Event]:
    for contact in case.contacts.select_related("by"):
        yield Event(
            contact.at,
            contact.get_kind_display(),
            by=name_of(contact),
            details=tuple(details_of(contact)),
            text=contact.text,
            probable=contact.probable,
            mail=contact.pk if contact.may_be_let_go else None,
        )


def details_of(contact: Contact) -> Iterator[str]:
    if contact.until:
        yield _("abwesend bis {date}").format(date=date_format(contact.until, "DATE_FORMAT"))
    if contact.sender:
        yield _("von {sender}").format(sender=contact.sender)
    if contact.subject:
        yield _("Betreff: {subject}").format(subject=contact.subject)
    if contact.status:
        yield _("Statuscode {status}").format(status=contact.status)


def of_response(case: Case) -> Iterator[Event]:
    """When the form was opened, last saved and submitted; of its content nothing is read."""
    if case.response_id is None:
        return
    times = Response.objects.filter(pk=case.response_id).values_list("started_at", "saved_at", "submitted_at")
    for started_at, saved_at, submitted_at in times:
        yield Event(started_at, _("Fragebogen geöffnet"))
        if submitted_at:
            yield Event(submitted_at, _("Fragebogen abgesendet"))
        elif saved_at:
            yield Event(saved_at, _("Fragebogen zuletzt gespeichert"))
    earlier = EarlierSubmission.objects.filter(response=case.response_id).values_list(
        "submitted_at", flat=True
    )
    yield from (Event(at, _("Fragebogen abgesendet, später geändert")) for at in earlier)


def name_of(row: Letter | Contact) -> str:
    """Who recorded or decided it; "" if no person did."""
    person = row.settled_by if isinstance(row, Letter) else row.by
    return person.get_username() if person else ""
