"""manage.py import_returns FILE --survey S [--since MOMENT] [--until DATE]."""

from datetime import date, datetime, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.returnsfile import Batch, Window, read_returns, store_returns
from surveys.csvfile import CsvError
from surveys.management.chosen import survey_named
from surveys.models import Survey


class Command(BaseCommand):
    """Brings coded returns into a survey as submitted responses of their cases."""

    help = "Import coded returns (CSV of the contract's shape). Nothing is stored if any cell is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--survey", required=True)
        parser.add_argument("--since", default="", help="only returns from this day or moment on")
        parser.add_argument("--until", default="", help="only returns up to this day, or before this moment")

    def handle(self, *, file: Path, survey: str, since: str, until: str, **options: object) -> None:
        try:
            batch = taken_in(file, survey_named(survey), str(since), str(until))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except CsvError as error:
            self.stderr.write("\n".join(f"{file}: {fault}" for fault in error.faults))
            raise CommandError(f"nothing was imported; faults: {len(error.faults)}", returncode=2) from None
        for empty in batch.empty:
            self.stderr.write(f"{file}: {empty}: the form came back empty and was not stored")
        self.stdout.write(f"{survey}: {len(batch.returns)} returns imported, {len(batch.empty)} empty forms")


def taken_in(file: Path, survey: Survey, since: str, until: str) -> Batch:
    """The checked returns of the window, stored. CsvError if any cell is wrong; then nothing is."""
    window = Window(moment(since, survey), moment(until, survey, end_of_day=True))
    batch = read_returns(file.read_bytes(), survey, window)
    if batch.faults:
        raise CsvError(batch.faults)
    store_returns(survey, batch.returns)
    return batch


def moment(text: str, survey: Survey, *, end_of_day: bool = False) -> datetime | None:
    """A moment as it is written, or a day's beginning (or end) in the survey's time zone; None for ""."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
        whole_day = len(text) == len("2019-11-04")
        if whole_day and end_of_day:
            read = datetime.combine(date.fromisoformat(text) + timedelta(days=1), read.time())
    except ValueError:
        raise CommandError(f"{text} is no day or moment such as 2019-11-04T08:00", returncode=2) from None
    return read if read.tzinfo else read.replace(tzinfo=survey.now().tzinfo)
