"""manage.py collect_bounces."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from respondents.collection import collect
from respondents.mailbox import MailboxError


class Command(BaseCommand):
    """Takes up the mail that has come back, as the beat does every two minutes."""

    help = "Read returned mail from RETURNS_URL: each mail becomes a contact of its case, once."

    def handle(self, **options: object) -> None:
        if not settings.RETURNS_URL:
            raise CommandError("RETURNS_URL is not set; .env.example explains it", returncode=2)
        try:
            taken = collect(settings.RETURNS_URL)
        except MailboxError as error:
            raise CommandError(f"the mailbox of RETURNS_URL is out of reach: {error}") from None
        counts = "".join(f", {kind} {count}" for kind, count in sorted(taken.items()))
        self.stdout.write(f"{taken.total()} mails taken up{counts}")
