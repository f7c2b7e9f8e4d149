"""The personal link: what it shows, and the explicit click that opens the form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from respondents.models import Case, Contact
from surveys.chapters import chapters
from surveys.copies import checksum_of
from surveys.instrument import instrument_of
from surveys.language import speaking
from surveys.models import Response
from surveys.session import enter
from surveys.views.replies import to_place


@csrf_exempt  # the link itself is the proof; see docs/decisions/0004-door-without-csrf-token.md
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a personal link. GET changes nothing; POST opens the form."""
    case = Case.behind(token)
    if case is None:
        page = problem_page(request, None, "unknown")
    else:
        with speaking(request, case.variant.survey):
            page = door(request, case)
    return sealed(page)


def sealed(page: HttpResponse) -> HttpResponse:
    """A page whose address is a secret: no cache keeps it, no other site is told of it."""
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["Cache-Control"] = "no-store, private"
    return page


def door(request: HttpRequest, case: Case) -> HttpResponse:
    """What stands behind a link that exists."""
    refusal = case.refusal_now
    if problem := problem_of(case, refusal):
        return problem_page(request, case, problem)
    if case.response and case.response.submitted_at:
        if request.POST.get("go") == "reopen" and not from_elsewhere(request):
            enter(request, case.response)
            return redirect("surveys:reopen")
        return answered(request, case, case.response)
    if request.method == "POST" and not from_elsewhere(request):
        response = case.open_response()
        enter(request, response)
        return to_place(request, response)
    return welcome(request, case, refusal)


def problem_of(case: Case, refusal: str) -> str:
    """Why this link does not open its form; "" if it does. A given answer can be read after the end."""
    survey = case.variant.survey
    if refusal == Contact.Kind.WITHDRAWN:
        return "withdrawn"
    if not survey.has_begun:
        return "not_yet"
    submitted = case.response and case.response.submitted_at
    return "expired" if survey.is_over and not submitted else ""


def from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser says that another site sent this request."""
    return request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")


def welcome(request: HttpRequest, case: Case, refusal: str) -> HttpResponse:
    instrument = instrument_of(case.variant)
    context = {
        "instrument": instrument,
        "started": case.response is not None,
        "refusal": refusal,
        "blank_address": reverse("respondents:blank", args=[case.token]),
    }
    return render(request, "respondents/welcome.html", common(case) | context)


def answered(request: HttpRequest, case: Case, response: Response) -> HttpResponse:
    """A copy to read; a page further, what can be done with it."""
    instrument = instrument_of(case.variant)
    context = {
        "instrument": instrument,
        "response": response,
        "receipt": response.receipt,
        "checksum": checksum_of(response),
        "copy_address": reverse("respondents:copy", args=[case.token]),
        "chapters": list(chapters(instrument, response.answers)),
    }
    template = "respondents/afterwards.html" if "more" in request.GET else "respondents/answered.html"
    return render(request, template, common(case) | context)


def problem_page(request: HttpRequest, case: Case | None, problem: str) -> HttpResponse:
    """A friendly page for a link that does not open its form, with a way to ask for help."""
    context = common(case) if case else {"survey": None}
    status = {"unknown": 404, "withdrawn": 410, "expired": 410, "not_yet": 403}[problem]
    return render(request, "respondents/link_problem.html", context | {"problem": problem}, status=status)


def common(case: Case) -> dict[str, object]:
    survey = case.variant.survey
    return {
        "survey": survey,
        "rehearsal": survey.rehearsal,
        "municipality": case.office.municipality.name,
        "opt_out_link": reverse("respondents:opt_out", args=[case.opt_out_token]),
    }
