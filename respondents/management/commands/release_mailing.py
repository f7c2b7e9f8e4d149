"""manage.py release_mailing MAILING --survey S [--by ACCOUNT]."""

from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.management.mailings import account, add_mailing, mailing_named
from respondents.models import NeedsSecondPerson


class Command(BaseCommand):
    """Lets a mailing go; workers send its letters when its time has come."""

    help = "Release a mailing that another account has proposed. The questionnaire is frozen from then on."

    def add_arguments(self, parser: CommandParser) -> None:
        add_mailing(parser)
        parser.add_argument("--by", help="the account that releases it; not the one that proposed it")

    def handle(self, *, mailing: str, survey: str, by: str | None, **options: object) -> None:
        chosen, user = mailing_named(mailing, survey), account(by) if by else None
        if user and not user.has_perm("respondents.release_mailing"):
            raise CommandError(f"{by} may not release a mailing", returncode=2)
        try:
            new = chosen.release(user)
        except NeedsSecondPerson:
            raise CommandError(
                f"{mailing} needs two accounts: `propose_mailing --by ONE`, then"
                " `release_mailing --by ANOTHER` (or RELEASE_NEEDS_SECOND_PERSON=false)",
                returncode=2,
            ) from None
        when = chosen.planned_for.astimezone(ZoneInfo(chosen.survey.time_zone))
        self.stdout.write(f"{chosen.title}: {new} letters planned for {when:%d.%m.%Y %H:%M}")
