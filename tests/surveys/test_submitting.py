"""The end of a form: reviewed, submitted once, closed after the field phase; and reading changes nothing."""

from datetime import timedelta

import pytest
from django.test import Client

from respondents.models import Case
from surveys.models import Response, Survey
from tests.surveys.steps import (
    RECEIPT,
    REVIEW,
    all_rows,
    answer_pages,
    case_of,
    filled_in,
    hidden,
    opened,
    page,
    response_of,
    stored,
)


@pytest.fixture
def case(survey: Survey) -> Case:
    return case_of(survey, "museum")


@pytest.fixture
def browser(case: Case) -> Client:
    return opened(case)


def end_field_phase(survey: Survey) -> None:
    survey.set_clock(survey.now() + timedelta(days=90))


# --- review and receipt ---


def test_what_was_not_seen_is_shown_before_it_is_submitted(case: Case, browser: Client) -> None:
    """A colleague has answered while the answers were looked through."""
    browser.post(page(1), {"a_known": "5", "go": "next"})
    asked = hidden(browser.get(REVIEW).content) | {"go": "submit"}
    opened(case).post(page(1), {"a_known": "5", "i_access": "9", "go": "next"})
    reply = browser.post(REVIEW, asked)
    assert (reply.status_code, response_of(case).submitted_at) == (409, None)
    assert 'id="problem"' in reply.content.decode()
    assert browser.post(REVIEW, hidden(reply.content) | {"go": "submit"})["Location"] == RECEIPT
    assert stored(case) == {"a_known": 5, "i_access": 9}


def test_who_submits_after_a_colleague_has_submitted_sees_the_receipt(case: Case, browser: Client) -> None:
    asked = hidden(browser.get(REVIEW).content) | {"go": "submit"}
    colleague = opened(case)
    colleague.post(page(1), {"a_known": "5", "go": "next"})
    colleague.post(REVIEW, {"go": "submit"})
    assert browser.post(REVIEW, asked)["Location"] == RECEIPT


def shown_answers(browser: Client) -> dict[str, str]:
    """What the review shows, by variable."""
    chapters = browser.get(REVIEW).context["chapters"]
    return {
        row.item.variable: row.answer
        for chapter in chapters
        for _, rows in chapter.questions
        for row in rows
        if row.asked
    }


def test_the_review_shows_every_answer_in_words(browser: Client) -> None:
    given = {"i_access": "10", "digital": "1", "channels": ["1", "3"], "portal_since": "2015-06-01"}
    answer_pages(browser, given)
    shown = shown_answers(browser)
    assert {name: shown[name] for name in given} == {
        "i_access": "10 (0 = not at all important, 10 = extremely important)",
        "digital": "yes",
        "channels": "a portal, a newsletter",
        "portal_since": "1 June 2015",
    }


def test_the_review_leaves_out_what_the_filters_hide(browser: Client) -> None:
    answer_pages(browser, {"digital": "1", "online_share": "12.5"})
    browser.post(page(1), {"digital": "0"})
    assert "online_share" not in shown_answers(browser)


def test_the_review_counts_the_open_questions(browser: Client) -> None:
    assert browser.get(REVIEW).context["open_count"] == 10
    answer_pages(browser, {"a_known": "5", "digital": "0", "remarks": "Thank you"})
    assert browser.get(REVIEW).context["open_count"] == 7
    browser.post(page(1), {"a_known": "5", "digital": "1"})
    assert browser.get(REVIEW).context["open_count"] == 9


def test_the_review_leads_to_every_page(browser: Client) -> None:
    html = browser.get(REVIEW).content.decode()
    assert all(f'href="{page(number)}?from=review"' in html for number in (1, 3, 4))


def test_a_correction_leads_back_to_the_review(browser: Client, case: Case) -> None:
    reply = browser.post(f"{page(1)}?from=review", {"a_known": "2", "go": "next"})
    assert reply["Location"] == REVIEW
    assert stored(case)["a_known"] == 2


def test_looking_at_the_review_submits_nothing(browser: Client, case: Case) -> None:
    browser.get(REVIEW)
    browser.post(REVIEW)
    assert response_of(case).submitted_at is None


def test_submitting_gives_a_receipt_with_number_and_time(survey: Survey, case: Case) -> None:
    browser = filled_in(case, {"a_known": "5"})
    response = response_of(case)
    assert response.receipt
    assert response.receipt in browser.get(RECEIPT).content.decode()
    assert response.submitted_at
    assert abs(response.submitted_at - survey.now()) < timedelta(minutes=1)


def test_there_is_no_receipt_before_the_form_is_submitted(browser: Client) -> None:
    assert browser.get(RECEIPT)["Location"] == REVIEW


def test_submitting_again_changes_nothing_and_shows_the_same_receipt(case: Case) -> None:
    browser = filled_in(case, {"a_known": "5"})
    before = all_rows()
    assert browser.post(REVIEW, {"go": "submit"})["Location"] == RECEIPT
    assert all_rows() == before


@pytest.mark.parametrize("address", [page(1), page(4), REVIEW])
def test_after_submitting_every_page_leads_to_the_receipt(case: Case, address: str) -> None:
    browser = filled_in(case, {"a_known": "5"})
    assert browser.get(address)["Location"] == RECEIPT


@pytest.mark.parametrize("go", ["next", "back", "submit"])
def test_after_submitting_nothing_can_be_stored(case: Case, go: str) -> None:
    browser = filled_in(case, {"a_known": "5"})
    before = all_rows()
    assert browser.post(page(1), {"a_known": "1", "go": go}).status_code == 409
    assert all_rows() == before


def test_a_colleague_with_the_form_still_open_cannot_change_what_was_submitted(case: Case) -> None:
    colleague = opened(case)
    filled_in(case, {"a_known": "5"})
    reply = colleague.post(page(1), {"a_known": "1", "go": "next"})
    assert stored(case) == {"a_known": 5}
    assert reply.context["problem"].code == "submitted"
    assert reply.context["form"]["a_known"].value() == "1"


def test_after_submitting_the_personal_link_shows_a_copy(case: Case) -> None:
    filled_in(case, {"remarks": "Thank <you>"})
    html = Client().get(f"/b/{case.token}/").content.decode()
    assert "Thank &lt;you&gt;" in html
    assert str(response_of(case).receipt) in html


# --- when nothing can be filled in ---


@pytest.mark.parametrize(
    ("address", "data"), [(page(1), {"a_known": "5", "go": "next"}), (REVIEW, {"go": "submit"})]
)
def test_after_the_field_phase_nothing_is_stored(
    survey: Survey, case: Case, address: str, data: dict[str, str]
) -> None:
    browser = opened(case)
    browser.post(page(4), {"remarks": "Thank you"})
    end_field_phase(survey)
    before = all_rows()
    reply = browser.post(address, data)
    assert reply.status_code == 403
    assert "surveys/closed.html" in [template.name for template in reply.templates]
    assert all_rows() == before


@pytest.mark.parametrize("address", [page(1), REVIEW])
def test_after_the_field_phase_no_form_is_shown_that_could_not_be_sent(
    survey: Survey, case: Case, address: str
) -> None:
    browser = opened(case)
    end_field_phase(survey)
    assert b'id="page-form"' not in browser.get(address).content


def test_after_the_field_phase_the_receipt_can_still_be_read(survey: Survey, case: Case) -> None:
    browser = filled_in(case, {"a_known": "5"})
    end_field_phase(survey)
    assert browser.post(REVIEW, {"go": "submit"})["Location"] == RECEIPT
    assert browser.get(RECEIPT).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", [page(1), REVIEW])
def test_without_a_session_a_page_asks_to_open_the_link_again(
    survey: Survey, address: str, method: str
) -> None:
    before = all_rows()
    reply = getattr(Client(), method)(address, {"a_known": "5", "go": "submit"})
    assert reply.status_code == 403
    assert "surveys/session_lost.html" in [template.name for template in reply.templates]
    assert all_rows() == before


def test_a_response_that_was_deleted_is_a_lost_session(browser: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(response=None)
    Response.objects.all().delete()
    assert browser.get(page(1)).status_code == 403


# --- what reading does not do ---


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("address", [page(1), page(2), page(3), page(4), REVIEW, RECEIPT])
def test_reading_changes_no_row(browser: Client, method: str, address: str) -> None:
    browser.post(page(1), {"digital": "1"})
    before = all_rows()
    getattr(browser, method)(address)
    assert all_rows() == before


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_the_personal_link_changes_no_row(case: Case, method: str) -> None:
    before = all_rows()
    getattr(Client(), method)(f"/b/{case.token}/")
    assert all_rows() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("address", [page(1), REVIEW, RECEIPT])
def test_other_methods_are_refused(browser: Client, method: str, address: str) -> None:
    before = all_rows()
    assert getattr(browser, method)(address).status_code == 405
    assert all_rows() == before


@pytest.mark.parametrize("address", [page(1), REVIEW, RECEIPT])
def test_no_page_of_the_form_is_kept_by_browser_or_proxy(browser: Client, address: str) -> None:
    assert "no-store" in browser.get(address)["Cache-Control"]


def test_no_page_is_kept_that_refuses_or_redirects(browser: Client) -> None:
    replies = [browser.post(page(4), {"volunteers": "many"}), browser.post(page(1)), Client().get(page(1))]
    assert all("no-store" in reply["Cache-Control"] for reply in replies)


def test_a_page_sent_from_another_site_is_refused(case: Case) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.post(f"/b/{case.token}/")
    assert browser.post(page(1), {"a_known": "5"}).status_code == 403
    assert stored(case) == {}
