"""Surveys, offices and returns for tests: valid by default, small, and free of any real study."""

from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from analysis.management.commands.load_study import read, stored
from respondents.management.commands.add_staff import group_of
from respondents.models import Case, Contact, Mailing, Municipality, Office
from surveys.models import Response, Survey, Variant

ROOT = Path(__file__).resolve().parent.parent
STUDY_2019 = ROOT / "studies" / "divercity_2019"
SMALL_STUDY = ROOT / "tests" / "studies" / "museums_2024"

__all__ = ["Case", "Survey"]


read_once = cache(read)  # of folders that no test changes


def load(folder: Path) -> Survey:
    """The study in the folder, loaded; its clock stands on the second day of its field phase."""
    survey, _ = stored((read_once if folder in (SMALL_STUDY, STUDY_2019) else read)(folder))
    survey.set_clock(noon_of_second_day(survey))
    return survey


def noon_of_second_day(survey: Survey) -> datetime:
    noon = time(12, tzinfo=ZoneInfo(survey.time_zone))
    return datetime.combine(survey.field_start, noon) + timedelta(days=1)


def survey_in_field(folder: Path = SMALL_STUDY) -> Survey:
    """The small study with one office of each kind in one place."""
    survey = load(folder)
    for variant in survey.variants.all():
        case_for(variant)
    return survey


def municipality(name: str = "Testhausen", state: str = "NW", population: int = 60_000) -> Municipality:
    place, _ = Municipality.objects.get_or_create(name=name, state=state, defaults={"population": population})
    return place


def office(office_type: str, place: Municipality | None = None, **details: str) -> Office:
    place = place or municipality()
    address = f"{office_type}.{place.pk}@stadt.example"
    return Office.objects.create(municipality=place, office_type=office_type, **{"email": address, **details})


def case_for(variant: Variant, place: Municipality | None = None, **details: str) -> Case:
    """A case that owes an answer."""
    case = Case.for_office(office(variant.code, place, **details), variant, wave1=False, priority=False)
    case.save()
    return case


def answered(case: Case, answers: dict[str, Any] | None = None) -> Response:
    """The case's response, submitted with these answers."""
    response = case.open_response()
    if answers:
        response.store(answers)
    response.submit()
    case.refresh_from_db()
    return response


def withdrawn(case: Case) -> Case:
    """The case, taken out of the survey."""
    case.record(Contact.Kind.WITHDRAWN)
    return case


def mailing(survey: Survey, **content: Any) -> Mailing:
    """A further mailing whose time has come."""
    return Mailing.objects.create(
        **{
            "survey": survey,
            "position": survey.mailings.count() + 1,
            "name": f"mailing-{survey.mailings.count() + 1}",
            "title": "Mailing",
            "planned_for": survey.now() - timedelta(hours=1),
            "sender_name": "Institute",
            "sender_email": "survey@institute.example",
            "subject": "A question for {office}",
            "text": "{salutation}\n\n{link}\n",
            "html": '<p>{salutation}</p><p><a href="{link}">{link}</a></p>',
            **content,
        }
    )


def staff(role: str, name: str = "") -> User:
    """An account with a role at the desk."""
    user = User.objects.create_user(name or role.lower(), password="a long pass phrase")
    user.groups.add(group_of(role))
    return user
