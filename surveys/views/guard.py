"""Guard of the form: who may fill in, and how what was sent in vain comes back."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.csrf import csrf_failure as refused

from surveys.commenting import form_of
from surveys.forms import PageForm
from surveys.instrument import Page
from surveys.language import speaking
from surveys.models import Response
from surveys.posting import Posting, response_named
from surveys.session import opened_in, trouble
from surveys.views.problems import PROBLEMS
from surveys.views.replies import common, is_script, sheet

P = ParamSpec("P")


def for_respondent(
    view: Callable[Concatenate[HttpRequest, Response, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Guard of every page of the form: hands the view its response, in the reader's language."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = opened_in(request)
        problem = trouble(request, response)
        if problem or response is None:
            page = not_taken(request, problem)
        else:
            with speaking(request, response.variant.survey):
                page = view(request, response, *args, **kwargs)
        return kept_nowhere(page)

    return guarded


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: nothing is stored, and what our own page sent comes back."""
    match = request.resolver_match
    if match and match.view_name == "surveys:page" and sent_by_us(request):
        return kept_nowhere(not_taken(request, trouble(request, opened_in(request)) or "token"))
    return refused(request, reason)


def sent_by_us(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def not_taken(request: HttpRequest, problem: str) -> HttpResponse:
    """What was sent comes back on its page with a fresh token, and the page says what to do."""
    origin = sender(request)
    if origin is None:
        said = {"another": problem == "another"}
        return answer(request, problem) or render(request, "surveys/session_lost.html", said, status=403)
    response, page = origin
    form = PageForm(form_of(response), page, response.working, request.POST)
    with speaking(request, response.variant.survey):
        return answer(request, problem) or sheet(request, response, Posting(form), problem)


def answer(request: HttpRequest, problem: str) -> HttpResponse | None:
    """The same for the page's script, which keeps what is on the page by itself."""
    if not is_script(request):
        return None
    told = PROBLEMS[problem]
    said = {"problem": problem, "say": f"{told.title}. {told.text}", "token": get_token(request)}
    return JsonResponse(said, status=told.status)


def sender(request: HttpRequest) -> tuple[Response, Page] | None:
    """Whose page was sent, and which, if we made it; of the stored answers only the layout is used."""
    match, named = request.resolver_match, response_named(request.POST)
    if not match or match.view_name != "surveys:page" or named is None:
        return None
    response = Response.objects.select_related("variant__survey", "pretest_group").filter(pk=named).first()
    pages = form_of(response).pages if response else ()
    page = next((page for page in pages if page.number == match.kwargs["number"]), None)
    return (response, page) if response and page else None


def kept_nowhere(page: HttpResponse) -> HttpResponse:
    page.headers["Cache-Control"] = "no-store, private"
    return page


def field_phase_over(request: HttpRequest, response: Response) -> HttpResponse:
    """The friendly page after the last day; what was stored before stays stored."""
    template = "surveys/pretest_over.html" if response.pretest_group else "surveys/closed.html"
    return answer(request, "over") or render(
        request, template, common(response) | {"is_closed": response.is_closed}, status=403
    )
