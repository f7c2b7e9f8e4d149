"""manage.py set_clock --survey S MOMENT [--discard]."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.rehearsal import discard, traces
from surveys.management.chosen import survey_named
from surveys.models import Survey


class Command(BaseCommand):
    """Begins, moves or ends a rehearsal: a survey's clock is set, and pages say so."""

    help = "Let a survey's clock stand at a moment (2019-11-04T08:00) and run on, or at the real time (now)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("moment")
        parser.add_argument("--survey", required=True)
        parser.add_argument(
            "--discard", action="store_true", help="with now: delete what the rehearsal left behind"
        )

    def handle(self, *, moment: str, survey: str, **options: object) -> None:
        try:
            chosen = survey_named(survey)
            target = None if moment == "now" else read(moment, chosen)
        except ValueError as error:
            raise CommandError(f"{moment}: {error}", returncode=2) from None
        if chosen.rehearsal and not target and options["discard"]:
            discard(chosen)
        elif (left := traces(chosen)) and not (chosen.rehearsal and target):
            raise CommandError(refusal(chosen, left), returncode=2)
        chosen.set_clock(target)
        self.stdout.write(f"{survey}: the clock stands at {chosen.now():%d.%m.%Y %H:%M}")


def refusal(survey: Survey, left: str) -> str:
    """Why the clock stays as it is, and what to do."""
    if survey.rehearsal:
        return f"the rehearsal left {left}; `now --discard` deletes them, so that none counts in earnest"
    return f"{survey.name} is in the field with {left}: its clock stays the real one"


def read(moment: str, survey: Survey) -> datetime:
    """A moment of the survey's time zone, unless it names its own."""
    parsed = datetime.fromisoformat(moment)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(survey.time_zone))
