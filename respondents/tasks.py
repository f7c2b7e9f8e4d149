"""What workers do. Tasks take ids, make one call, and are safe to run twice."""

from celery import shared_task
from django.conf import settings

from respondents.collection import collect
from respondents.delivery import deliver
from respondents.models import Letter, Mailing
from respondents.models.mailing import TICKET

A_FEW = 10  # letters a task: to be woken for each costs a worker as much as to send it


@shared_task(expires=TICKET.total_seconds())
def deliver_letters(letter_ids: list[int]) -> None:
    """Send a few letters. Running it twice sends each once; a later try is due when the row says so."""
    deliver(*letter_ids)


@shared_task
def release_due_mailings() -> None:
    """Wake workers for all letters that are due. The rows are the queue; this only reads them."""
    Letter.objects.settle()
    for mailing in Mailing.objects.due():
        ids = mailing.hand_out()
        for start in range(0, len(ids), A_FEW):
            few = ids[start : start + A_FEW]
            deliver_letters.delay_on_commit(few)  # type: ignore[attr-defined]  # Celery's Django task


@shared_task
def collect_bounces() -> None:
    """Take up the mail that has come back. Two at a time store each mail once."""
    collect(settings.RETURNS_URL)
