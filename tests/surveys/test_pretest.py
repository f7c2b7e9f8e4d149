"""Pretest groups try the form before it is fielded, and nothing of it counts."""

from pathlib import Path

import pytest
from django.test import Client

from analysis.frame import read
from respondents.models import Case, returns_by_variant
from respondents.rehearsal import discard, traces
from surveys import pretesting
from surveys.models import FieldPhaseOver, PretestGroup, Response, Survey
from tests.builders import answered
from tests.surveys.folders import QUESTIONNAIRE, edit, loaded
from tests.surveys.steps import RECEIPT, REVIEW, page


@pytest.fixture
def group(survey: Survey) -> PretestGroup:
    return survey.pretest_groups.create(name="Colleagues")


def opened(group: PretestGroup, variant: str = "museum") -> Client:
    """A browser in which the pretest link was followed and a form chosen."""
    client = Client()
    choose(client, group, variant)
    return client


def choose(client: Client, group: PretestGroup, variant: str) -> None:
    reply = client.post(f"/p/{group.token}/", {"variant": group.survey.variants.get(code=variant).pk})
    assert reply["Location"] == page(1)


def tried(group: PretestGroup) -> Response:
    return group.responses.get()


def in_earnest(survey: Survey) -> None:
    """Back to a survey whose field phase is long over, or not yet there, by the real clock."""
    survey.set_clock(None)


# --- the door ---


def test_the_link_offers_every_variant_and_looking_at_it_begins_none(group: PretestGroup) -> None:
    text = Client().get(f"/p/{group.token}/").content.decode()
    assert all(variant.title in text for variant in group.survey.variants.all())
    assert not Response.objects.exists()


def test_the_link_of_a_group_cannot_be_guessed_from_its_number(group: PretestGroup) -> None:
    other = group.survey.pretest_groups.create(name="Others")
    mixed = f"{group.pk}-{other.token.partition('-')[2]}"
    for token in (str(group.pk), f"{group.pk}-", mixed, "x", "²-1", f"{10**30}-1"):
        assert Client().get(f"/p/{token}/").status_code == 404
    assert Client().get(f"/p/{other.token}/").status_code == 200


def test_without_a_choice_no_form_opens_and_the_page_says_why(group: PretestGroup) -> None:
    for data in ({}, {"variant": "0"}, {"variant": "museum"}):
        reply = Client().post(f"/p/{group.token}/", data)
        assert "error-summary" in reply.content.decode()
    assert not Response.objects.exists()


def test_a_try_is_filled_in_and_submitted_before_the_field_phase(group: PretestGroup) -> None:
    in_earnest(group.survey)
    Survey.objects.update(field_start="2099-01-01", field_end="2099-02-01")
    browser = opened(group)
    browser.post(page(1), {"i_access": "9", "go": "next"})
    assert browser.post(REVIEW, {"go": "submit"})["Location"] == RECEIPT
    assert tried(group).answers == {"i_access": 9}
    assert "Pretest" in browser.get(RECEIPT).content.decode()


def test_a_pretest_leaves_the_questionnaire_free_to_be_changed(group: PretestGroup) -> None:
    Survey.objects.update(fielded_at=None)
    browser = opened(group)
    browser.post(page(1), {"i_access": "9", "go": "next"})
    browser.post(REVIEW, {"go": "submit"})
    assert Survey.objects.get().fielded_at is None


def test_each_try_is_a_response_of_its_own_and_goes_on_in_the_same_browser(group: PretestGroup) -> None:
    browser = opened(group, "museum")
    browser.post(page(2), {"digital": "1", "go": "next"})
    choose(browser, group, "library")
    first, second = group.responses.order_by("pk")
    assert (first.variant.code, second.variant.code) == ("museum", "library")
    assert browser.post(f"/p/{group.token}/", {"again": first.pk})["Location"] == page(3)
    assert browser.get(page(2)).context["response"] == first


def test_a_try_goes_on_in_no_other_browser(group: PretestGroup) -> None:
    opened(group)
    stranger = Client()
    for again in (str(tried(group).pk), "x", ""):
        assert stranger.post(f"/p/{group.token}/", {"again": again}).status_code == 404
    assert stranger.get(page(1)).status_code == 403


def test_a_response_of_a_case_cannot_be_reached_through_a_pretest_link(group: PretestGroup) -> None:
    browser = Client()
    case = Case.objects.get(variant__code="museum")
    browser.post(f"/b/{case.token}/")
    case.refresh_from_db()
    assert browser.post(f"/p/{group.token}/", {"again": case.response_id}).status_code == 404


def test_a_closed_group_takes_neither_tries_nor_answers(group: PretestGroup) -> None:
    browser = opened(group)
    group.close()
    assert Client().get(f"/p/{group.token}/").status_code == 410
    assert browser.post(f"/p/{group.token}/", {"variant": "1"}).status_code == 410
    assert browser.post(page(1), {"i_access": "9", "go": "next"}).status_code == 403
    with pytest.raises(FieldPhaseOver):
        tried(group).store({"i_access": 9})
    assert tried(group).answers == {}


def test_closing_a_group_twice_keeps_the_first_time(group: PretestGroup) -> None:
    group.close()
    first = group.closed_at
    group.close()
    assert group.closed_at == first


# --- nothing of it counts ---


def submitted_try(group: PretestGroup) -> Response:
    response = group.begin(group.survey.variants.get(code="museum"))
    response.store({"a_known": 5})
    response.submit()
    return response


def test_a_pretest_response_is_in_neither_frame_nor_return(survey: Survey, group: PretestGroup) -> None:
    real = answered(Case.objects.get(variant__code="museum"), {"a_known": 4})
    submitted_try(group)
    assert read(survey).frame.select("id", "a_known").rows() == [(real.pk, 4)]
    assert [(row.label, row.returned) for row in returns_by_variant(survey)][:2] == [
        ("Museums", 1),
        ("Libraries", 0),
    ]


def test_a_pretest_response_stays_out_of_the_frame_even_if_a_case_points_at_it(
    survey: Survey, group: PretestGroup
) -> None:
    Case.objects.filter(variant__code="museum").update(response=submitted_try(group))
    assert read(survey).frame.height == 0


def test_a_pretest_response_is_tied_to_no_case(group: PretestGroup) -> None:
    opened(group)
    assert not Case.objects.exclude(response=None).exists()


def test_a_pretest_does_not_keep_a_rehearsal_from_beginning_or_ending(
    survey: Survey, group: PretestGroup
) -> None:
    submitted_try(group)
    assert traces(survey) == ""
    discard(survey)
    assert group.responses.count() == 1


# --- what was said ---


def say(group: PretestGroup, variant: str = "museum", **comments: str) -> Response:
    response = group.begin(group.survey.variants.get(code=variant))
    Response.objects.filter(pk=response.pk).update(comments=comments)
    return response


def test_comments_stand_by_question_in_the_order_of_the_questionnaire(group: PretestGroup) -> None:
    say(group, together="Who is there?", importance="Clear.")
    say(group, "library", importance="Ten points are many.")
    talks = pretesting.talks(group.survey)
    assert [(talk.question, [c.text for c in talk.comments]) for talk in talks] == [
        ("importance", ["Clear.", "Ten points are many."]),
        ("together", ["Who is there?"]),
    ]
    assert talks[0].wording == "How important are these for your museum?"


def test_comments_outlive_the_question_that_they_are_about(group: PretestGroup, folder: Path) -> None:
    Survey.objects.update(fielded_at=None)
    say(group, together="Who is there?", importance="Clear.")
    edit(folder, QUESTIONNAIRE, "code: importance", "code: weight")
    loaded(folder)
    talks = pretesting.talks(Survey.objects.get())
    assert [(talk.question, bool(talk.wording)) for talk in talks] == [
        ("together", True),
        ("importance", False),
    ]
