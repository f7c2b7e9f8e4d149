"""A survey of 100,000 returns with 130 variables, as rows of the database that DATABASE_URL names."""

import random
from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from django.core.management import call_command

from respondents.models import Case, Municipality, Office
from respondents.models.case import fingerprint
from surveys.models import Response, Survey

KINDS = ("a", "b", "c", "d", "e")
ITEMS = 130
STATES = ("BW", "BY", "HE", "NI", "NW", "SN")


def survey_of(returns: int) -> Survey:
    """The survey with this many submitted returns; built anew."""
    with TemporaryDirectory() as folder:
        study = Path(folder) / "large"
        write_study(study)
        call_command("load_study", study, stdout=StringIO())
    survey = Survey.objects.get(name="large")
    fill(survey, returns)
    return survey


def write_study(folder: Path) -> None:
    (folder / "letters").mkdir(parents=True)
    (folder / "report").mkdir()
    names = [f"q{number}" for number in range(ITEMS)]
    texts: dict[str, Any] = {
        "survey.yaml": about(),
        "questionnaire.yaml": questionnaire(names),
        "mailings.yaml": {"sender": {"name": "Bench", "email": "bench@institute.example"}, "mailings": []},
        "report/report.yaml": {"numbers": {"Fig. 1": names}},
    }
    for name, data in texts.items():
        (folder / name).write_text(yaml.safe_dump(data, sort_keys=False))
    (folder / "municipalities.csv").write_text("name,state,population\n")


def about() -> dict[str, Any]:
    return {
        "title": "Large",
        "short_title": "Large",
        "language": "en",
        "time_zone": "Europe/Berlin",
        "field_start": "2019-11-04",
        "field_end": "2020-01-31",
        "minutes": 20,
        "unit": {"one": "office", "many": "offices"},
        "place": {"one": "place", "many": "places"},
        "size_classes": [50_000, 100_000, 200_000],
        "institute": {"name": "Bench", "email": "bench@institute.example"},
        "purpose": "Speed.",
        "data_protection": "None.",
        "accessibility": {
            "responsible": "Bench",
            "prepared_on": "2019-10-14",
            "method": "self_assessment",
            "contact": {"name": "Bench", "email": "bench@institute.example"},
            "enforcement": {"name": "Bench", "email": "bench@institute.example"},
        },
        "imprint": "None.",
    }


def questionnaire(names: list[str]) -> dict[str, Any]:
    items = [{"variable": name, "text": f"Statement {name}", "short": name} for name in names]
    return {
        "variants": {kind: {"title": kind.upper(), "label": kind.upper()} for kind in KINDS},
        "scales": {
            "s4": {"level": "ordinal", "points": {1: "not", 2: "rather not", 3: "rather", 4: "fully"}}
        },
        "pages": [
            {
                "code": f"page{start}",
                "title": f"Page {start}",
                "questions": [{"code": f"x{start}", "scale": "s4", "items": items[start : start + 10]}],
            }
            for start in range(0, len(items), 10)
        ],
    }


def fill(survey: Survey, returns: int) -> None:
    rng = random.Random(7)  # noqa: S311  # reproducible made-up answers
    names = [f"q{number}" for number in range(ITEMS)]
    variants = list(survey.variants.all())
    for start in range(0, returns, 5_000):
        numbers = range(start, min(start + 5_000, returns))
        places = Municipality.objects.bulk_create(
            Municipality(name=f"Place {n}", state=rng.choice(STATES), population=rng.randint(50_000, 900_000))
            for n in numbers
        )
        offices = Office.objects.bulk_create(
            Office(municipality=place, office_type=variants[n % 5].code, email=f"{n}@office.example")
            for n, place in zip(numbers, places, strict=True)
        )
        responses = Response.objects.bulk_create(
            Response(
                variant=variants[n % 5],
                answers={name: rng.randint(1, 4) for name in names if rng.random() > 0.04},
                started_at=survey.now(),
                submitted_at=survey.now() - timedelta(minutes=n),
                receipt=f"R{n}",
            )
            for n in numbers
        )
        Case.objects.bulk_create(
            Case(
                variant=variants[n % 5], office=office, population=100_000, response=response,
                token_fingerprint=fingerprint(str(n)), nonce=n.to_bytes(16),
            )
            for n, office, response in zip(numbers, offices, responses, strict=True)
        )  # fmt: skip
