"""manage.py add_staff NAME --role ROLE."""

import secrets

from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

ROLES = {
    "Interviewer": ("see_desk", "follow_up"),
    "Researcher": ("see_desk", "follow_up", "release_mailing", "run_pretest"),
    "Administrator": (
        "see_desk",
        "follow_up",
        "release_mailing",
        "run_pretest",
        "download_returns",
        "delete_paradata",
    ),
}


class Command(BaseCommand):
    """Makes an account for the desk and prints its password, once."""

    help = "Add an account for the desk. Its password is made here and printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", required=True, choices=ROLES)

    def handle(self, *, name: str, role: str, **options: object) -> None:
        if User.objects.filter(username=name).exists():
            raise CommandError(f"there is an account {name} already", returncode=2)
        try:
            User(username=name).clean_fields(exclude=["password"])
        except ValidationError as error:
            raise CommandError(f"{name!r}: {' '.join(error.messages)}", returncode=2) from None
        password = secrets.token_urlsafe(12)
        User.objects.create_user(name, password=password).groups.add(group_of(role))
        self.stdout.write(f"{role} {name}: password {password}")


def group_of(role: str) -> Group:
    """The group of a role, with exactly the permissions that the role has today."""
    group, _ = Group.objects.get_or_create(name=role)
    group.permissions.set(Permission.objects.filter(codename__in=ROLES[role]))
    return group
