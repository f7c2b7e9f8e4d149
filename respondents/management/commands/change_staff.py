"""manage.py change_staff NAME [--role ROLE] [--lock | --unlock]."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from respondents.management.commands.add_staff import ROLES, group_of
from respondents.management.mailings import account


class Command(BaseCommand):
    """Gives an account another role, or ends it; what it did stays in the histories."""

    help = "Change the role of an account, lock it (which logs it out at once), or unlock it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", choices=ROLES)
        locks = parser.add_mutually_exclusive_group()
        locks.add_argument("--lock", action="store_true", help="the account may not log in any more")
        locks.add_argument("--unlock", action="store_true")

    def handle(self, *, name: str, role: str | None, lock: bool, unlock: bool, **options: object) -> None:
        if not (role or lock or unlock):
            raise CommandError("say what to change: --role, --lock or --unlock", returncode=2)
        user = account(name)
        if role:
            user.groups.set([group_of(role)])
        if lock or unlock:
            user.is_active = unlock
            user.save(update_fields=["is_active"])
        self.stdout.write(f"{name}: {roles_of(user)}, {'may log in' if user.is_active else 'locked'}")


def roles_of(user: User) -> str:
    return ", ".join(user.groups.order_by("name").values_list("name", flat=True)) or "no role"
