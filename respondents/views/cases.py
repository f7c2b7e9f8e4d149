"""The cases of a survey: which there are, what became of each, and what staff do with one."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from respondents import followup
from respondents.forms import CaseSearch, OfficeForm, RecordForm, StepForm
from respondents.history import history
from respondents.models import Case, Contact, Mailing
from surveys.desk import common, desk_deed, desk_page_for, staff
from surveys.models import Survey

Kind = Contact.Kind
FOLLOW_UP, DECIDE = "respondents.follow_up", "respondents.release_mailing"
PER_PAGE = 50


@desk_page_for(FOLLOW_UP)
def cases(request: HttpRequest, survey_name: str) -> HttpResponse:
    """The cases that are asked for, and how many have each disposition."""
    survey = get_object_or_404(Survey, name=survey_name)
    search = CaseSearch(survey, request.GET)
    counts = search.of_any_disposition().by_disposition()
    page = Paginator(search.cases().listed(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": search,
        "counts": counts,
        "total": sum(counts.values()),
        "page": page,
        "lists": followup.open_lists(survey).annotate(n=Count("picked")),
    }
    return render(request, "desk/cases.html", common(survey) | context)


@desk_page_for(FOLLOW_UP)
def case(request: HttpRequest, survey_name: str, case_id: int) -> HttpResponse:
    """One case: its office, its disposition, its history, and what can be done."""
    survey = get_object_or_404(Survey, name=survey_name)
    return case_page(request, get_object_or_404(Case.objects.of(survey), pk=case_id))


def case_page(
    request: HttpRequest, case: Case, *, record: RecordForm | None = None, office: OfficeForm | None = None
) -> HttpResponse:
    """The page of a case, with the form that was not filled in well, if one was not."""
    whole = Case.objects.with_disposition().select_related("variant__survey", "office__municipality")
    chosen = whole.get(pk=case.pk)
    context = {
        "case": chosen,
        "events": history(chosen),
        "form": record or office,
        "record": record or RecordForm(),
        "office": office or OfficeForm(chosen.office),
        "steps": followup.steps(chosen),
        "lists": lists_with(chosen),
        "page_address": reverse("desk:case", args=[chosen.variant.survey.name, chosen.pk]),
    }
    return render(request, "desk/case.html", common(chosen.variant.survey) | context)


def lists_with(case: Case) -> list[tuple[Mailing, bool]]:
    """The open lists of chosen cases, and whether this case is on them."""
    picked = set(case.picked_for.values_list("pk", flat=True))
    return [(mailing, mailing.pk in picked) for mailing in followup.open_lists(case.variant.survey)]


def asked_for(case_id: int) -> Case:
    return get_object_or_404(Case.objects.select_related("variant__survey", "office"), pk=case_id)


def back_to(case: Case) -> HttpResponse:
    return redirect("desk:case", case.variant.survey.name, case.pk)


@desk_deed(FOLLOW_UP)
def record(request: HttpRequest, case_id: int) -> HttpResponse:
    """A call or a note."""
    chosen, form = asked_for(case_id), RecordForm(request.POST)
    if not form.is_valid():
        return case_page(request, chosen, record=form)
    kind = Kind(form.cleaned_data["kind"])
    followup.record(chosen, kind, by=staff(request), text=form.cleaned_data["text"])
    messages.success(request, _("Festgehalten: {kind}.").format(kind=kind.label))
    return back_to(chosen)


@desk_deed(DECIDE)
def change_office(request: HttpRequest, case_id: int) -> HttpResponse:
    """New details of the office; the old ones stay in the history."""
    chosen = asked_for(case_id)
    form = OfficeForm(chosen.office, request.POST)
    if not form.is_valid():
        return case_page(request, chosen, office=form)
    details = form.cleaned_data
    if followup.change_office(chosen, details, by=staff(request), seen=details["seen"]):
        messages.success(request, _("Die Angaben sind geändert. Was vorher galt, steht im Verlauf."))
    else:
        messages.info(request, _("Es hat sich nichts geändert."))
    return back_to(chosen)


@desk_deed(DECIDE)
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    """Close or reopen the way to the office, with a reason and a confirmation."""
    return taken_step(request, case_id, (Kind.UNDELIVERABLE, Kind.WITHDRAWN, Kind.REINSTATED))


@desk_deed(FOLLOW_UP)
def decline(request: HttpRequest, case_id: int) -> HttpResponse:
    """What the office has said itself, on the telephone or by mail: that it is to get no more letters."""
    return taken_step(request, case_id, (Kind.NOT_RESPONSIBLE, Kind.OPTED_OUT))


def taken_step(request: HttpRequest, case_id: int, possible: tuple[Kind, ...]) -> HttpResponse:
    chosen = asked_for(case_id)
    form = StepForm(possible, request.POST)
    if not form.is_valid():
        messages.error(request, _("Nichts wurde geändert: Bitte nennen Sie den Grund und bestätigen Sie."))
        return back_to(chosen)
    kind = Kind(form.cleaned_data["kind"])
    if followup.decide(chosen, kind, by=staff(request), text=form.cleaned_data["text"]):
        messages.success(request, _("Festgehalten: {kind}.").format(kind=kind.label))
    else:
        messages.info(request, _("Das galt schon; es hat sich nichts geändert."))
    return back_to(chosen)


@desk_deed(DECIDE)
def pick(request: HttpRequest, case_id: int, mailing_id: int) -> HttpResponse:
    """Put the case on the list of a mailing to chosen cases, or take it off."""
    chosen = asked_for(case_id)
    put_on_list(request, chosen.variant.survey, [chosen], mailing_id)
    return back_to(chosen)


@desk_deed(DECIDE)
def pick_found(request: HttpRequest, survey_name: str, mailing_id: int) -> HttpResponse:
    """Put all cases that a search finds on the list of a mailing, or take them off."""
    survey = get_object_or_404(Survey, name=survey_name)
    search = CaseSearch(survey, request.POST)
    put_on_list(request, survey, search.cases(), mailing_id)
    query = urlencode({name: value for name, value in search.cleaned_data.items() if value})
    return redirect(f"{reverse('desk:cases', args=[survey.name])}?{query}")


def put_on_list(request: HttpRequest, survey: Survey, cases: Iterable[Case], mailing_id: int) -> None:
    on_the_list = "pick" in request.POST
    mailing = followup.pick(survey, cases, mailing_id, on_the_list=on_the_list)
    if mailing is None:
        messages.error(request, _("Der Versand ist schon freigegeben; seine Auswahl steht fest."))
    elif on_the_list:
        messages.success(request, _("Ausgewählt für „{title}“.").format(title=mailing.title))
    else:
        messages.success(request, _("Nicht mehr ausgewählt für „{title}“.").format(title=mailing.title))
