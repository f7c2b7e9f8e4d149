"""The desk: guards of the pages and deeds of the survey office, and what all its pages show."""

from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from surveys.models import Survey

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def desk_page_for(permission: str) -> Callable[[View[P]], View[P]]:
    """Guard of a page that only some of the staff may look at; no browser keeps it."""

    def guarded(view: View[P]) -> View[P]:
        may_see = permission_required(permission, raise_exception=True)
        return require_safe(never_cache(login_required(may_see(view))))

    return guarded


def desk_page(view: View[P]) -> View[P]:
    """Guard of every other page of the desk: to be looked at by all staff."""
    return desk_page_for("surveys.see_desk")(view)


def desk_deed(permission: str) -> Callable[[View[P]], View[P]]:
    """Guard of everything that staff can change or take away: a POST by somebody who may."""
    return partial(_guarded, permission)


def _guarded(permission: str, view: View[P]) -> View[P]:
    return require_POST(login_required(permission_required(permission, raise_exception=True)(view)))


def common(survey: Survey) -> dict[str, Any]:
    """What every page of a survey at the desk shows."""
    return {
        "survey": survey,
        "rehearsal": survey.rehearsal,
        "surveys": Survey.objects.all(),
    }


def staff(request: HttpRequest) -> User:
    """Who is at the desk; the guards let nobody else in."""
    return cast(User, request.user)
