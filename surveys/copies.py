"""A questionnaire on paper: empty, to read through, or with the submitted answers, for the files."""

from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from surveys.chapters import chapters
from surveys.checksum import checksum
from surveys.instrument import instrument_of
from surveys.marks import drawing
from surveys.models import Response, Variant


def filled_copy(response: Response, reference: str) -> bytes:
    """The submitted answers in the variant's wording, with the office's own file reference; not stored."""
    instrument = instrument_of(response.variant)
    return printed(
        response.variant,
        {
            "response": response,
            "reference": reference,
            "rehearsal": response.variant.survey.rehearsal,
            "chapters": list(chapters(instrument, response.answers)),
            "checksum": checksum_of(response),
        },
    )


def checksum_of(response: Response) -> str:
    """The checksum of what was submitted last."""
    return checksum(response.variant, response.answers, response.receipt or "")


def empty_copy(variant: Variant) -> bytes:
    """The whole form of a variant, with every scale and the conditions of its filters."""
    return remembered(variant.pk, variant.survey.version, get_language() or "")


@lru_cache(maxsize=32)
def remembered(variant_id: int, version: int, language: str) -> bytes:
    """An empty form is the same for all who read it; `version` and `language` make it another."""
    variant = Variant.objects.select_related("survey").get(pk=variant_id)
    form = list(chapters(instrument_of(variant), {}))
    return printed(variant, {"chapters": form})


def printed(variant: Variant, content: dict[str, Any]) -> bytes:
    """The document as a tagged PDF. Setting is imported when it is needed: the form starts sooner without."""
    from surveys.printing import one_at_a_time, pdf

    marks = variant.survey.about.get("marks", [])
    shown = [{"src": f"asset:mark-{n}.svg", "alt": mark["alt"]} for n, mark in enumerate(marks)]
    drawings = {one["src"]: drawing(mark["src"]) for one, mark in zip(shown, marks, strict=True)}
    context = {
        "survey": variant.survey,
        "instrument": instrument_of(variant),
        "marks": shown,
    }
    with one_at_a_time():
        return pdf(render_to_string("surveys/copy.html", context | content), drawings)
