"""manage.py export_paradata --survey S --out FILE."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys import paradata
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Writes a survey's paradata into a file of their own."""

    help = "Write when pages were opened, answered and left as CSV, apart from the answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--survey", required=True)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *, survey: str, out: Path, **options: object) -> None:
        content = paradata.as_csv(survey_named(survey))
        try:
            out.touch(mode=0o600)  # it is about single respondents
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from None
        visits = content.count(b"\n") - 1
        self.stdout.write(f"{survey}: {visits} visits of pages written to {out}")
