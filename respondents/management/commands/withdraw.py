"""manage.py withdraw EMAIL --survey S."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.models import Case
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Takes an office out of a survey: its link ends and it gets no further letter; an answer given stays."""

    help = "Withdraw the case of an office, named by its mail address: no further letters, the link ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--survey", required=True)

    def handle(self, *, email: str, survey: str, **options: object) -> None:
        chosen = survey_named(survey)
        cases = Case.objects.of(chosen).filter(office__email__iexact=email)
        if not cases.exists():
            raise CommandError(f"{survey} has no office with the address {email}", returncode=2)
        withdrawn = cases.filter(withdrawn_at=None).update(withdrawn_at=chosen.now())
        self.stdout.write(f"{survey}: {withdrawn} withdrawn, {cases.count() - withdrawn} had been before")
