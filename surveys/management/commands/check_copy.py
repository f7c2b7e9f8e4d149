"""manage.py check_copy RECEIPT CHECKSUM --survey S."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.checksum import checksum
from surveys.management.chosen import survey_named
from surveys.models import EarlierSubmission, Response, Survey


class Command(BaseCommand):
    """Says whether the stored answers are those of a printed copy, also of an earlier submission."""

    help = "Hold the checksum on a copy against the stored answers. Exits 1 if they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("receipt")
        parser.add_argument("checksum")
        parser.add_argument("--survey", required=True)

    def handle(self, *, receipt: str, survey: str, **options: object) -> None:
        stored = submission(survey_named(survey), receipt)
        if stored is None:
            raise CommandError(f"{survey} has no submission {receipt}", returncode=2)
        response = stored.response if isinstance(stored, EarlierSubmission) else stored
        if checksum(response.variant, stored.answers, receipt) != str(options["checksum"]).strip().lower():
            raise CommandError(f"{receipt}: the stored answers are not those of this copy", returncode=1)
        state = "replaced by a later submission" if stored is not response else "they count"
        self.stdout.write(f"{receipt}: the stored answers are those of this copy; {state}")


def submission(survey: Survey, receipt: str) -> Response | EarlierSubmission | None:
    """What was submitted under this receipt number."""
    current = Response.objects.filter(variant__survey=survey, receipt=receipt).first()
    earlier = EarlierSubmission.objects.filter(response__variant__survey=survey, receipt=receipt)
    return current or earlier.first()
