"""Submitted answers can be opened again; what was submitted counts until it is submitted anew."""

from datetime import timedelta

import pytest
from django.test import Client

from analysis.frame import read
from respondents.models import Case
from surveys.models import AlreadySubmitted, Response, Survey
from tests.surveys.steps import RECEIPT, REVIEW, all_rows, case_of, filled_in, hidden, page, response_of

REOPEN, DISCARD = "/form/reopen/", "/form/discard/"


@pytest.fixture
def case(survey: Survey) -> Case:
    return case_of(survey, "museum")


@pytest.fixture
def browser(case: Case) -> Client:
    """A browser in which the form was submitted and opened again."""
    client = filled_in(case, {"a_known": "5", "remarks": "As submitted"})
    assert client.post(REOPEN)["Location"] == REVIEW
    return client


def counted(survey: Survey) -> list[tuple[int, str]]:
    """What the analysis reads."""
    frame = read(survey).frame
    return list(zip(frame["a_known"].to_list(), frame["remarks"].to_list(), strict=True))


def test_opening_asks_first(case: Case) -> None:
    client = filled_in(case, {"a_known": "5"})
    before = all_rows()
    assert "surveys/reopen.html" in [template.name for template in client.get(REOPEN).templates]
    assert all_rows() == before
    client.post(REOPEN)
    assert response_of(case).draft == {"a_known": 5}


def test_a_draft_does_not_change_what_counts(browser: Client, survey: Survey, case: Case) -> None:
    receipt = response_of(case).receipt
    browser.post(page(1), {"a_known": "1", "go": "next"})
    assert response_of(case).draft == {"a_known": 1, "remarks": "As submitted"}
    assert counted(survey) == [(5, "As submitted")]
    assert receipt
    assert receipt in browser.get(RECEIPT).content.decode()


def test_submitting_again_replaces_what_counts_and_keeps_the_version_before(
    browser: Client, survey: Survey, case: Case
) -> None:
    first = response_of(case)
    browser.post(page(1), {"a_known": "1", "go": "next"})
    assert browser.post(REVIEW, {"go": "submit"})["Location"] == RECEIPT
    again = response_of(case)
    assert counted(survey) == [(1, "As submitted")]
    assert (again.draft, again.is_final) == (None, True)
    (earlier,) = again.earlier_submissions.all()
    assert (earlier.answers, earlier.receipt) == ({"a_known": 5, "remarks": "As submitted"}, first.receipt)
    assert earlier.submitted_at == first.submitted_at
    assert again.receipt != first.receipt
    said = browser.get(RECEIPT).content.decode()
    assert str(again.receipt) in said
    assert str(first.receipt) in said


def test_discarding_asks_first_and_leaves_what_was_submitted(browser: Client, case: Case) -> None:
    browser.post(page(1), {"a_known": "1", "go": "next"})
    assert "surveys/discard.html" in [template.name for template in browser.get(DISCARD).templates]
    assert response_of(case).draft is not None
    assert browser.post(DISCARD)["Location"] == RECEIPT
    response = response_of(case)
    assert (response.draft, response.answers["a_known"]) == (None, 5)
    assert response.earlier_submissions.count() == 0


def test_a_draft_that_was_left_lying_counts_for_nothing_after_the_field_phase(
    browser: Client, survey: Survey, case: Case
) -> None:
    browser.post(page(1), {"a_known": "1", "go": "next"})
    survey.set_clock(survey.now() + timedelta(days=90))
    assert browser.post(REVIEW, {"go": "submit"}).status_code == 403
    assert counted(survey) == [(5, "As submitted")]


def test_after_the_field_phase_nothing_is_opened_again(survey: Survey, case: Case) -> None:
    client = filled_in(case, {"a_known": "5"})
    survey.set_clock(survey.now() + timedelta(days=90))
    before = all_rows()
    assert client.get(REOPEN)["Location"] == RECEIPT
    assert client.post(REOPEN).status_code == 403
    assert REOPEN not in client.get(RECEIPT).content.decode()
    assert all_rows() == before


def test_opening_twice_keeps_what_was_changed_in_between(browser: Client, case: Case) -> None:
    browser.post(page(1), {"a_known": "1", "go": "next"})
    browser.post(REOPEN)
    draft = response_of(case).draft
    assert draft
    assert draft["a_known"] == 1


def test_the_personal_link_leads_to_opening_and_later_back_into_the_draft(case: Case) -> None:
    filled_in(case, {"a_known": "5"})
    elsewhere = Client()
    assert elsewhere.post(f"/b/{case.token}/", {"go": "reopen"})["Location"] == REOPEN
    assert response_of(case).draft is None
    elsewhere.post(REOPEN)
    elsewhere.post(page(1), {"a_known": "1", "go": "next"})
    device = Client()
    assert device.post(f"/b/{case.token}/", {"go": "reopen"}, follow=True).redirect_chain[-1][0] == REVIEW
    assert device.get(page(1)).context["form"]["a_known"].value() == 1


@pytest.mark.parametrize("address", [REOPEN, DISCARD, RECEIPT])
def test_a_deed_of_a_form_opened_earlier_is_not_done_to_another(survey: Survey, address: str) -> None:
    """Somebody who answers for two offices has both in one browser, and the later one counts there."""
    browser = filled_in(case_of(survey, "museum"), {"a_known": "5"})
    if address == DISCARD:
        browser.post(REOPEN)
    asked = hidden(browser.get(address).content)
    browser = followed(browser, filled_in(case_of(survey, "library"), {"a_known": "1"}), address)
    before = all_rows()
    reply = browser.post("/form/copy/" if address == RECEIPT else address, asked)
    assert (reply.status_code, reply.headers["Content-Type"].partition(";")[0]) == (403, "text/html")
    assert all_rows() == before


def followed(browser: Client, other: Client, address: str) -> Client:
    """The browser once the other's form was opened in it as well."""
    if address == DISCARD:
        other.post(REOPEN)
    browser.cookies = other.cookies
    return browser


def test_the_link_of_another_site_does_not_lead_to_opening(case: Case) -> None:
    filled_in(case, {"a_known": "5"})
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    assert client.post(f"/b/{case.token}/", {"go": "reopen"}).status_code == 200
    assert not client.cookies


def test_a_draft_is_submitted_once(browser: Client, case: Case) -> None:
    response = Response.objects.get(pk=response_of(case).pk)
    stale = Response.objects.get(pk=response.pk)
    response.submit()
    with pytest.raises(AlreadySubmitted):
        stale.submit()
    assert response.earlier_submissions.count() == 1
