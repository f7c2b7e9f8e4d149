"""manage.py import_returns FILE --survey S [--until DATE]."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.returnsfile import read_returns, store_returns
from surveys.csvfile import CsvError
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Brings coded returns into a survey as submitted responses of their cases."""

    help = "Import coded returns (CSV of the contract's shape). Nothing is stored if any cell is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--survey", required=True)
        parser.add_argument("--until", type=date.fromisoformat, help="only returns up to this day")

    def handle(self, *, file: Path, survey: str, until: date | None, **options: object) -> None:
        try:
            chosen = survey_named(survey)
            batch = read_returns(file.read_bytes(), chosen, until=until)
            if batch.faults:
                raise CsvError(batch.faults)
            store_returns(chosen, batch.returns)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except CsvError as error:
            self.stderr.write("\n".join(f"{file}: {fault}" for fault in error.faults))
            raise CommandError(f"nothing was imported; faults: {len(error.faults)}", returncode=2) from None
        for empty in batch.empty:
            self.stderr.write(f"{file}: {empty}: the form came back empty and was not stored")
        self.stdout.write(f"{survey}: {len(batch.returns)} returns imported, {len(batch.empty)} empty forms")
