"""What every command about one mailing begins with."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from respondents.models import Mailing
from surveys.management.chosen import survey_named


def add_mailing(parser: CommandParser) -> None:
    """The arguments that name one mailing."""
    parser.add_argument("mailing")
    parser.add_argument("--survey", required=True)


def mailing_named(name: str, survey: str) -> Mailing:
    chosen = survey_named(survey)
    try:
        return Mailing.objects.select_related("survey").get(survey=chosen, name=name)
    except Mailing.DoesNotExist:
        raise CommandError(f"{survey} has no mailing {name}", returncode=2) from None


def account(name: str) -> User:
    """The account of that name; CommandError if there is none."""
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError(f"there is no account {name}", returncode=2) from None
