"""The desk: guards of the pages and deeds of the survey office, and what all its pages show."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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
    deed = permission_required(permission, raise_exception=True)(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":  # the address of a deed, typed in or loaded again
            page = render_to_string("desk/not_a_page.html", request=request)
            return HttpResponseNotAllowed(["POST"], page)
        if not request.user.is_authenticated:
            return log_in_again(request)
        return deed(request, *args, **kwargs)

    return guarded


def log_in_again(request: HttpRequest) -> HttpResponse:
    """To the login, and from there back to the page that the deed was sent from."""
    messages.error(
        request,
        _("Ihre Anmeldung war abgelaufen; was Sie zuletzt abgeschickt haben, ist nicht gespeichert."),
    )
    page = urlsplit(request.headers.get("Referer", ""))
    back = page.path if page.netloc == request.get_host() else reverse("desk:home")
    return redirect_to_login(back)


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
