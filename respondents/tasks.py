"""What workers do. Tasks take ids, make one call, and are safe to run twice."""

from celery import shared_task
from django.conf import settings

from respondents.collection import collect
from respondents.delivery import deliver
from respondents.models import Letter, Mailing
from respondents.models.mailing import TICKET


@shared_task(expires=TICKET.total_seconds())
def deliver_letter(letter_id: int) -> None:
    """Send one letter. Running it twice sends it once; a later try is due when the row says so."""
    deliver(letter_id)


@shared_task
def release_due_mailings() -> None:
    """Wake a worker for every letter that is due. The rows are the queue; this only reads them."""
    Letter.objects.settle()
    for mailing in Mailing.objects.due():
        for letter_id in mailing.hand_out():
            deliver_letter.delay_on_commit(letter_id)  # type: ignore[attr-defined]  # Celery's Django task


@shared_task
def collect_bounces() -> None:
    """Take up the mail that has come back. Two at a time store each mail once."""
    collect(settings.RETURNS_URL)
