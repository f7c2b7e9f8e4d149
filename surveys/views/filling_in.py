"""Filling in: page, review, submit, receipt, and opening submitted answers again."""

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from surveys.chapters import chapters
from surveys.commenting import form_of
from surveys.copies import checksum_of
from surveys.forms import PageForm
from surveys.instrument import Instrument, Page
from surveys.merging import Merged
from surveys.models import AlreadySubmitted, ChangedMeanwhile, FieldPhaseOver, Response
from surveys.posting import Posting, note_of, whole
from surveys.sheets import is_from_review
from surveys.views.guard import answer, field_phase_over, for_respondent
from surveys.views.replies import common, is_script, onward, saved, sheet, to_place
from surveys.visits import Visit, visit_in


@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def page(request: HttpRequest, response: Response, number: int) -> HttpResponse:
    """One page of the form; what is legal is stored even when something beside it is not."""
    instrument = form_of(response)
    this = page_or_404(instrument, number)
    if request.method == "POST":
        return take(request, response, PageForm(instrument, this, response.working, request.POST))
    if response.is_final:
        return redirect("surveys:receipt")
    if not response.takes_answers:
        return field_phase_over(request, response)
    return sheet(request, response, Posting(PageForm(instrument, this, response.working)))


def take(request: HttpRequest, response: Response, form: PageForm) -> HttpResponse:
    """Store what a page sends; then on, or back to what needs a look."""
    posting = Posting(form)
    sent = replace(posting.sent, visit=visit_of(request, response))
    try:
        outcome = response.take(sent, lead(request, form))
    except AlreadySubmitted:
        if not sent.changes:
            return onward(request, "surveys:receipt")
        return answer(request, "submitted") or sheet(request, response, posting, "submitted")
    except FieldPhaseOver:
        return field_phase_over(request, response)
    replaced = posting.stored(sent, outcome)
    if "go" not in request.POST and is_script(request):
        return saved(response, posting, replaced)
    if outcome.conflicts or not form.is_valid():
        return saved(response, posting, replaced) if is_script(request) else sheet(request, response, posting)
    return to_place(request, response)


def visit_of(request: HttpRequest, response: Response) -> Visit | None:
    """What this request tells of the visit of a page: all that is kept of it beside the answers."""
    return visit_in(
        request.POST,
        request.headers.get("Sec-CH-UA-Mobile", ""),
        now=response.variant.survey.now(),
        mode=response.mode,
        language=get_language() or "",
    )


def lead(request: HttpRequest, form: PageForm) -> Callable[[Merged], int]:
    """Where the pressed button leads: the number of a page; one beyond the last is the review."""
    instrument, number = form.instrument, form.page.number
    go = request.POST.get("go", "stay" if is_script(request) else "next")
    review = len(instrument.pages) + 1

    def place(outcome: Merged) -> int:
        if outcome.conflicts or not form.is_valid() or go == "stay":
            return number
        if is_from_review(request):
            return review
        if go == "back":
            return instrument.page_before(number, outcome.answers) or number
        return instrument.page_after(number, outcome.answers) or review

    return place


def page_or_404(instrument: Instrument, number: int) -> Page:
    try:
        return instrument.page(number)
    except LookupError:
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def review(request: HttpRequest, response: Response) -> HttpResponse:
    """All answers for a last look; submits them, once."""
    if response.is_final:
        return redirect("surveys:receipt")
    if not response.takes_answers:
        return field_phase_over(request, response)
    instrument = form_of(response)
    if request.method == "POST" and request.POST.get("go") == "back":
        return redirect(
            "surveys:page", instrument.page_before(len(instrument.pages) + 1, response.working) or 1
        )
    if request.method == "POST" and request.POST.get("go") == "submit":
        return submit(request, response)
    return looked_through(request, response)


def looked_through(
    request: HttpRequest, response: Response, *, has_changed: bool = False, status: int = 200
) -> HttpResponse:
    """All answers; `has_changed` says that they are others than those that were to be submitted."""
    instrument = form_of(response)
    context = common(response) | {
        "instrument": instrument,
        "response": response,
        "note": note_of(response),
        "has_changed": has_changed,
        "chapters": list(chapters(instrument, response.working)),
        "open_count": len(instrument.unanswered(response.working)),
    }
    return render(request, "surveys/review.html", context, status=status)


def submit(request: HttpRequest, response: Response) -> HttpResponse:
    """Submit what was looked through; anything else is shown first."""
    try:
        response.submit(whole(request.POST.get("seen")) if "seen" in request.POST else None)
    except ChangedMeanwhile:
        return looked_through(request, response, has_changed=True, status=409)
    except AlreadySubmitted:
        pass  # a second click, or a colleague was faster: the receipt is the same
    except FieldPhaseOver:
        return field_phase_over(request, response)
    return redirect("surveys:receipt")


@require_safe
@for_respondent
def receipt(request: HttpRequest, response: Response) -> HttpResponse:
    """That the answers have arrived; shown only from the stored row."""
    if not response.submitted_at:
        return redirect("surveys:review")
    context = {
        "response": response,
        "note": note_of(response),
        "receipt": response.receipt,
        "submitted_at": response.submitted_at,
        "checksum": checksum_of(response),
        "replaced": response.earlier_submissions.last(),
    }
    return render(request, "surveys/receipt.html", common(response) | context)
