"""manage.py load_study FOLDER."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from analysis.codesfile import read_codes, store_codes
from analysis.study import read_report, store_report
from respondents.mailingfile import read_field_plan, store_field_plan
from surveys.models import Survey
from surveys.schema import QuestionnaireFile
from surveys.study import Study, read_study, store_study
from surveys.studyfile import StudyError, gather


class Command(BaseCommand):
    """Loads a study folder into the database, whole or not at all."""

    help = "Load a study folder: questionnaire, field plan, report. Nothing is stored if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: object) -> None:
        try:
            survey, changed = load(folder)
        except StudyError as error:
            self.stderr.write(str(error))
            raise CommandError(f"nothing was loaded; faults: {len(error.faults)}", returncode=2) from None
        state = f"version {survey.version}" + ("" if changed else ", unchanged")
        self.stdout.write(f"{survey.name}: {survey.variants.count()} variants, {state}")


def load(folder: Path) -> tuple[Survey, bool]:
    """Read all files of the study, then store them; the survey, and whether anything changed."""
    return stored(read(folder))


def read(folder: Path) -> list[Any]:
    """All files of the study, checked, as `stored` takes them; StudyError names every fault."""
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder", returncode=2)
    study_of = cache(read_study)  # the letters are held against its terms: one reading serves both
    return gather(
        lambda: study_of(folder),
        lambda: read_report(folder),
        lambda: read_codes(folder),
        lambda: read_field_plan(folder, terms_of(study_of, folder)),
    )


@transaction.atomic
def stored(parts: list[Any]) -> tuple[Survey, bool]:
    """What was read, written to the database whole or not at all."""
    study, report, (codes, codes_source), field_plan = parts
    survey, changed = store_study(study)
    store_field_plan(survey, field_plan)
    store_codes(survey, codes, codes_source)
    store_report(survey, report)
    return survey, changed


def terms_of(study_of: Callable[[Path], Study], folder: Path) -> frozenset[str] | None:
    """The placeholders that every variant defines; None while the questionnaire itself is faulty."""
    try:
        return common_terms(study_of(folder).questionnaire)
    except StudyError:
        return None


def common_terms(questionnaire: QuestionnaireFile) -> frozenset[str]:
    defined = (frozenset(variant.terms) for variant in questionnaire.variants.values())
    return frozenset.intersection(*defined) | questionnaire.lists.keys()
