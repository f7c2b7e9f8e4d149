"""Opening submitted answers again, and throwing such changes away; each asks first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from surveys.models import FieldPhaseOver, Response
from surveys.posting import note_of
from surveys.views.guard import field_phase_over, for_respondent
from surveys.views.replies import common


@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def reopen(request: HttpRequest, response: Response) -> HttpResponse:
    """Ask, then open submitted answers again; what was submitted counts until it is submitted anew."""
    if not response.is_final:
        return redirect("surveys:review")
    if request.method == "POST":
        try:
            response.reopen()
        except FieldPhaseOver:
            return field_phase_over(request, response)
        return redirect("surveys:review")
    return ask(request, response, "reopen") if response.takes_answers else redirect("surveys:receipt")


@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def discard(request: HttpRequest, response: Response) -> HttpResponse:
    """Ask, then throw the changes of a reopened form away."""
    if response.draft is None:
        return redirect("surveys:receipt")
    if request.method == "POST":
        response.discard()
        return redirect("surveys:receipt")
    return ask(request, response, "discard")


def ask(request: HttpRequest, response: Response, deed: str) -> HttpResponse:
    return render(
        request, f"surveys/{deed}.html", common(response) | {"response": response, "note": note_of(response)}
    )
