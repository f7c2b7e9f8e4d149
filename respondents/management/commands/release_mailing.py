"""manage.py release_mailing MAILING --survey S."""

from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.models import Mailing


class Command(BaseCommand):
    """Lets a mailing go; workers send its letters when its time has come."""

    help = "Release a mailing. The questionnaire is frozen from then on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mailing")
        parser.add_argument("--survey", required=True)

    def handle(self, *, mailing: str, survey: str, **options: object) -> None:
        try:
            chosen = Mailing.objects.get(survey__name=survey, name=mailing)
        except Mailing.DoesNotExist:
            raise CommandError(f"{survey} has no mailing {mailing}", returncode=2) from None
        new = chosen.release()
        when = chosen.planned_for.astimezone(ZoneInfo(chosen.survey.time_zone))
        self.stdout.write(f"{chosen.title}: {new} letters planned for {when:%d.%m.%Y %H:%M}")
