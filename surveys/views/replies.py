"""What a page of the form answers: a page, or a few words to the script that saves while one types."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.utils.formats import time_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from surveys.commenting import form_of
from surveys.models import Response
from surveys.posting import Posting
from surveys.progress import progress
from surveys.sheets import filled_in, is_from_review
from surveys.views.problems import PROBLEMS

HIDDEN = '<input type="hidden" name="{}" value="{}">'


def is_script(request: HttpRequest) -> bool:
    """Whether the page's script asks, which reads JSON."""
    return not request.accepts("text/html")


def sheet(request: HttpRequest, response: Response, posting: Posting, problem: str = "") -> HttpResponse:
    """A page to fill in; `problem` says why what was sent is not stored."""
    form, minutes = posting.form, response.variant.survey.about["minutes"]
    context = common(response) | {
        "response": response,
        "page": form.page,
        "form": form,
        "hidden": format_html_join("", HIDDEN, posting.hidden(response).items()),
        "conflicts": posting.conflicts,
        "problem": PROBLEMS.get(problem),
        "back": form.instrument.page_before(form.page.number, response.working),
        "saved_at": None if problem else response.saved_at,
        "progress": progress(form.instrument, form.page, response.working, minutes),
    }
    page = filled_in(request, response.variant, context)
    return HttpResponse(page, status=PROBLEMS[problem].status if problem else 200)


def onward(request: HttpRequest, name: str, *args: int) -> HttpResponse:
    """On to another page; the script is told where."""
    return JsonResponse({"next": resolve_url(name, *args)}) if is_script(request) else redirect(name, *args)


def to_place(request: HttpRequest, response: Response) -> HttpResponse:
    """On to where filling in goes on."""
    if request.POST.get("go") == "stay":  # to read the page in another language
        return onward(request, request.path + ("?from=review" if is_from_review(request) else ""))
    if response.page > len(form_of(response).pages):
        return onward(request, "surveys:review")
    return onward(request, "surveys:page", response.page)


def saved(response: Response, posting: Posting, replaced: dict[str, Any]) -> JsonResponse:
    """What the script needs to know once a save is committed."""
    form, now = posting.form, response.variant.survey.now()
    wrong = {
        name: f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()
    }
    conflicts = {"survey": response.variant.survey, "conflicts": posting.conflicts}
    return JsonResponse(
        {
            "say": _("Gespeichert %(time)s") % {"time": time_format(now, "TIME_FORMAT")},
            "shown": posting.shown,
            "theirs": posting.theirs,
            "replaced": replaced,
            "conflicts": render_to_string("surveys/_conflicts.html", conflicts) if posting.theirs else "",
            "wrong": wrong,
        }
    )


def common(response: Response) -> dict[str, Any]:
    """What every page of the form shows."""
    survey = response.variant.survey
    return {"survey": survey, "rehearsal": survey.rehearsal, "pretest": response.pretest_group}
