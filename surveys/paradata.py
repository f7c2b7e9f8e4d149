"""The paradata of a survey as a file of their own, and their end. docs/paradata.md says what they are."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db.models import F

from surveys.models import Response, Survey

COLUMNS = (
    "id", "office_type", "submitted", "visit", "page", "opened", "first_answer", "left",
    "device", "mode", "language",
)  # fmt: skip


def rows(survey: Survey) -> Iterator[dict[str, Any]]:
    """Every visit to a form that is meant, oldest response first; the columns are COLUMNS."""
    responses = Response.objects.of(survey).exclude(paradata=[]).order_by("pk")
    known = responses.values_list("pk", "variant__code", "submitted_at", "paradata")
    for pk, variant, submitted_at, visits in known.iterator(chunk_size=2000):
        about = {"id": pk, "office_type": variant, "submitted": int(submitted_at is not None)}
        for number, visit in enumerate(visits, 1):
            yield about | {"visit": number} | visit


def as_csv(survey: Survey) -> bytes:
    """UTF-8, comma, header, one line a visit, sorted by id."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(survey))
    return text.getvalue().encode()


def forget(survey: Survey) -> int:
    """Delete the paradata of a survey, its pretest included; returns of how many responses. Answers stay."""
    known = Response.objects.filter(variant__survey=survey).exclude(paradata=[])
    return known.update(paradata=[], version=F("version") + 1)
