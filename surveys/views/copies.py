"""The copy for the office's files, and the empty form to read through, as PDF."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from surveys.copies import empty_copy, filled_copy
from surveys.models import Response, Variant
from surveys.views.guard import for_respondent

LONGEST_REFERENCE = 80


@require_POST
@for_respondent
def copy(request: HttpRequest, response: Response) -> HttpResponse:
    """The submitted answers as a document; a POST, so that the file reference stands in no log."""
    if not response.submitted_at:
        return redirect("surveys:review")
    return copy_of(request, response)


@require_safe
@for_respondent
def blank(request: HttpRequest, response: Response) -> HttpResponse:
    """The whole form of this variant, empty."""
    return blank_of(request, response.variant)


def copy_of(request: HttpRequest, response: Response) -> HttpResponse:
    reference = request.POST.get("reference", "").strip()[:LONGEST_REFERENCE]
    name = f"{response.variant.survey.name}_{response.receipt}.pdf"
    return document(request, response.variant, name, lambda: filled_copy(response, reference))


def blank_of(request: HttpRequest, variant: Variant) -> HttpResponse:
    name = f"{variant.survey.name}_{variant.code}.pdf"
    return document(request, variant, name, lambda: empty_copy(variant))


def document(request: HttpRequest, variant: Variant, name: str, make: Callable[[], bytes]) -> HttpResponse:
    """The PDF, or the request to come back in a moment while another one is being set."""
    from surveys.printing import Busy

    try:
        content = make()
    except Busy:
        survey = variant.survey
        context = {"survey": survey, "rehearsal": survey.rehearsal, "again": request.method == "GET"}
        page = render(request, "surveys/busy.html", context, status=503)
        page.headers["Retry-After"] = "5"
        return page
    disposition = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=disposition)
