"""The documents of a case, for whoever holds its personal link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from respondents.models import Case
from respondents.views.entry import problem_of, problem_page, sealed
from surveys.language import speaking
from surveys.views.copies import blank_of, copy_of


@csrf_exempt  # it changes nothing, and the link is the proof, as at the door
@require_POST
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """The submitted answers as a document."""
    case = Case.behind(token)
    response = case.response if case and not problem_of(case, case.refusal_now) else None
    if case is None or response is None or not response.submitted_at:
        raise Http404
    response.variant = case.variant
    with speaking(request, case.variant.survey):
        return sealed(copy_of(request, response))


@require_safe
def blank(request: HttpRequest, token: str) -> HttpResponse:
    """The whole form of this case, empty."""
    case = Case.behind(token)
    if case is None:
        return sealed(problem_page(request, None, "unknown"))
    with speaking(request, case.variant.survey):
        problem = problem_of(case, case.refusal_now)
        page = problem_page(request, case, problem) if problem else blank_of(request, case.variant)
        return sealed(page)
