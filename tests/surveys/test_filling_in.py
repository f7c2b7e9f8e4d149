"""Filling in through the browser: every page is stored, filters lead the way, nothing is lost."""

from typing import Any

import pytest
from django.test import Client

from analysis.frame import read
from respondents.models import Case
from surveys.models import Response, Survey
from tests.surveys.steps import (
    REVIEW,
    answer_pages,
    case_of,
    opened,
    page,
    stored,
)


@pytest.fixture
def case(survey: Survey) -> Case:
    return case_of(survey, "museum")


@pytest.fixture
def browser(case: Case) -> Client:
    return opened(case)


# --- pages ---


def test_the_personal_link_leads_to_the_first_page_without_the_link(case: Case) -> None:
    reply = Client().post(f"/b/{case.token}/")
    assert reply["Location"] == page(1)
    assert case.token not in reply["Location"]


def test_each_page_is_stored_when_it_is_left(browser: Client, case: Case) -> None:
    browser.post(page(1), {"a_known": "5", "go": "next"})
    assert stored(case) == {"a_known": 5}
    browser.post(page(4), {"remarks": "Thank you", "go": "next"})
    assert stored(case) == {"a_known": 5, "remarks": "Thank you"}


def test_a_page_is_stored_on_the_way_back_too(browser: Client, case: Case) -> None:
    reply = browser.post(page(3), {"exhibitions": "3", "go": "back"})
    assert (stored(case), reply["Location"]) == ({"exhibitions": 3}, page(1))


def test_a_page_sent_without_a_button_is_stored(browser: Client, case: Case) -> None:
    browser.post(page(1), {"a_known": "5"})
    assert stored(case) == {"a_known": 5}


def test_legal_answers_are_stored_beside_an_illegal_one(browser: Client, case: Case) -> None:
    reply = browser.post(page(4), {"volunteers": "many", "remarks": "Thank you", "go": "next"})
    assert stored(case) == {"remarks": "Thank you"}
    assert list(reply.context["form"].errors) == ["volunteers"]


def test_an_illegal_answer_keeps_the_earlier_one_and_the_page(browser: Client, case: Case) -> None:
    browser.post(page(4), {"volunteers": "12", "go": "next"})
    reply = browser.post(page(4), {"volunteers": "many", "go": "next"})
    assert (stored(case), reply.status_code) == ({"volunteers": 12}, 200)


def test_an_illegal_answer_is_shown_again_as_it_was_typed(browser: Client) -> None:
    reply = browser.post(page(4), {"remarks": "x" * 4001, "go": "next"})
    assert "x" * 4001 in reply.content.decode()


def test_an_answer_is_taken_back_by_leaving_it_out(browser: Client, case: Case) -> None:
    browser.post(page(1), {"a_known": "5", "a_shared": "4", "go": "next"})
    browser.post(page(1), {"a_shared": "4", "go": "next"})
    assert stored(case) == {"a_shared": 4}


@pytest.mark.parametrize(
    ("variable", "first", "number"),
    [
        ("remarks", "Thank you", 4),
        ("volunteers", "0", 4),
        ("founded_on", "1898-05-14", 4),
        ("channels", ["1"], 2),
    ],
)
def test_every_kind_of_answer_can_be_taken_back(
    browser: Client, case: Case, variable: str, first: Any, number: int
) -> None:
    browser.post(page(1), {"digital": "1"})
    browser.post(page(number), {variable: first})
    assert variable in stored(case)
    browser.post(page(number), {variable: [] if isinstance(first, list) else ""})
    assert stored(case) == {"digital": 1}


def test_a_page_shows_the_answers_given_before(browser: Client) -> None:
    browser.post(page(4), {"remarks": "Thank <you>", "go": "next"})
    assert "Thank &lt;you&gt;</textarea>" in browser.get(page(4)).content.decode()


def test_answers_to_questions_of_other_kinds_are_not_stored(survey: Survey) -> None:
    library = case_of(survey, "library")
    opened(library).post(page(1), {"a_loans": "1", "a_known": "2", "stranger": "1"})
    assert stored(library) == {"a_known": 2}


def test_a_page_left_out_by_the_filters_is_passed_over(browser: Client) -> None:
    assert browser.post(page(1), {"digital": "0", "go": "next"})["Location"] == page(3)
    assert browser.post(page(3), {"go": "back"})["Location"] == page(1)


def test_a_page_that_the_filters_open_comes_next(browser: Client) -> None:
    assert browser.post(page(1), {"digital": "1", "go": "next"})["Location"] == page(2)
    assert browser.post(page(3), {"go": "back"})["Location"] == page(2)


def test_the_last_page_leads_to_the_review_and_the_review_back(browser: Client) -> None:
    assert browser.post(page(4), {"go": "next"})["Location"] == REVIEW
    assert browser.post(REVIEW, {"go": "back"})["Location"] == page(4)


def test_the_first_page_has_no_way_back(browser: Client) -> None:
    assert browser.get(page(1)).context["back"] is None
    assert b'value="back"' not in browser.get(page(1)).content


def test_a_page_says_which_one_it_is(browser: Client) -> None:
    assert "Page 2 of 4" in browser.get(page(2)).content.decode()


@pytest.mark.parametrize("number", [0, 5, 999])
def test_there_is_no_page_beyond_the_form(browser: Client, number: int) -> None:
    assert browser.get(page(number)).status_code == 404


def test_opening_the_link_again_continues_the_same_form(browser: Client, case: Case) -> None:
    browser.post(page(1), {"a_known": "5"})
    elsewhere = opened(case)
    elsewhere.post(page(4), {"remarks": "Thank you"})
    assert stored(case) == {"a_known": 5, "remarks": "Thank you"}
    assert Response.objects.count() == 1


def test_an_answer_that_a_filter_hides_is_kept_but_not_exported(survey: Survey, case: Case) -> None:
    browser = opened(case)
    answer_pages(browser, {"digital": "1", "online_share": "12.5", "channels": ["1"], "portal_plans": "Maps"})
    browser.post(page(1), {"digital": "0", "go": "next"})
    browser.post(REVIEW, {"go": "submit"})
    assert stored(case) == {"digital": 0, "online_share": 12.5, "channels": [1], "portal_plans": "Maps"}
    row = read(survey).frame.row(0, named=True)
    cells = [row[name] for name in ("online_share", "channels__1", "portal_plans", "portal_plans__status")]
    assert cells == [-10, -10, None, -10]


def test_an_answer_that_a_filter_hid_is_back_when_the_filter_opens_again(browser: Client, case: Case) -> None:
    answer_pages(browser, {"digital": "1", "online_share": "12.5"})
    for answer in ("0", "1"):
        browser.post(page(1), {"digital": answer, "go": "next"})
    assert b'value="12.5"' in browser.get(page(2)).content
