"""Two tabs, two colleagues, two links in one browser: nothing lands in the wrong place."""

import re

import pytest
from django.test import Client

from respondents.models import Case
from surveys.models import Survey
from tests.surveys.steps import REVIEW, case_of, opened, page, response_of, stored


def hidden(client: Client, number: int) -> dict[str, str]:
    """What a browser sends back unseen with a page."""
    html = client.get(page(number)).content.decode()
    found = re.findall(r'<input type="hidden" name="(response|shown|hand|turn)" value="([^"]*)"', html)
    return {name: value.replace("&quot;", '"') for name, value in found}


def case(survey: Survey) -> Case:
    return case_of(survey, "museum")


def test_colleagues_who_opened_the_same_page_keep_each_others_answers(survey: Survey) -> None:
    one, other = opened(case(survey)), opened(case(survey))
    seen_by_one, seen_by_other = hidden(one, 1), hidden(other, 1)
    one.post(page(1), {**seen_by_one, "i_access": "9", "a_known": "4", "go": "next"})
    other.post(page(1), {**seen_by_other, "i_research": "5", "go": "next"})
    assert stored(case(survey)) == {"i_access": 9, "a_known": 4, "i_research": 5}


def test_an_answer_that_was_shown_can_be_taken_back(survey: Survey) -> None:
    browser = opened(case(survey))
    browser.post(page(1), {"i_access": "9", "a_known": "4", "go": "next"})
    browser.post(page(1), {**hidden(browser, 1), "a_known": "4", "go": "next"})
    assert stored(case(survey)) == {"a_known": 4}


def test_a_page_of_a_form_opened_earlier_is_not_stored_in_another(survey: Survey) -> None:
    browser = opened(case(survey))
    first = hidden(browser, 1)
    library = case_of(survey, "library")
    browser.post(f"/b/{library.token}/")
    reply = browser.post(page(1), {**first, "i_access": "9", "go": "next"})
    assert reply.status_code == 403
    assert (stored(case(survey)), stored(library)) == ({}, {})


@pytest.mark.parametrize(
    ("number", "go", "place"), [(3, "next", page(4)), (4, "back", page(3)), (4, "next", REVIEW)]
)
def test_the_link_leads_back_to_where_one_was(survey: Survey, number: int, go: str, place: str) -> None:
    browser = opened(case(survey))
    browser.post(page(number), {"go": go})
    assert Client().post(f"/b/{case(survey).token}/")["Location"] == place


def test_the_first_answer_freezes_the_questionnaire(survey: Survey) -> None:
    Survey.objects.update(fielded_at=None)
    opened(case(survey))
    survey.refresh_from_db()
    assert survey.fielded_at is not None
    assert response_of(case(survey)).answers == {}
