"""manage.py report --survey S --out DIR."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.files import write_all
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Writes the report and the data files of a survey."""

    help = "Write report, statistics and coded data into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--survey", required=True)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *, survey: str, out: Path, **options: object) -> None:
        try:
            paths = write_all(survey_named(survey), out)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from None
        self.stdout.write(f"{survey}: {', '.join(path.name for path in paths)} written to {out}")
