"""manage.py dry_run MAILING --survey S [--csv FILE]."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.dryrun import dry_run
from respondents.management.mailings import add_mailing, mailing_named


class Command(BaseCommand):
    """Says who would get a mailing now and who would not, and changes nothing."""

    help = "List who would get a mailing now, who would not and why; --csv writes one line a case."

    def add_arguments(self, parser: CommandParser) -> None:
        add_mailing(parser)
        parser.add_argument("--csv", type=Path, help="write the list to this file")

    def handle(self, *, mailing: str, survey: str, csv: Path | None, **options: object) -> None:
        chosen = mailing_named(mailing, survey)
        run = dry_run(chosen)
        for warning in run.warnings:
            self.stdout.write(f"! {warning}")
        for _, words, cases in run.counts:
            self.stdout.write(f"{cases:6} {words}")
        if csv:
            write(csv, run.as_csv())
        self.stdout.write(f"{chosen.title}: {len(run.going)} of {len(run.outlooks)} cases get it")


def write(file: Path, text: str) -> None:
    """For its owner alone: it holds addresses."""
    try:
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
