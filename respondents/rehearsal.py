"""A rehearsal: forms filled in as a browser would, and removed again before the survey is fielded."""

import random
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils.translation import gettext as _

from respondents.models import Case, Contact, Letter, Mailing
from surveys.instrument import Instrument, Item, instrument_of
from surveys.models import Response, Survey

SKIPPED = 0.04


def fill_in(case: Case, rng: random.Random) -> None:
    """Open the case's link, answer every page at random and submit. RuntimeError if that goes wrong."""
    client = Client(HTTP_HOST=urlsplit(settings.BASE_URL).netloc)
    instrument = instrument_of(case.variant)
    answers: dict[str, Any] = {}
    address = moved_on(client.post(f"/b/{case.token}"), case)
    while (place := resolve(address)).url_name == "page":
        posted = page_answers(instrument, place.kwargs["number"], answers, rng)
        address = moved_on(client.post(address, posted | {"go": "next"}), case)
    moved_on(client.post(address, {"go": "submit"}), case)


def moved_on(page: Any, case: Case) -> str:
    """Where a form that was taken leads."""
    if page.status_code != 302:
        raise RuntimeError(f"{case}: {page.request['PATH_INFO']} answered {page.status_code}")
    return str(page.headers["Location"])


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
        low = int(item.minimum or 0)
        return rng.randint(low, min(int(item.maximum or low), low + 100))
    if item.kind == "date":
        return f"{rng.randint(2000, 2020)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return _("Probeantwort {number}").format(number=rng.randint(1, 999))[: item.max_length]


def traces(survey: Survey) -> str:
    """What a field phase has left so far, in words; "" if nothing."""
    counts = {
        "responses": Response.objects.of(survey).count(),
        "letters": Letter.objects.filter(mailing__survey=survey).count(),
        "contacts": Contact.objects.filter(case__variant__survey=survey).count(),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items()) if any(counts.values()) else ""


@transaction.atomic
def discard(survey: Survey) -> None:
    """Delete responses, letters and contacts of a rehearsal, and unfreeze the questionnaire.

    Mailings are as planned again, and nobody is on their lists. What was mended in the address book stays.
    ValueError if the survey runs by the real clock: what is there was meant.
    """
    if not survey.rehearsal:
        raise ValueError(f"{survey.name} runs by the real clock")
    Case.objects.of(survey).update(response=None)
    Response.objects.of(survey).delete()
    Contact.objects.filter(case__variant__survey=survey).delete()
    Letter.objects.filter(mailing__survey=survey).delete()
    survey.mailings.update(**dict.fromkeys(Mailing.RUN), paused_because="")
    Mailing.picked.through.objects.filter(mailing__survey=survey).delete()
    Survey.objects.filter(pk=survey.pk).update(fielded_at=None)
