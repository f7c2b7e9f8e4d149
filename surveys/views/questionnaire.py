"""The questionnaire at the desk: all variants side by side, and each as its respondents see it."""

from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from surveys import differences
from surveys.desk import common, desk_page
from surveys.forms import PageForm
from surveys.instrument import Instrument, Page, instrument_of
from surveys.models import PrivacyNotice, Survey, Variant


@desk_page
def side_by_side(request: HttpRequest, survey_name: str) -> HttpResponse:
    """All variants beside each other, with what differs marked."""
    survey = get_object_or_404(Survey, name=survey_name)
    instruments = differences.instruments_of(survey)
    pages = differences.side_by_side(instruments, differences.order_of(survey))
    only = request.GET.get("only") == "differences"
    context = {
        "instruments": instruments,
        "notices": notices_of(survey),
        "only": only,
        "pages": differences.differing(pages) if only else pages,
    }
    return render(request, "desk/questionnaire.html", common(survey) | context)


def notices_of(survey: Survey) -> QuerySet[PrivacyNotice]:
    """Each wording of the privacy information with when it was first shown, and to how many respondents."""
    shown = {"shown_to": Count("responses"), "first_shown": Min("responses__notice_shown_at")}
    return survey.privacy_notices.annotate(**shown).order_by("pk")


@desk_page
def preview(request: HttpRequest, survey_name: str, variant: str, number: int) -> HttpResponse:
    """One page of a variant as its respondents see it; nothing can be sent, so nothing is stored."""
    found = get_object_or_404(
        Variant.objects.select_related("survey"), survey__name=survey_name, code=variant
    )
    instrument = instrument_of(found)
    try:
        page = instrument.page(number)
    except LookupError as error:
        raise Http404 from error
    context = {
        "survey": found.survey,
        "instrument": instrument,
        "page": page,
        "form": unfiltered(instrument, page),
    }
    return render(request, "surveys/preview.html", context)


def unfiltered(instrument: Instrument, page: Page) -> PageForm:
    """The empty form of a page with all of its items, whatever the filters say."""
    form = PageForm(instrument, page, {})
    form.show(item.variable for item in page.items)
    return form
