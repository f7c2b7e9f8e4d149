"""What every command about one survey begins with."""

from django.core.management.base import CommandError

from surveys.models import Survey


def survey_named(name: str) -> Survey:
    """The survey of that name; CommandError says what to do if there is none."""
    try:
        return Survey.objects.get(name=name)
    except Survey.DoesNotExist:
        raise CommandError(f"there is no survey {name}; load its study first", returncode=2) from None
