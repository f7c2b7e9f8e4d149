"""The compiled form: what each kind of institution reads, in which order, and after which answers."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from surveys.instrument import Condition, Instrument, Item, Page, Point, Question, instrument_of
from tests.builders import load

pytestmark = pytest.mark.once

Forms = Mapping[str, Instrument]
ONLINE, CLOSING = 2, 3  # pages of a library; a museum has its exhibitions in between


def stem(instrument: Instrument, code: str) -> str:
    return next(q.text for page in instrument.pages for q in page.questions if q.code == code)


# --- what each kind reads ---


@pytest.mark.parametrize(
    ("variant", "title"),
    [
        ("museum", "The work of your museum"),
        ("library", "The work of your library"),
        ("archive", "The work of your archive"),
    ],
)
def test_terms_are_put_into_each_form(forms: Forms, variant: str, title: str) -> None:
    assert forms[variant].page(1).title == title


@pytest.mark.parametrize(
    ("variant", "others"),
    [
        ("museum", "libraries, archives"),
        ("library", "museums, archives"),
        ("archive", "museums, libraries"),
    ],
)
def test_a_list_leaves_out_the_readers_own_kind(forms: Forms, variant: str, others: str) -> None:
    assert stem(forms[variant], "together") == f"How far do you agree? Think of {others}."


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        ("museum", "How important are these for your museum?"),
        ("archive", "How important are these for your archive and its holdings?"),
    ],
)
def test_a_stem_is_worded_otherwise_where_a_rule_says_so(forms: Forms, variant: str, text: str) -> None:
    assert stem(forms[variant], "importance") == text


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        ("museum", "We share visitors with them."),
        ("library", "We share readers with them."),
        ("archive", "Our users also go there."),
    ],
)
def test_an_item_is_worded_otherwise_where_a_rule_says_so(forms: Forms, variant: str, text: str) -> None:
    assert forms[variant].items["a_shared"].text == text


@pytest.mark.parametrize(("variant", "asked"), [("museum", True), ("library", False), ("archive", True)])
def test_an_item_for_some_kinds_is_absent_from_the_others(forms: Forms, variant: str, asked: bool) -> None:
    assert ("a_loans" in forms[variant].items) is asked


def test_items_stand_in_the_order_of_the_questionnaire(library: Instrument) -> None:
    assert list(library.items) == [
        "i_access", "i_research", "a_known", "a_shared", "digital", "online_share", "channels",
        "portal_since", "portal_plans", "volunteers", "founded_on", "remarks",
    ]  # fmt: skip


def test_a_form_cannot_be_changed(museum: Instrument) -> None:
    with pytest.raises(FrozenInstanceError):
        museum.variant = "library"  # type: ignore[misc]


def test_a_range_offers_every_number_between_its_poles(museum: Instrument) -> None:
    item = museum.items["i_access"]
    assert [point.code for point in item.points] == list(range(11))
    assert item.poles == ("not at all important", "extremely important")


def test_a_scale_keeps_the_order_in_which_it_is_written(museum: Instrument) -> None:
    assert museum.items["digital"].points == (Point(1, "yes"), Point(0, "no"), Point(-8, "Don't know"))


def test_a_form_read_again_after_a_change_is_the_new_one(folder: Path, db: None) -> None:
    assert instrument_of(load(folder).variants.get(code="museum")).page(3).title == "Exhibitions"
    text = (folder / "questionnaire.yaml").read_text()
    (folder / "questionnaire.yaml").write_text(text.replace("title: Exhibitions", "title: Shows"))
    assert instrument_of(load(folder).variants.get(code="museum")).page(3).title == "Shows"


# --- pages ---


@pytest.mark.parametrize(
    ("variant", "codes"),
    [
        ("museum", ["work", "online", "exhibitions", "closing"]),
        ("library", ["work", "online", "closing"]),
    ],
)
def test_pages_that_ask_nothing_of_a_kind_leave_no_gap_in_the_numbers(
    forms: Forms, variant: str, codes: list[str]
) -> None:
    pages = forms[variant].pages
    assert [(page.number, page.code) for page in pages] == list(enumerate(codes, 1))


@pytest.mark.parametrize("number", [0, -1, 5])
def test_there_is_no_page_outside_the_form(museum: Instrument, number: int) -> None:
    with pytest.raises(LookupError):
        museum.page(number)


@pytest.mark.parametrize(
    ("answers", "after"),
    [({"digital": 1}, ONLINE), ({"digital": 0}, CLOSING), ({"digital": -8}, CLOSING), ({}, CLOSING)],
)
def test_the_next_page_is_the_next_that_asks_something(
    library: Instrument, answers: dict[str, Any], after: int
) -> None:
    assert library.page_after(1, answers) == after


@pytest.mark.parametrize(("answers", "before"), [({"digital": 1}, ONLINE), ({"digital": 0}, 1), ({}, 1)])
def test_the_page_before_is_the_last_that_asked_something(
    library: Instrument, answers: dict[str, Any], before: int
) -> None:
    assert library.page_before(CLOSING, answers) == before


def test_after_the_last_page_and_before_the_first_there_is_none(library: Instrument) -> None:
    assert (library.page_after(CLOSING, {}), library.page_before(1, {})) == (None, None)


# --- filters ---


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"digital": 1}, True),
        ({"digital": 0}, False),
        ({"digital": -8}, False),
        ({}, False),
    ],
)
def test_a_filtered_item_is_asked_only_after_the_answers_named(
    museum: Instrument, answers: dict[str, Any], asked: bool
) -> None:
    assert museum.is_asked(museum.items["online_share"], answers) is asked


@pytest.mark.parametrize(("chosen", "asked"), [([1], True), ([1, 3], True), ([2, 3], False), ([], False)])
def test_a_filter_on_a_multiple_choice_holds_if_one_of_its_codes_was_chosen(
    museum: Instrument, chosen: list[int], asked: bool
) -> None:
    answers = {"digital": 1, "channels": chosen}
    assert museum.is_asked(museum.items["portal_since"], answers) is asked


def test_an_answer_that_is_hidden_itself_opens_nothing(museum: Instrument) -> None:
    answers = {"digital": 0, "channels": [1]}
    assert not museum.is_asked(museum.items["portal_since"], answers)


def test_several_conditions_must_all_hold() -> None:
    yes = (Point(1, "yes"), Point(0, "no"))
    first, second = (Item(name, "choice", name, name, points=yes) for name in ("first", "second"))
    last = Item("last", "text", "", "", asked_if=(Condition("first", (1,)), Condition("second", (1,))))
    instrument = one_page(first, second, last)
    assert instrument.is_asked(last, {"first": 1, "second": 1})
    assert not instrument.is_asked(last, {"first": 1, "second": 0})


def one_page(*items: Item) -> Instrument:
    page = Page(1, "page", "Page", "", (Question("question", "", "", items),))
    return Instrument("survey", "variant", "Variant", "Variant", (page,))


def test_a_condition_in_words_names_the_question_and_the_answers(museum: Instrument) -> None:
    with translation.override("en"):
        words = museum.condition(museum.items["portal_plans"])
    assert "How do people hear of them?" in words
    assert "a portal" in words


def test_an_item_that_is_always_asked_has_no_condition_in_words(museum: Instrument) -> None:
    assert museum.condition(museum.items["digital"]) == ""


def test_open_questions_are_those_that_were_asked_and_have_no_answer(museum: Instrument) -> None:
    answers = {"i_access": 0, "i_research": 10, "a_known": 1, "a_shared": 2, "digital": 1, "channels": [-8],
               "online_share": 0, "exhibitions": 0, "volunteers": 0}  # fmt: skip
    assert [item.variable for item in museum.unanswered(answers)] == ["a_loans", "founded_on", "remarks"]


# --- answers in words ---


@pytest.mark.parametrize(
    ("variable", "answer", "words"),
    [
        ("a_known", 5, "agree strongly"),
        ("digital", 0, "no"),
        ("digital", -8, "Don't know"),
        ("i_access", 0, "0 (0 = not at all important, 10 = extremely important)"),
        ("i_access", 10, "10 (0 = not at all important, 10 = extremely important)"),
        ("channels", [1, 3], "a portal, a newsletter"),
        ("channels", [3, 1], "a portal, a newsletter"),
        ("channels", [-8], "Don't know"),
        ("online_share", 12.5, "12.5 per cent"),
        ("online_share", 0, "0.0 per cent"),
        ("volunteers", 0, "0"),
        ("portal_since", "2015-06-01", "1 June 2015"),
        ("remarks", "Two\r\nlines", "Two\r\nlines"),
        ("a_known", None, ""),
        ("channels", [], ""),
        ("remarks", "", ""),
    ],
)
def test_an_answer_is_shown_in_words(museum: Instrument, variable: str, answer: Any, words: str) -> None:
    with translation.override("en"):
        assert museum.items[variable].display(answer) == words


@pytest.mark.parametrize(("variable", "answer"), [("a_known", 9), ("channels", [1, 9])])
def test_an_answer_given_before_the_questionnaire_changed_can_still_be_shown(
    museum: Instrument, variable: str, answer: Any
) -> None:
    with translation.override("en"):
        museum.items[variable].display(answer)
