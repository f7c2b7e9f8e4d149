"""What everybody may read about a survey."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.language import speaking
from surveys.models import Survey


@require_safe
def about(request: HttpRequest, survey_name: str, topic: str) -> HttpResponse:
    """Data protection or imprint, in the study's own words."""
    survey = get_object_or_404(Survey, name=survey_name)
    with speaking(request, survey):
        heading, key = {
            "privacy": (_("Datenschutz"), "data_protection"),
            "imprint": (_("Impressum"), "imprint"),
        }[topic]
        about = {"survey": survey, "rehearsal": survey.rehearsal}
        context = about | {"heading": heading, "text": survey.about[key]}
        return render(request, "surveys/text.html", context)
