"""What everybody may read about a survey."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.accessibility import Accessibility
from surveys.language import speaking
from surveys.models import Survey
from surveys.models.notice import version_now


@require_safe
def privacy(request: HttpRequest, survey_name: str) -> HttpResponse:
    """Data protection in the study's own words, and what this wording is called."""
    survey = get_object_or_404(Survey, name=survey_name)
    with speaking(request, survey):
        context = {"heading": _("Datenschutz"), "text": survey.about["data_protection"]}
        return render(
            request, "surveys/text.html", common(survey) | context | {"version": version_now(survey)}
        )


@require_safe
def imprint(request: HttpRequest, survey_name: str) -> HttpResponse:
    """Who answers for the survey, in the study's own words."""
    survey = get_object_or_404(Survey, name=survey_name)
    with speaking(request, survey):
        context = {"heading": _("Impressum"), "text": survey.about["imprint"]}
        return render(request, "surveys/text.html", common(survey) | context)


@require_safe
def accessibility(request: HttpRequest, survey_name: str) -> HttpResponse:
    """The statement on accessibility, made from what the study says."""
    survey = get_object_or_404(Survey, name=survey_name, about__has_key="accessibility")
    with speaking(request, survey):
        context = {"statement": Accessibility.model_validate(survey.about["accessibility"])}
        return render(request, "surveys/accessibility.html", common(survey) | context)


def common(survey: Survey) -> dict[str, object]:
    """What every page about a survey shows."""
    return {"survey": survey, "rehearsal": survey.rehearsal}
