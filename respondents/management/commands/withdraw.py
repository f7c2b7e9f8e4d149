"""manage.py withdraw EMAIL --survey S."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.models import Case, Contact
from surveys.management.chosen import survey_named

WITHDRAWN = Contact.Kind.WITHDRAWN


class Command(BaseCommand):
    """Takes an office out of a survey: its link ends and it gets no further letter; an answer given stays."""

    help = "Withdraw the case of an office, named by its mail address: no further letters, the link ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--survey", required=True)

    def handle(self, *, email: str, survey: str, **options: object) -> None:
        chosen = survey_named(survey)
        cases = Case.objects.of(chosen).with_standing().filter(office__email__iexact=email)
        if not cases:
            raise CommandError(f"{survey} has no office with the address {email}", returncode=2)
        inside = [case for case in cases if case.refusal != WITHDRAWN]
        for case in inside:
            case.decline(WITHDRAWN)
        self.stdout.write(f"{survey}: {len(inside)} withdrawn, {len(cases) - len(inside)} had been before")
