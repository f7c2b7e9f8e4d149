"""Saying no by the link in each letter: a reason and a confirmation, or one click in the mail program."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from respondents.declining import DeclineForm
from respondents.models import Case, Contact
from respondents.views.entry import common, from_elsewhere, problem_page, sealed
from surveys.language import speaking

Kind = Contact.Kind
ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058, section 3.1


@csrf_exempt  # the link itself is the proof; see docs/decisions/0004-door-without-csrf-token.md
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind "no more letters". GET changes nothing; a decision takes a second, confirming POST."""
    case = Case.objects.opting_out_with(token)
    if case is None:
        return sealed(problem_page(request, None, "unknown"))
    with speaking(request, case.variant.survey):
        return sealed(answer(request, case))


def answer(request: HttpRequest, case: Case) -> HttpResponse:
    if request.method == "POST" and request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        case.decline(Kind.OPTED_OUT)
        return HttpResponse(status=200, content_type="text/plain")
    if case.refusal_now == Kind.WITHDRAWN:
        return problem_page(request, case, "withdrawn")
    if request.method != "POST" or from_elsewhere(request):
        return choices(request, case, DeclineForm(offered=offered(case)))
    form = DeclineForm(request.POST, offered=offered(case))
    if not form.is_valid() or "confirm" not in request.POST:
        return choices(request, case, form)
    case.decline(form.kind, text=form.cleaned_data["whom"])
    return redirect(f"{request.path}?noted={form.kind}")


def offered(case: Case) -> tuple[Kind, ...]:
    """What can be chosen: who has said no may change their mind."""
    if case.refusal_now in (Kind.OPTED_OUT, Kind.NOT_RESPONSIBLE):
        return (Kind.REINSTATED,)
    return (Kind.NOT_RESPONSIBLE, Kind.OPTED_OUT, Kind.OTHER_PERSON)


def choices(request: HttpRequest, case: Case, form: DeclineForm) -> HttpResponse:
    """The choice, or, once it is made, the question whether it is meant."""
    context = {
        "form": form,
        "case": case,
        "confirming": form.is_bound and form.is_valid() and "change" not in form.data,
        "refusal": case.refusal_now,
        "noted": request.GET.get("noted", ""),
    }
    return render(request, "respondents/opt_out.html", common(case) | context)
