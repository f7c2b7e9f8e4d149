"""manage.py pause_mailings [--survey S]."""

from django.core.management.base import BaseCommand, CommandParser

from respondents.models import Mailing
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Pauses every mailing that could send: the first thing to do with a restored backup."""

    help = "Pause all released mailings that could send, of one survey or of all; resume each at the desk."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--survey", help="only the mailings of this survey")

    def handle(self, *, survey: str | None, **options: object) -> None:
        mailings = Mailing.objects.filter(released_at__isnull=False, stopped_at=None).select_related("survey")
        if survey:
            mailings = mailings.filter(survey=survey_named(survey))
        could_send = (each for each in mailings if not each.begun_at or each.letters.under_way().exists())
        paused = [mailing for mailing in could_send if mailing.pause(Mailing.Pause.PERSON)]
        for mailing in paused:
            waiting = mailing.letters.under_way().count()
            self.stdout.write(f"{mailing.survey.name}: {mailing.name} paused; letters under way: {waiting}")
        self.stdout.write(f"{len(paused)} mailings paused")
