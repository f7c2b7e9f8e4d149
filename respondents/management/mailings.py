"""What every command about one mailing begins with."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from respondents.models import Mailing


def add_mailing(parser: CommandParser) -> None:
    """The arguments that name one mailing."""
    parser.add_argument("mailing")
    parser.add_argument("--survey", required=True)


def mailing_named(name: str, survey: str) -> Mailing:
    try:
        return Mailing.objects.select_related("survey").get(survey__name=survey, name=name)
    except Mailing.DoesNotExist:
        raise CommandError(f"{survey} has no mailing {name}", returncode=2) from None


def account(name: str | None) -> User | None:
    """The account of that name; None if none was named."""
    if name is None:
        return None
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError(f"there is no account {name}", returncode=2) from None
