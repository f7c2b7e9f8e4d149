"""A page of the form asks the database for little, and always for the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys.models import Survey
from tests.surveys.steps import case_of, opened, page

SESSION, RESPONSE, UPDATE = 1, 1, 1


@pytest.fixture
def browser(survey: Survey) -> Client:
    """A browser with an open form whose pages have been laid out before."""
    browser = opened(case_of(survey, "museum"))
    browser.post(page(1), {"digital": "1"})
    for number in (1, 2, 3, 4):
        browser.get(page(number))
    return browser


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_page_is_shown_from_the_session_and_the_response(
    browser: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(SESSION + RESPONSE):
        assert browser.get(page(number)).status_code == 200


def leave(browser: Client, answers: dict[str, Any]) -> Any:
    return browser.post(page(1), {**answers, "go": "next"})


def save(browser: Client, answers: dict[str, Any]) -> Any:
    return browser.post(page(1), answers, headers={"Accept": "application/json"})


@pytest.mark.parametrize("send", [leave, save])
@pytest.mark.parametrize(
    "answers", [{}, {"a_known": "1"}, {"a_known": "1", "digital": "0", "i_access": "10"}]
)
def test_a_page_is_stored_by_one_update(
    browser: Client,
    send: Callable[[Client, dict[str, Any]], Any],
    answers: dict[str, Any],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(SESSION + RESPONSE + UPDATE):
        assert send(browser, answers).status_code in (200, 302)
