"""Two tabs, two colleagues, two links in one browser: nothing lands in the wrong place."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from respondents.models import Case
from surveys.models import Survey
from tests.surveys.steps import REVIEW, case_of, hidden, opened, page, response_of, stored


def seen(client: Client, number: int) -> dict[str, str]:
    """What a browser sends back unseen with a page that it opens."""
    return hidden(client.get(page(number)).content)


def case(survey: Survey) -> Case:
    return case_of(survey, "museum")


def test_colleagues_who_opened_the_same_page_keep_each_others_answers(survey: Survey) -> None:
    one, other = opened(case(survey)), opened(case(survey))
    seen_by_one, seen_by_other = seen(one, 1), seen(other, 1)
    one.post(page(1), {**seen_by_one, "i_access": "9", "a_known": "4", "go": "next"})
    other.post(page(1), {**seen_by_other, "i_research": "5", "go": "next"})
    assert stored(case(survey)) == {"i_access": 9, "a_known": 4, "i_research": 5}


def test_an_answer_that_was_shown_can_be_taken_back(survey: Survey) -> None:
    browser = opened(case(survey))
    browser.post(page(1), {"i_access": "9", "a_known": "4", "go": "next"})
    browser.post(page(1), {**seen(browser, 1), "a_known": "4", "go": "next"})
    assert stored(case(survey)) == {"a_known": 4}


def test_a_page_of_a_form_opened_earlier_is_not_stored_in_another(survey: Survey) -> None:
    browser = opened(case(survey))
    first = seen(browser, 1)
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


# --- when both change one answer ---


def in_conflict(survey: Survey, mine: str = "5", theirs: str = "2") -> tuple[Client, dict[str, str], str]:
    """A browser that sends an answer which a colleague changed meanwhile, what it sent, and what it got."""
    client, colleague = opened(case(survey)), opened(case(survey))
    sent = seen(client, 1) | {"a_known": mine, "i_access": "9", "go": "next"}
    colleague.post(page(1), {**seen(colleague, 1), "a_known": theirs, "go": "next"})
    return client, sent, client.post(page(1), sent).content.decode()


def test_both_answers_are_shown_in_words_and_nothing_is_preselected(survey: Survey) -> None:
    _, _, html = in_conflict(survey)
    block = html.partition('<div id="conflicts">')[2].partition("</fieldset>")[0]
    assert "We know whom to call there." in block
    assert "agree strongly" in block
    assert "disagree" in block
    assert "checked" not in block
    assert "<title>Error: " in html


def test_the_question_says_its_language_on_the_page_and_to_the_script(survey: Survey) -> None:
    client, sent, html = in_conflict(survey)
    said = client.post(page(1), sent, headers={"accept": "application/json"}).json()["conflicts"]
    for block in (html.partition('<div id="conflicts">')[2], said):
        assert '<legend class="kern-label" lang="en">We know whom to call there.' in block


def test_until_somebody_chooses_the_stored_answer_stays_and_the_others_are_stored(survey: Survey) -> None:
    client, _, html = in_conflict(survey)
    assert stored(case(survey)) == {"a_known": 2, "i_access": 9}
    again = client.post(page(1), {**hidden(html), "a_known": "5", "i_access": "9", "go": "next"})
    assert (again.status_code, stored(case(survey))["a_known"]) == (200, 2)


@pytest.mark.parametrize(("side", "kept"), [("mine", 5), ("theirs", 2)])
def test_the_chosen_answer_is_stored_and_the_form_goes_on(survey: Survey, side: str, kept: int) -> None:
    client, _, html = in_conflict(survey)
    sent = {**hidden(html), "a_known": "5", "i_access": "9", "keep.a_known": side, "go": "next"}
    assert client.post(page(1), sent).status_code == 302
    assert stored(case(survey)) == {"a_known": kept, "i_access": 9}


def test_a_choice_against_an_answer_that_changed_once_more_is_asked_again(survey: Survey) -> None:
    client, _, html = in_conflict(survey)
    colleague = opened(case(survey))
    colleague.post(page(1), {**seen(colleague, 1), "a_known": "3", "i_access": "9", "go": "next"})
    sent = {**hidden(html), "a_known": "5", "i_access": "9", "keep.a_known": "mine", "go": "next"}
    assert [c.theirs for c in client.post(page(1), sent).context["conflicts"]] == ["undecided"]
    assert stored(case(survey))["a_known"] == 3


def test_a_choice_is_kept_when_another_answer_needs_a_look(survey: Survey) -> None:
    client, colleague = opened(case(survey)), opened(case(survey))
    sent = seen(client, 4) | {"remarks": "Mine", "go": "next"}
    colleague.post(page(4), {**seen(colleague, 4), "remarks": "Theirs", "go": "next"})
    html = client.post(page(4), sent).content.decode()
    sent = {**hidden(html), "remarks": "Mine", "keep.remarks": "theirs", "volunteers": "many", "go": "next"}
    reply = client.post(page(4), sent)
    assert reply.context["form"]["remarks"].value() == "Theirs"
    sent = {**hidden(reply.content), "remarks": "Theirs", "volunteers": "3", "go": "next"}
    assert client.post(page(4), sent).status_code == 302
    assert stored(case(survey)) == {"remarks": "Theirs", "volunteers": 3}


def test_taking_an_answer_back_that_a_colleague_changed_is_a_conflict_too(survey: Survey) -> None:
    client = opened(case(survey))
    client.post(page(1), {**seen(client, 1), "a_known": "4", "go": "next"})
    colleague = opened(case(survey))
    sent = seen(client, 1) | {"go": "next"}
    colleague.post(page(1), {**seen(colleague, 1), "a_known": "1", "go": "next"})
    (conflict,) = client.post(page(1), sent).context["conflicts"]
    assert (conflict.mine, conflict.theirs) == ("", "disagree strongly")


def test_garbled_knowledge_overwrites_nothing(survey: Survey) -> None:
    client = opened(case(survey))
    client.post(page(1), {"a_known": "4", "go": "next"})
    for shown in ("", "[]", "{", "null", '"x"'):
        sent = {**seen(client, 1), "shown": shown, "a_known": "1", "go": "next"}
        assert client.post(page(1), sent).status_code == 200
    assert stored(case(survey)) == {"a_known": 4}


def test_an_answer_is_taken_whose_question_a_colleague_hid_meanwhile(survey: Survey) -> None:
    client, colleague = opened(case(survey)), opened(case(survey))
    client.post(page(1), {**seen(client, 1), "digital": "1", "go": "next"})
    sent = seen(client, 2) | {"online_share": "12", "go": "next"}
    colleague.post(page(1), {**seen(colleague, 1), "digital": "0", "go": "next"})
    client.post(page(2), sent)
    assert stored(case(survey)) == {"digital": 0, "online_share": 12}


# --- saving while one types ---

SCRIPT = {"Accept": "application/json"}


def test_the_script_is_told_when_it_is_saved_and_what_the_page_shows_now(survey: Survey) -> None:
    client = opened(case(survey))
    said = client.post(page(1), seen(client, 1) | {"a_known": "5"}, headers=SCRIPT).json()
    assert re.fullmatch(r"Saved at \d\d:\d\d", said["say"])
    assert (said["shown"], said["wrong"], said["conflicts"]) == ({"a_known": 5}, {}, "")
    assert stored(case(survey)) == {"a_known": 5}


def test_the_script_is_told_which_answer_needs_a_look_and_the_others_are_stored(survey: Survey) -> None:
    client = opened(case(survey))
    sent = seen(client, 4) | {"volunteers": "many", "remarks": "Thank you"}
    (wrong,) = client.post(page(4), sent, headers=SCRIPT).json()["wrong"].values()
    assert wrong.startswith("How many volunteers help your museum?")
    assert stored(case(survey)) == {"remarks": "Thank you"}


def test_the_script_learns_what_a_colleague_answered_beside(survey: Survey) -> None:
    client, colleague = opened(case(survey)), opened(case(survey))
    sent = seen(client, 1) | {"i_access": "9"}
    colleague.post(page(1), {**seen(colleague, 1), "a_known": "2", "go": "next"})
    assert client.post(page(1), sent, headers=SCRIPT).json()["replaced"] == {"a_known": 2}


def test_a_belated_save_does_not_undo_a_later_one(survey: Survey) -> None:
    client = opened(case(survey))
    first = seen(client, 1) | {"a_known": "1", "turn": "2"}
    later = first | {"a_known": "5", "turn": "3"}
    assert client.post(page(1), later | {"go": "next"})["Location"] == page(3)
    before = response_of(case(survey)).version
    client.post(page(1), first, headers=SCRIPT)
    assert stored(case(survey)) == {"a_known": 5}
    assert (response_of(case(survey)).version, response_of(case(survey)).page) == (before, 3)


def test_a_save_whose_reply_was_lost_is_no_conflict(survey: Survey) -> None:
    client = opened(case(survey))
    sent = seen(client, 1)
    client.post(page(1), sent | {"a_known": "1", "turn": "2"}, headers=SCRIPT)
    said = client.post(page(1), sent | {"a_known": "5", "turn": "3"}, headers=SCRIPT).json()
    assert (said["theirs"], stored(case(survey))) == ({}, {"a_known": 5})


def test_saving_leaves_one_on_the_page(survey: Survey) -> None:
    client = opened(case(survey))
    client.post(page(3), seen(client, 3) | {"exhibitions": "4"}, headers=SCRIPT)
    assert Client().post(f"/b/{case(survey).token}/")["Location"] == page(3)


def test_storing_a_page_costs_one_select_and_one_update_beside_the_session(
    survey: Survey, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = opened(case(survey))
    sent = seen(client, 1) | {"a_known": "5", "go": "next"}
    with django_assert_num_queries(3):
        client.post(page(1), sent)
