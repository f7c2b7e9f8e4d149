"""manage.py delete_paradata --survey S."""

from django.core.management.base import BaseCommand, CommandParser

from surveys import paradata
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Deletes a survey's paradata; the answers stay."""

    help = "Delete when pages were opened, answered and left; the answers stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--survey", required=True)

    def handle(self, *, survey: str, **options: object) -> None:
        count = paradata.forget(survey_named(survey))
        self.stdout.write(f"{survey}: paradata of {count} responses deleted; their answers stay")
