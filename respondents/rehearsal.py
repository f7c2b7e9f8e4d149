"""Fills in forms as a browser would, through the same addresses, so that a new study can be tried out."""

import random
from typing import Any

from django.test import Client
from django.urls import resolve

from respondents.models import Case
from surveys.instrument import Instrument, Item, instrument_of

SKIPPED = 0.04


def fill_in(case: Case, rng: random.Random) -> None:
    """Open the case's link, answer every page at random and submit. RuntimeError if that goes wrong."""
    client = Client(HTTP_HOST="127.0.0.1")
    instrument = instrument_of(case.variant)
    answers: dict[str, Any] = {}
    address = client.post(f"/b/{case.token}").headers.get("Location", "")
    while (place := resolve(address)).url_name == "page":
        posted = page_answers(instrument, place.kwargs["number"], answers, rng)
        address = client.post(address, posted | {"go": "next"}).headers.get("Location", "")
        if not address:
            raise RuntimeError(f"{case}: page {place.kwargs['number']} was not taken: {posted}")
    client.post(address, {"go": "submit"})


def page_answers(
    instrument: Instrument, number: int, answers: dict[str, Any], rng: random.Random
) -> dict[str, Any]:
    """What one office posts on one page; `answers` grows by it, so that filters are followed."""
    posted = {}
    for item in instrument.page(number).items:
        if instrument.is_asked(item, answers) and rng.random() > SKIPPED:
            answers[item.variable] = posted[item.variable] = any_answer(item, rng)
    return posted


def any_answer(item: Item, rng: random.Random) -> Any:
    """A legal answer; on rating scales the upper half is chosen more often, as in practice."""
    codes = [point.code for point in item.points]
    if item.kind == "choice":
        weights = range(1, len(codes) + 1) if item.level != "nominal" else [1] * len(codes)
        return rng.choices(codes, weights)[0]
    if item.kind == "multiple":
        return rng.sample(codes, rng.randint(1, len(codes)))
    if item.kind == "number":
        low = item.minimum or 0
        return rng.randint(int(low), int(item.maximum or low + 100))
    if item.kind == "date":
        return f"2019-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return f"Probeantwort {rng.randint(1, 999)}"
