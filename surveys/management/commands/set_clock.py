"""manage.py set_clock --survey S MOMENT."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.models import Survey


class Command(BaseCommand):
    """Sets a survey's clock, for rehearsals: pages say so while it differs from the real one."""

    help = "Let a survey's clock stand at a moment (2019-11-04T08:00) and run on, or at the real time (now)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("moment")
        parser.add_argument("--survey", required=True)

    def handle(self, *, moment: str, survey: str, **options: object) -> None:
        try:
            chosen = Survey.objects.get(name=survey)
            chosen.set_clock(None if moment == "now" else read(moment, chosen))
        except Survey.DoesNotExist:
            raise CommandError(f"there is no survey {survey}; load its study first", returncode=2) from None
        except ValueError as error:
            raise CommandError(f"{moment}: {error}", returncode=2) from None
        self.stdout.write(f"{survey}: the clock stands at {chosen.now():%d.%m.%Y %H:%M}")


def read(moment: str, survey: Survey) -> datetime:
    parsed = datetime.fromisoformat(moment)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(survey.time_zone))
