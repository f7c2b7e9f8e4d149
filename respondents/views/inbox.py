"""What came back and waits for a person: read it, find its case, settle it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from respondents.models import Case, Contact
from surveys.desk import common, desk_deed, desk_page_for, staff
from surveys.models import Survey

FOLLOW_UP = "respondents.follow_up"
PER_PAGE = 25
FOUND = 20  # cases that a search for an assignment shows


@desk_page_for(FOLLOW_UP)
def inbox(request: HttpRequest, survey_name: str) -> HttpResponse:
    """What nobody has settled yet, or what is settled, the newest first."""
    survey = get_object_or_404(Survey, name=survey_name)
    settled = "settled" in request.GET
    contacts = Contact.objects.of(survey)
    shown = contacts.settled() if settled else contacts.at_the_desk()
    page = Paginator(shown.with_case().order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/inbox.html", common(survey) | {"page": page, "settled": settled})


@desk_page_for(FOLLOW_UP)
def mail(request: HttpRequest, survey_name: str, contact_id: int) -> HttpResponse:
    """One of them, and the cases that it could be about; at first those of the sender's domain."""
    survey, contact = asked_for(survey_name, contact_id)
    domain = contact.sender.rpartition("@")[2]
    words = request.GET.get("q", f"@{domain}" if domain else "")[:100].replace("\0", "")
    found = Case.objects.of(survey).mentioning(words).listed() if words.strip() else Case.objects.none()
    context = {"contact": contact, "words": words, "found": found[:FOUND], "more": found.count() > FOUND}
    return render(request, "desk/mail.html", common(survey) | context)


def asked_for(survey_name: str, contact_id: int) -> tuple[Survey, Contact]:
    survey = get_object_or_404(Survey, name=survey_name)
    return survey, get_object_or_404(Contact.objects.of(survey).with_case(), pk=contact_id)


# --- deeds: each says what it did, or "" if there was nothing to be done any more ---

Deed = Callable[..., str]


def deed(do: Deed) -> Callable[..., HttpResponse]:
    """A deed on one contact, back to the page of the list that one came from."""

    @desk_deed(FOLLOW_UP)
    def view(request: HttpRequest, /, survey_name: str, contact_id: int, **about: int) -> HttpResponse:
        survey, contact = asked_for(survey_name, contact_id)
        if said := do(request, survey, contact, **about):
            messages.success(request, said)
        else:
            messages.info(request, _("Das war schon erledigt; es hat sich nichts geändert."))
        page = request.POST.get("page", "")
        query = f"?page={page}" if page.isascii() and page.isdigit() else ""
        return redirect(reverse("desk:inbox", args=[survey.name]) + query)

    return view


@deed
def settle(request: HttpRequest, survey: Survey, contact: Contact) -> str:
    done = contact.settle(survey, staff(request))
    return _("Erledigt. Sie finden es unter „Erledigtes“ wieder.") if done else ""


@deed
def take_up_again(request: HttpRequest, survey: Survey, contact: Contact) -> str:
    return _("Liegt wieder im Posteingang.") if contact.take_up_again() else ""


@deed
def confirm(request: HttpRequest, survey: Survey, contact: Contact) -> str:
    return _("Zugeordnet: {case}.").format(case=contact.case) if contact.confirm(staff(request)) else ""


@deed
def let_go(request: HttpRequest, survey: Survey, contact: Contact) -> str:
    return _("Die Zuordnung ist aufgehoben.") if contact.let_go() else ""


@deed
def assign(request: HttpRequest, survey: Survey, contact: Contact, case_id: int) -> str:
    cases = Case.objects.of(survey).select_related("variant__survey", "office__municipality")
    case = get_object_or_404(cases, pk=case_id)
    return _("Zugeordnet: {case}.").format(case=case) if contact.assign(case, staff(request)) else ""
