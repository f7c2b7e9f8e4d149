"""The personal link: what it shows to whom, and that only an explicit click changes anything."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from respondents.models import Case
from surveys.models import Response, Survey
from tests import builders
from tests.respondents.rows import contents

OUTCOMES = {"unknown": 404, "withdrawn": 410, "expired": 410, "not_yet": 403}


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey).order_by("pk")[0]


def address(case: Case) -> str:
    return f"/b/{case.token}"


def let_it_be(survey: Survey, day: int) -> None:
    """Set the clock to a day of the field phase: 0 is its first, -1 the one after its last."""
    first = survey.field_start if day >= 0 else survey.field_end
    noon = datetime.combine(first, time(12, tzinfo=ZoneInfo(survey.time_zone)))
    survey.set_clock(noon + timedelta(days=abs(day)))


def has(page: Any, element: str) -> bool:
    return f'id="{element}"' in page.content.decode()


def brought_about(survey: Survey, case: Case, problem: str) -> str:
    """The address of a link with this problem."""
    if problem == "unknown":
        return f"/b/{'a' * 32}"
    if problem == "withdrawn":
        builders.withdrawn(case)
    if problem == "expired":
        let_it_be(survey, -1)
    if problem == "not_yet":
        survey.set_clock(datetime.combine(survey.field_start, time(), ZoneInfo("UTC")) - timedelta(days=2))
    return address(case)


# --- looking changes nothing ---


def test_looking_at_a_link_20_times_changes_no_row_and_sets_no_cookie(case: Case, client: Client) -> None:
    before = contents()
    for _ in range(20):
        for page in (client.get(address(case)), client.head(address(case))):
            assert page.status_code == 200
            assert not page.cookies
    assert not client.cookies
    assert contents() == before


@pytest.mark.parametrize("state", ["started", "submitted"])
def test_looking_changes_nothing_later_on_either(case: Case, client: Client, state: str) -> None:
    if state == "started":
        case.open_response()
    else:
        builders.answered(case)
    before = contents()
    assert client.get(address(case)).status_code == client.head(address(case)).status_code == 200
    assert not client.cookies
    assert contents() == before


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_link_leaks_neither_into_caches_nor_into_referrers(case: Case, client: Client, method: str) -> None:
    page = getattr(client, method)(address(case))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("problem", OUTCOMES)
def test_a_link_with_a_problem_does_not_leak_either(
    survey: Survey, case: Case, client: Client, problem: str
) -> None:
    page = client.get(brought_about(survey, case, problem))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_a_page_behind_a_link_loads_nothing_from_elsewhere(case: Case, client: Client) -> None:
    page = client.get(address(case))
    sources = re.findall(r'(?:src|href)="((?:https?:)?//[^"]*)"', page.content.decode())
    assert sources == []
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_page_says_which_form_it_opens_and_for_whom(case: Case, client: Client) -> None:
    text = client.get(address(case)).content.decode()
    assert case.variant.title in text
    assert case.office.municipality.name in text
    assert case.office.email not in text


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(case: Case, client: Client, method: str) -> None:
    assert getattr(client, method)(address(case)).status_code == 405


# --- the click ---


def test_the_click_opens_the_form_and_begins_one_response(case: Case, client: Client) -> None:
    opened = client.post(address(case))
    assert (opened.status_code, opened.headers["Location"]) == (302, "/form/1/")
    case.refresh_from_db()
    assert Response.objects.get() == case.response
    assert has(client.get("/form/1/"), "page-form")


def test_two_clicks_begin_one_response(case: Case, client: Client) -> None:
    for visitor in (client, client, Client()):
        visitor.post(address(case))
    assert Response.objects.count() == 1


def test_a_colleague_goes_on_where_the_first_one_stopped(case: Case, client: Client) -> None:
    client.post(address(case))
    item = next(iter(case.variant.survey.pages.all()[0].questions.all()[0].items.all()))
    client.post("/form/1/", {item.variable: "1", "go": "next"})
    colleague = Client()
    colleague.post(address(case))
    assert re.search(
        rf'name="{item.variable}" value="1"[^>]* checked', colleague.get("/form/1/").content.decode()
    )


def test_the_token_is_in_no_later_address_and_no_later_page(case: Case, client: Client) -> None:
    answer = client.post(address(case))
    seen = [answer]
    while location := answer.headers.get("Location"):
        seen.append(client.get(location))
        answer = client.post(location, {"go": "submit" if "review" in location else "next"})
        seen.append(answer)
        if "receipt" in answer.headers.get("Location", ""):
            seen.append(client.get(answer.headers["Location"]))
            break
    assert has(seen[1], "page-form")
    assert len(seen) > 6
    for page in seen:
        assert case.token not in page.content.decode()
        assert case.token not in str(page.headers)
    assert case.token not in str(client.cookies)


def test_each_click_gives_the_browser_a_fresh_session(case: Case, client: Client) -> None:
    client.post(address(case))
    first = client.cookies["sessionid"].value
    client.post(address(case))
    assert client.cookies["sessionid"].value != first


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(case: Case, client: Client) -> None:
    cookie = client.post(address(case)).cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_second_link_in_the_same_browser_opens_its_own_form(survey: Survey, client: Client) -> None:
    first, second = Case.objects.of(survey).order_by("pk")[:2]
    client.post(address(first))
    client.post(address(second))
    client.post("/form/review/", {"go": "submit"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.response is not None
    assert second.response is not None
    assert (first.response.submitted_at is None, second.response.submitted_at is None) == (True, False)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_click_that_comes_from_another_site_opens_nothing(case: Case, client: Client, site: str) -> None:
    before = contents()
    page = client.post(address(case), headers={"Sec-Fetch-Site": site})
    assert "Location" not in page.headers
    assert not client.cookies
    assert contents() == before
    assert has(page, "start-form")


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_click_on_our_own_page_opens_the_form(case: Case, client: Client, site: str) -> None:
    assert client.post(address(case), headers={"Sec-Fetch-Site": site}).status_code == 302


# --- links that open nothing ---


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("problem", OUTCOMES)
def test_a_link_that_opens_nothing_says_so_and_changes_nothing(
    survey: Survey, case: Case, client: Client, problem: str, method: str
) -> None:
    link = brought_about(survey, case, problem)
    before = contents()
    page = getattr(client, method)(link)
    assert page.status_code == OUTCOMES[problem]
    assert not has(page, "start-form")
    assert not client.cookies
    assert contents() == before


@pytest.mark.parametrize("problem", ["withdrawn", "expired", "not_yet"])
def test_a_link_that_opens_nothing_says_whom_to_ask(
    survey: Survey, case: Case, client: Client, problem: str
) -> None:
    text = client.get(brought_about(survey, case, problem)).content.decode()
    institute = survey.about["institute"]
    assert f"mailto:{institute['email']}" in text
    assert institute["phone"] in text


def test_an_unknown_link_says_what_to_do(db: None, client: Client) -> None:
    text = client.get(f"/b/{'a' * 32}").content.decode()
    assert "kopieren Sie ihn bis zum letzten Zeichen" in text
    assert "antworten Sie bitte auf die E-Mail" in text


@pytest.mark.parametrize("day", [0, -1])
def test_the_form_opens_on_the_first_day_and_not_after_the_last(
    survey: Survey, case: Case, client: Client, day: int
) -> None:
    let_it_be(survey, day)
    assert client.post(address(case)).status_code == (302 if day == 0 else 410)


def test_the_form_opens_until_midnight_of_the_last_day_where_the_survey_is(
    survey: Survey, case: Case, client: Client
) -> None:
    zone = ZoneInfo(survey.time_zone)
    survey.set_clock(datetime.combine(survey.field_end, time(23, 58), zone))
    assert client.get(address(case)).status_code == 200
    survey.set_clock(datetime.combine(survey.field_end + timedelta(days=1), time(0, 1), zone))
    assert client.get(address(case)).status_code == 410


# --- after the submission ---


@pytest.mark.parametrize("day", [1, -1])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_submitted_link_shows_a_copy_to_read_even_after_the_field_phase(
    survey: Survey, case: Case, client: Client, method: str, day: int
) -> None:
    response = builders.answered(case, {"remarks": "Nothing <b>else</b>."})
    let_it_be(survey, day)
    before = contents()
    page = getattr(client, method)(address(case))
    text = page.content.decode()
    assert page.status_code == 200
    assert response.receipt is not None
    assert response.receipt in text
    assert "Nothing &lt;b&gt;else&lt;/b&gt;." in text
    assert "<form" not in text
    more = client.get(address(case) + "?more=1").content.decode()
    assert 'id="copy-form"' in more
    assert ('id="reopen-form"' in more) is survey.takes_answers
    assert not client.cookies
    assert contents() == before


def test_the_copy_of_a_withdrawn_case_is_not_shown(survey: Survey, case: Case, client: Client) -> None:
    builders.answered(case, {"remarks": "Private"})
    page = client.get(brought_about(survey, case, "withdrawn"))
    assert page.status_code == 410
    assert "Private" not in page.content.decode()
