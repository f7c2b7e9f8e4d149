"""manage.py propose_mailing MAILING --survey S --by ACCOUNT."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.management.mailings import account, add_mailing, mailing_named


class Command(BaseCommand):
    """Lays a mailing before the person who releases it."""

    help = "Propose a mailing; another account then releases it."

    def add_arguments(self, parser: CommandParser) -> None:
        add_mailing(parser)
        parser.add_argument("--by", required=True, help="the account that proposes it")

    def handle(self, *, mailing: str, survey: str, by: str, **options: object) -> None:
        chosen, user = mailing_named(mailing, survey), account(by)
        if chosen.released_at:
            raise CommandError(f"{mailing} has been released already", returncode=2)
        if not user.has_perm("respondents.release_mailing"):
            raise CommandError(f"{by} may not propose a mailing", returncode=2)
        chosen.propose(user)
        self.stdout.write(f"{chosen.title}: proposed by {by}; another account can release it now")
