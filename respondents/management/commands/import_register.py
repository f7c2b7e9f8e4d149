"""manage.py import_register FILE --survey S [--skip-bad]."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.register import read_register, store_register
from surveys.csvfile import CsvError, RowFault
from surveys.management.chosen import survey_named


class Command(BaseCommand):
    """Brings the offices of a register into a survey as cases."""

    help = "Import a register of offices (CSV, `,` or `;`, UTF-8). Nothing is stored if any row is faulty."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--survey", required=True)
        parser.add_argument(
            "--skip-bad", action="store_true", help="import the good rows and list the refused ones"
        )

    def handle(self, *, file: Path, survey: str, skip_bad: bool, **options: object) -> None:
        try:
            register = read_register(file.read_bytes(), survey_named(survey))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except CsvError as error:
            self.stderr.write(listing(file, error.faults))
            raise CommandError(f"nothing was imported; faults: {len(error.faults)}", returncode=2) from None
        if register.faults:
            self.stderr.write(listing(file, register.faults))
        if register.faults and not skip_bad:
            raise CommandError(f"nothing was imported; faults: {len(register.faults)}", returncode=2)
        done = store_register(register.entries)
        refused = len({fault.row for fault in register.faults})
        self.stdout.write(f"{survey}: {done.new} offices new, {done.known} known, {refused} refused")
        if done.changed:
            self.stdout.write(
                f"{done.changed} known offices have new details; the old ones are in their history"
            )


def listing(file: Path, faults: list[RowFault]) -> str:
    return "\n".join(f"{file}: {fault}" for fault in faults)
