"""Reads a study's report/: what its report shows, and what was published before; and stores both."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from analysis.models import Report
from analysis.publishedfile import PublishedFile
from analysis.reportfile import ReportFile
from analysis.variables import codebook_of
from surveys import studyfile
from surveys.models import Survey
from surveys.study import compiled_forms
from surveys.studyfile import Fault, StudyError, StudyFile


@dataclass(frozen=True)
class ReportFolder:
    """The checked files of report/, and where each value stands in them."""

    plan: ReportFile
    plan_source: StudyFile
    published: PublishedFile | None
    published_source: StudyFile


def read_report(folder: Path) -> ReportFolder:
    """report.yaml and, if there is one, published.yaml; StudyError names every fault."""
    plan_source = studyfile.read(folder / "report" / "report.yaml")
    path = folder / "report" / "published.yaml"
    published_source = studyfile.read(path) if path.exists() else StudyFile(str(path))
    plan, published = studyfile.gather(
        lambda: plan_source.parse(ReportFile),
        lambda: published_source.parse(PublishedFile) if path.exists() else None,
    )
    return ReportFolder(plan, plan_source, published, published_source)


@transaction.atomic
def store_report(survey: Survey, report: ReportFolder) -> None:
    """Keep both files. StudyError if one names what the questionnaire does not have."""
    if faults := list(unknown_names(survey, report)):
        raise StudyError(faults)
    published = report.published.model_dump(mode="json") if report.published else None
    files = {"plan": report.plan.model_dump(mode="json"), "published": published}
    Report.objects.update_or_create(survey=survey, defaults=files)


def unknown_names(survey: Survey, report: ReportFolder) -> Iterator[Fault]:
    codebook = codebook_of(survey, compiled_forms(survey))
    for place, message in report.plan.faults(codebook):
        yield report.plan_source.fault(place, message)
    if report.published:
        for place, message in report.published.faults(codebook):
            yield report.published_source.fault(place, message)
