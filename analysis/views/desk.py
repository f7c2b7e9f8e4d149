"""Overview of a survey, and its files."""

from dataclasses import asdict, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analysis.files import APART, FILES, compared, made, shown
from analysis.models import Download
from analysis.numbers import rate
from respondents.models import Return, Standing, places_reached, returns_by_variant
from surveys.desk import common, desk_deed, desk_page, staff
from surveys.models import Survey


@desk_page
def home(request: HttpRequest) -> HttpResponse:
    """The newest survey's overview, or an empty desk."""
    newest = Survey.objects.first()
    return redirect("desk:overview", newest.name) if newest else render(request, "desk/overview.html")


@desk_page
def overview(request: HttpRequest, survey_name: str) -> HttpResponse:
    """Return, mailings and files of one survey."""
    survey = get_object_or_404(Survey, name=survey_name)
    *rows, total = returns_by_variant(survey)
    mailings = survey.mailings.select_related("survey")
    context = {
        "returns": [in_per_cent(row) for row in (*rows, replace(total, label=_("Gesamt")))],
        "places": in_per_cent(places_reached(survey)),
        "mailings": [Standing(mailing, staff(request)) for mailing in mailings],
        "downloads": [(file.name, file.title, file.description) for file in FILES.values()],
        "paradata": APART["paradata.csv"],
    }
    return render(request, "desk/overview.html", common(survey) | context)


@desk_page
def results(request: HttpRequest, survey_name: str) -> HttpResponse:
    """All tables and figures of the report as they stand now."""
    survey = get_object_or_404(Survey, name=survey_name)
    return render(request, "desk/results.html", common(survey) | {"exhibits": shown(survey)})


def in_per_cent(row: Return) -> dict[str, Any]:
    """A row of the return as the overview shows it; rates are rounded as in the report."""
    percent = "–" if row.rate is None else rate(row.rate, get_language() or "de")
    return asdict(row) | {"rate": row.rate, "percent": percent}


@desk_page
def replication(request: HttpRequest, survey_name: str) -> HttpResponse:
    """Every published number beside the computed one."""
    survey = get_object_or_404(Survey, name=survey_name, report__published__isnull=False)
    context = compared(survey, request.GET.get("verdict", ""))
    return render(request, "desk/replication.html", common(survey) | context)


@desk_deed("analysis.download_returns")
def download(request: HttpRequest, survey_name: str, filename: str) -> HttpResponse:
    """One file, made now; who took it is recorded before it is handed out."""
    survey = get_object_or_404(Survey, name=survey_name)
    file = (FILES | APART).get(filename)
    if file is None:
        raise Http404(filename)
    content = made(survey, filename)
    Download.objects.create(survey=survey, user=staff(request), filename=filename)
    return HttpResponse(
        content,
        content_type=file.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{survey.name}_{filename}"',
            "Cache-Control": "no-store",
        },
    )
