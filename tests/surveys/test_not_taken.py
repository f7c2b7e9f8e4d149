"""Whose session, token or form is gone finds again what was typed and can send it; others find nothing."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from respondents.models import Case
from surveys.models import Survey
from tests.surveys.steps import REVIEW, all_rows, case_of, hidden, opened, page, stored

SITE = "http://testserver"
OURS = {"Origin": SITE, "Sec-Fetch-Site": "same-origin"}
TYPED = {"a_known": "5", "digital": "1", "go": "next"}
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def case(survey: Survey) -> Case:
    return case_of(survey, "museum")


@pytest.fixture
def browser(case: Case) -> Client:
    """A browser whose tokens are checked, with the first page open."""
    client = Client(enforce_csrf_checks=True, headers=OURS)
    client.post(f"/b/{case.token}/")
    return client


def look(client: Client, number: int = 1) -> dict[str, str]:
    return hidden(client.get(page(number)).content)


def test_after_the_session_has_ended_the_page_comes_back_and_is_stored_once_the_link_is_opened(
    browser: Client, case: Case
) -> None:
    sent = look(browser) | TYPED
    Session.objects.all().delete()
    reply = browser.post(page(1), sent)
    assert (reply.status_code, reply.context["problem"].code, stored(case)) == (403, "session", {})
    assert reply.context["form"]["a_known"].value() == "5"
    browser.post(f"/b/{case.token}/")
    assert browser.post(page(1), hidden(reply.content) | TYPED).status_code == 302
    assert stored(case) == {"a_known": 5, "digital": 1}


@pytest.mark.parametrize("token", ["", "x" * 64])
def test_a_page_with_a_bad_token_comes_back_with_a_good_one(browser: Client, case: Case, token: str) -> None:
    reply = browser.post(page(1), look(browser) | TYPED | {"csrfmiddlewaretoken": token})
    assert (reply.status_code, reply.context["problem"].code, stored(case)) == (403, "token", {})
    assert browser.post(page(1), hidden(reply.content) | TYPED).status_code == 302
    assert stored(case) == {"a_known": 5, "digital": 1}


def test_when_all_cookies_are_gone_the_page_comes_back_and_is_stored_once_the_link_is_opened(
    browser: Client, case: Case
) -> None:
    sent = look(browser) | TYPED
    browser.cookies.clear()
    reply = browser.post(page(1), sent)
    assert (reply.context["problem"].code, stored(case)) == ("session", {})
    browser.post(f"/b/{case.token}/")
    assert browser.post(page(1), hidden(reply.content) | TYPED).status_code == 302
    assert stored(case) == {"a_known": 5, "digital": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": SITE, "Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {},
    ],
)
def test_what_another_site_sends_neither_comes_back_nor_is_stored(
    browser: Client, case: Case, headers: dict[str, str]
) -> None:
    sent = look(browser) | TYPED | {"remarks": "Smuggled"}
    del sent["csrfmiddlewaretoken"]
    stranger = Client(enforce_csrf_checks=True, headers=headers)
    stranger.cookies = browser.cookies
    before = all_rows()
    reply = stranger.post(page(4), sent)
    assert reply.status_code == 403
    assert "Smuggled" not in reply.content.decode()
    assert "page-form" not in reply.content.decode()
    assert all_rows() == before


def test_a_note_that_we_did_not_make_shows_no_form(case: Case, survey: Survey) -> None:
    number = case.open_response().pk
    for note in (str(number), f"{number}:forged"):
        reply = Client().post(page(1), {"response": note, **TYPED})
        assert (reply.status_code, b"page-form" in reply.content) == (403, False)


def test_the_page_that_comes_back_shows_no_stored_answer(browser: Client, case: Case) -> None:
    sent = look(browser, 4)
    browser.post(page(4), sent | {"remarks": "A secret", "go": "next"})
    reply = Client().post(page(4), sent | {"volunteers": "3", "go": "next"})
    assert reply.context["form"]["volunteers"].value() == "3"
    assert "A secret" not in reply.content.decode()


def test_the_page_of_another_form_comes_back_and_lands_in_its_own(survey: Survey, case: Case) -> None:
    client = opened(case)
    sent = look(client) | TYPED
    library = case_of(survey, "library")
    client.post(f"/b/{library.token}/")
    reply = client.post(page(1), sent)
    assert (reply.context["problem"].code, stored(case), stored(library)) == ("another", {}, {})
    client.post(f"/b/{case.token}/")
    client.post(page(1), hidden(reply.content) | TYPED)
    assert (stored(case), stored(library)) == ({"a_known": 5, "digital": 1}, {})


def test_what_was_sent_after_a_colleague_had_submitted_is_stored_once_the_form_is_opened_again(
    case: Case,
) -> None:
    client, colleague = opened(case), opened(case)
    sent = look(client) | TYPED
    colleague.post(REVIEW, {"go": "submit"})
    reply = client.post(page(1), sent)
    assert (reply.status_code, reply.context["problem"].code, stored(case)) == (409, "submitted", {})
    colleague.post("/form/reopen/")
    client.post(page(1), hidden(reply.content) | TYPED)
    colleague.post(REVIEW, {"go": "submit"})
    assert stored(case) == {"a_known": 5, "digital": 1}


def test_the_script_gets_a_new_token_and_saves(browser: Client, case: Case) -> None:
    sent = look(browser) | TYPED | {"csrfmiddlewaretoken": ""}
    refused = browser.post(page(1), sent, headers=SCRIPT)
    assert (refused.status_code, refused.json()["problem"]) == (403, "token")
    sent["csrfmiddlewaretoken"] = refused.json()["token"]
    assert browser.post(page(1), sent, headers=SCRIPT).json() == {"next": page(2)}
    assert stored(case) == {"a_known": 5, "digital": 1}


def test_the_script_of_another_site_gets_no_token(browser: Client) -> None:
    stranger = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"} | SCRIPT)
    stranger.cookies = browser.cookies
    assert b"token" not in stranger.post(page(1), TYPED).content


@pytest.mark.parametrize("loses", ["session", "submitted", "over"])
def test_the_script_is_told_in_words_why_nothing_is_saved(survey: Survey, case: Case, loses: str) -> None:
    client = opened(case)
    sent = look(client) | {"a_known": "5"}
    if loses == "session":
        Session.objects.all().delete()
    elif loses == "submitted":
        client.post(REVIEW, {"go": "submit"})
    else:
        survey.set_clock(None)
    told = client.post(page(1), sent, headers=SCRIPT).json()
    assert told["problem"] == loses
    assert len(told["say"]) > 30
    assert stored(case) == {}
