"""Loads a whole study folder: instrument, field plan and report, all or nothing."""

from pathlib import Path

from django.db import transaction

from analysis.frame import read
from analysis.models import Report
from analysis.reportfile import ReportFile
from surveys import studyfile
from surveys.models import Survey
from surveys.studyfile import StudyError, StudyFile


def read_report(folder: Path) -> tuple[ReportFile, StudyFile]:
    """report/report.yaml; StudyError names every fault as file:line: message."""
    source = studyfile.read(folder / "report" / "report.yaml")
    return source.parse(ReportFile), source


@transaction.atomic
def store_report(survey: Survey, plan: ReportFile, source: StudyFile) -> None:
    """Keep what the report shows. StudyError if it names what the questionnaire does not have."""
    faults = [source.fault(place, message) for place, message in plan.faults(read(survey).codebook)]
    if faults:
        raise StudyError(faults)
    Report.objects.update_or_create(survey=survey, defaults={"plan": plan.model_dump(mode="json")})
