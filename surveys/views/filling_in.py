"""Filling in: page, review, submit, receipt."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import RequestContext
from django.views.decorators.http import require_http_methods, require_safe

from surveys.chapters import chapters
from surveys.forms import PageForm
from surveys.instrument import Instrument, Page, instrument_of
from surveys.models import AlreadySubmitted, FieldPhaseOver, Response
from surveys.session import for_respondent
from surveys.sheets import sheet_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def page(request: HttpRequest, response: Response, number: int) -> HttpResponse:
    """One page of the form; what is legal is stored even when something beside it is not."""
    instrument = instrument_of(response.variant)
    this = page_or_404(instrument, number)
    if response.submitted_at:
        return redirect("surveys:receipt")
    if not response.takes_answers:
        return field_phase_over(request, response)
    form = PageForm(instrument, this, response.answers, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            response.store(form.changes(), page=number)
        except AlreadySubmitted:
            return redirect("surveys:receipt")
        except FieldPhaseOver:
            return field_phase_over(request, response)
        if form.is_valid():
            return onward(request, response, instrument, number)
    context = page_context(response, instrument, this, form) | {"from_review": is_from_review(request)}
    return HttpResponse(sheet_of(response.variant, form).render(RequestContext(request, context)))


def is_from_review(request: HttpRequest) -> bool:
    """Whether the page was opened for one correction; it then leads back to the review."""
    return request.GET.get("from") == "review"


def page_or_404(instrument: Instrument, number: int) -> Page:
    try:
        return instrument.page(number)
    except LookupError:
        raise Http404 from None


def page_context(response: Response, instrument: Instrument, this: Page, form: PageForm) -> dict[str, Any]:
    total = len(instrument.pages)
    return common(response) | {
        "instrument": instrument,
        "response": response,
        "page": this,
        "form": form,
        "back": instrument.page_before(this.number, response.answers),
        "saved_at": response.saved_at,
        "progress": {
            "number": this.number,
            "total": total,
            "percent": round(100 * (this.number - 1) / total),
        },
    }


def onward(request: HttpRequest, response: Response, instrument: Instrument, number: int) -> HttpResponse:
    """Where the pressed button leads."""
    if request.POST.get("go") == "stay":  # to read it in another language
        return redirect(request.path + ("?from=review" if is_from_review(request) else ""))
    if is_from_review(request):
        return redirect("surveys:review")
    step = instrument.page_before if request.POST.get("go") == "back" else instrument.page_after
    target = step(number, response.answers)
    if target is None and request.POST.get("go") != "back":
        return redirect("surveys:review")
    return redirect("surveys:page", target or number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def review(request: HttpRequest, response: Response) -> HttpResponse:
    """All answers for a last look; submits them, once."""
    if response.submitted_at:
        return redirect("surveys:receipt")
    if not response.takes_answers:
        return field_phase_over(request, response)
    instrument = instrument_of(response.variant)
    if request.method == "POST" and request.POST.get("go") == "back":
        return redirect(
            "surveys:page", instrument.page_before(len(instrument.pages) + 1, response.answers) or 1
        )
    if request.method == "POST" and request.POST.get("go") == "submit":
        return submit(request, response)
    context = common(response) | {
        "instrument": instrument,
        "response": response,
        "chapters": list(chapters(instrument, response.answers)),
        "open_count": len(instrument.unanswered(response.answers)),
    }
    return render(request, "surveys/review.html", context)


def submit(request: HttpRequest, response: Response) -> HttpResponse:
    try:
        response.submit()
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
    context = {"receipt": response.receipt, "submitted_at": response.submitted_at}
    return render(request, "surveys/receipt.html", common(response) | context)


def field_phase_over(request: HttpRequest, response: Response) -> HttpResponse:
    """The friendly page after the last day; what was stored before stays stored."""
    template = "surveys/pretest_over.html" if response.pretest_group else "surveys/closed.html"
    return render(request, template, common(response), status=403)


def common(response: Response) -> dict[str, Any]:
    """What every page of the form shows."""
    survey = response.variant.survey
    return {"survey": survey, "rehearsal": survey.rehearsal, "pretest": response.pretest_group}
