"""Pretest groups try the form before it is fielded, and nothing of it counts."""

import csv
import logging
import re
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client

from analysis.frame import read
from config.logs import HideLinks
from respondents.models import Case, returns_by_variant
from respondents.rehearsal import discard, traces
from surveys import pretesting
from surveys.chapters import in_words
from surveys.commenting import PREFIX, with_comments
from surveys.instrument import Instrument, Item, Point
from surveys.models import FieldPhaseOver, PretestGroup, Response, Survey
from surveys.schema import legal_variable
from tests.builders import answered, staff
from tests.surveys import steps
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


def test_a_group_that_is_opened_again_goes_on_over_the_same_link(group: PretestGroup) -> None:
    browser, before = opened(group), group.link
    group.close()
    group.reopen()
    assert group.link == before
    browser.post(page(1), {"i_access": "9", "go": "next"})
    assert tried(group).answers == {"i_access": 9}


def test_a_double_click_on_a_choice_shows_one_try(group: PretestGroup) -> None:
    browser = opened(group)
    choose(browser, group, "museum")
    browser.post(page(1), {"i_access": "9", "go": "next"})
    assert [row.begun for row in pretesting.tries(group)] == [1, 0, 0]
    assert len(browser.get(f"/p/{group.token}/").context["tries"]) == 1


def test_closing_a_group_twice_keeps_the_first_time(group: PretestGroup) -> None:
    group.close()
    first = group.closed_at
    group.close()
    assert group.closed_at == first


def test_the_link_of_a_group_reaches_no_log(group: PretestGroup) -> None:
    record = logging.makeLogRecord({"msg": "GET %s 200", "args": (f"/p/{group.token}/",)})
    assert HideLinks().filter(record)
    assert record.getMessage() == "GET /p/…/ 200"


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
    response.store({f"comment__{question}": text for question, text in comments.items()})
    return response


def test_comments_stand_by_question_in_the_order_of_the_questionnaire(group: PretestGroup) -> None:
    say(group, together="Who is there?", importance="Clear.")
    say(group, "library", importance="Ten points are many.")
    talks = pretesting.talks(group.survey)
    assert [(talk.question, [c.comment for c in talk.comments]) for talk in talks] == [
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


def test_each_question_of_a_try_has_a_box_for_a_comment_and_no_question_of_a_case(
    group: PretestGroup,
) -> None:
    tried_page = opened(group).get(page(1))
    boxes = re.findall(r'<textarea[^>]* name="comment__(\w+)"', tried_page.content.decode())
    assert boxes == [question.code for question in tried_page.context["page"].questions]
    in_field = steps.opened(Case.objects.get(variant__code="museum")).get(page(1))
    assert "comment" not in in_field.content.decode()


def test_a_comment_is_saved_with_its_page_and_shown_again(group: PretestGroup) -> None:
    browser = opened(group)
    browser.post(page(1), {"i_access": "9", "comment__importance": "What is <b>access</b>?\r\nSay so."})
    assert tried(group).answers["i_access"] == 9
    ((talk,),) = [talk.comments for talk in pretesting.talks(group.survey)]
    assert (talk.comment, talk.variant, talk.group) == (
        "What is <b>access</b>?\nSay so.",
        "Museums",
        "Colleagues",
    )
    again = browser.get(page(1)).content.decode()
    assert "What is &lt;b&gt;access&lt;/b&gt;?" in again
    assert "<b>access" not in again


def test_a_comment_that_is_too_long_is_not_stored_and_the_page_says_so(group: PretestGroup) -> None:
    browser = opened(group)
    reply = browser.post(page(1), {"i_access": "9", "comment__importance": "x" * 2001, "go": "next"})
    assert "2000 characters; it now has 2001" in reply.content.decode()
    assert tried(group).answers == {"i_access": 9}
    browser.post(page(1), {"comment__importance": "x" * 2000, "go": "next"})
    assert len(tried(group).answers["comment__importance"]) == 2000


def test_nobody_owes_a_comment(group: PretestGroup) -> None:
    browser = opened(group)
    plain = steps.opened(Case.objects.get(variant__code="museum"))
    assert browser.get(REVIEW).context["open_count"] == plain.get(REVIEW).context["open_count"]


def test_what_was_said_stands_on_the_review_and_what_was_not_does_not(group: PretestGroup) -> None:
    browser = opened(group)
    browser.post(page(1), {"comment__importance": "Clear.", "go": "next"})
    html = browser.get(REVIEW).content.decode()
    assert html.count("Your comment on this question") == 1
    assert "Clear." in html


def test_a_comment_is_hidden_with_the_question_that_it_is_about(museum: Instrument) -> None:
    form = with_comments(museum, "Comment")
    hidden = {q.code for p in form.pages for q in p.questions
              if not form.is_asked(form.items[f"comment__{q.code}"], {})}  # fmt: skip
    without = {q.code for p in museum.pages for q in p.questions
               if not any(museum.is_asked(item, {}) for item in q.items)}  # fmt: skip
    assert hidden == without != set()
    assert [p.number for p in form.pages if form.is_open(p, {})] == [
        p.number for p in museum.pages if museum.is_open(p, {})
    ]


def test_no_variable_of_a_study_can_be_taken_for_a_comment() -> None:
    with pytest.raises(ValueError, match="no legal"):
        legal_variable(f"{PREFIX}importance")


def test_a_comment_sent_to_the_form_of_a_case_is_not_stored(survey: Survey) -> None:
    case = Case.objects.get(variant__code="museum")
    steps.opened(case).post(page(1), {"i_access": "9", "comment__importance": "Hello", "go": "next"})
    assert steps.stored(case) == {"i_access": 9}


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [("multiple", 3, "3"), ("choice", [1], "[1]"), ("number", "three", "three"), ("date", "soon", "soon"),
     ("date", 7, "7"), ("text", 5, "5"), ("date", None, ""), ("text", "", "")],
)  # fmt: skip
def test_an_answer_of_another_kind_is_shown_as_it_stands(kind: str, answer: object, words: str) -> None:
    item = Item("v", kind, "Text", "Short", points=(Point(1, "one"),), poles=("low", "high"))
    assert in_words(item, answer) == words


def test_a_try_goes_on_when_items_become_of_another_kind_meanwhile(group: PretestGroup, folder: Path) -> None:
    Survey.objects.update(fielded_at=None)
    browser = opened(group)
    browser.post(page(1), {"digital": "1", "go": "next"})
    browser.post(page(4), {"remarks": "Thank you", "volunteers": "3", "go": "next"})
    for variable, before, after in (
        ("volunteers", ", kind: number, min: 0", ", kind: text"),
        ("remarks", ", kind: text", ", kind: date"),
    ):
        edit(folder, QUESTIONNAIRE, f"variable: {variable}{before}", f"variable: {variable}{after}")
    loaded(folder)
    assert [browser.get(address).status_code for address in (page(1), page(4), REVIEW)] == [200] * 3
    assert "Thank you" in browser.get(REVIEW).content.decode()


# --- at the desk ---


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(staff("Administrator"))
    return client


def test_a_group_is_created_once_under_a_name(survey: Survey, desk: Client) -> None:
    address = f"/desk/{survey.name}/pretest/"
    desk.post(f"{address}add/", {"name": "  Colleagues "})
    for name in ("Colleagues", " ", "x" * 101):
        assert "error-summary" in desk.post(f"{address}add/", {"name": name}).content.decode()
    group = survey.pretest_groups.get()
    assert group.link in desk.get(address).content.decode()


def test_the_desk_counts_tries_by_variant(group: PretestGroup) -> None:
    submitted_try(group)
    for variant in ("museum", "library"):
        opened(group, variant).post(page(1), {"go": "next"})
    opened(group, "archive")
    group.survey.pretest_groups.create(name="Others").begin(group.survey.variants.get(code="archive"))
    assert [(row.variant, row.begun, row.submitted) for row in pretesting.tries(group)] == [
        ("Museums", 2, 1),
        ("Libraries", 1, 0),
        ("Archives", 0, 0),
    ]


def test_a_closed_group_shows_its_link_no_more(group: PretestGroup, desk: Client) -> None:
    desk.post(f"/desk/pretest-groups/{group.pk}/close/")
    assert group.link not in desk.get(f"/desk/{group.survey.name}/pretest/").content.decode()
    group.refresh_from_db()
    assert not group.is_open


def test_an_interviewer_is_not_shown_the_link(group: PretestGroup, client: Client) -> None:
    client.force_login(staff("Interviewer"))
    assert group.link not in client.get(f"/desk/{group.survey.name}/pretest/").content.decode()


def test_comments_at_the_desk_are_text_and_not_markup(group: PretestGroup, desk: Client) -> None:
    say(group, importance="<script>alert(1)</script>")
    html = desk.get(f"/desk/{group.survey.name}/pretest/comments/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


def test_comments_come_as_a_file_that_no_spreadsheet_runs(group: PretestGroup, desk: Client) -> None:
    response = say(group, importance='=HYPERLINK("http://a.example")', together="Who, exactly?")
    content = desk.post(f"/desk/{group.survey.name}/files/pretest_comments.csv").content.decode()
    rows = list(csv.DictReader(StringIO(content)))
    assert [(row["question"], row["comment"], row["response"]) for row in rows] == [
        ("importance", '\'=HYPERLINK("http://a.example")', str(response.pk)),
        ("together", "Who, exactly?", str(response.pk)),
    ]


def test_the_file_of_comments_has_its_header_when_nobody_said_anything(survey: Survey, desk: Client) -> None:
    content = desk.post(f"/desk/{survey.name}/files/pretest_comments.csv").content.decode()
    assert content.strip() == "question,wording,group,variant,response,saved_at,comment"


def test_the_whole_pretest_is_deleted_only_after_a_confirmation(group: PretestGroup, desk: Client) -> None:
    real = answered(Case.objects.get(variant__code="museum"))
    submitted_try(group)
    address = f"/desk/{group.survey.name}/pretest/delete/"
    desk.post(address)
    assert group.responses.exists()
    desk.post(address, {"confirm": "1"})
    assert list(Response.objects.all()) == [real]
    assert not PretestGroup.objects.exists()
