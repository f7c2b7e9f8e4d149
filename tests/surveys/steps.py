"""What a respondent does, step by step, and what it leaves in the database."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_str

from respondents.models import Case
from surveys.models import Response, Survey

REVIEW = "/form/review/"
RECEIPT = "/form/receipt/"


def page(number: int) -> str:
    return reverse("surveys:page", args=[number])


def case_of(survey: Survey, variant: str, place: str = "Testhausen") -> Case:
    return Case.objects.get(variant__survey=survey, variant__code=variant, office__municipality__name=place)


def opened(case: Case) -> Client:
    """A browser in which the personal link was followed and the form opened."""
    client = Client()
    client.post(f"/b/{case.token}/")
    return client


def answer_pages(client: Client, answers: Mapping[str, Any]) -> None:
    """Go through the form from the first page to the review, answering what each page asks."""
    address = page(1)
    while address != REVIEW:
        asked = [item.variable for item in client.get(address).context["page"].items]
        given = {name: answers[name] for name in asked if name in answers}
        reply = client.post(address, {**given, "go": "next"})
        assert reply.status_code == 302, reply.context["form"].errors
        address = reply["Location"]


def filled_in(case: Case, answers: Mapping[str, Any]) -> Client:
    """A browser in which the whole form was filled in and submitted."""
    client = opened(case)
    answer_pages(client, answers)
    assert client.post(REVIEW, {"go": "submit"})["Location"] == RECEIPT
    return client


def hidden(html: bytes | str) -> dict[str, str]:
    """What a browser sends back unseen with a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', force_str(html))
    return {name: unescape(value) for name, value in found}


def response_of(case: Case) -> Response:
    case.refresh_from_db()
    assert case.response
    return case.response


def stored(case: Case) -> dict[str, Any]:
    """The answers of a case as they stand in the database."""
    answers: dict[str, Any] = response_of(case).answers
    return answers


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()
    }
