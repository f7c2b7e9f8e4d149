"""The respondent's session: which response this browser may fill in. It never holds the personal link."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from surveys.language import speaking
from surveys.models import Response

P = ParamSpec("P")
KEY = "response"


def enter(request: HttpRequest, response: Response) -> None:
    """Let this browser fill in the response from now on, under a fresh session key."""
    request.session.cycle_key()
    request.session[KEY] = response.pk


def for_respondent(
    view: Callable[Concatenate[HttpRequest, Response, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Guard of every page of the form: hands the view its response, in the reader's language."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        known = Response.objects.select_related("variant__survey")
        response = known.filter(pk=request.session.get(KEY, 0)).first()
        if response is None or meant_for_another(request, response):
            context = {"another": response is not None}
            page = render(request, "surveys/session_lost.html", context, status=403)
        else:
            with speaking(request, response.variant.survey):
                page = view(request, response, *args, **kwargs)
        page.headers["Cache-Control"] = "no-store, private"
        return page

    return guarded


def meant_for_another(request: HttpRequest, response: Response) -> bool:
    """Whether a form was sent that belongs to a form opened earlier in this browser."""
    return request.POST.get("response", str(response.pk)) != str(response.pk)
