"""A page as a form: every item takes its legal answers and refuses all others, each for itself."""

from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring  # type: ignore[import-untyped]  # it comes without types

from surveys.forms import PageForm, field_for
from surveys.instrument import Instrument, Item

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the forms are read from rows

PAGE_OF = {
    **dict.fromkeys(["i_access", "i_research", "a_known", "a_shared", "a_loans", "digital"], 1),
    **dict.fromkeys(["online_share", "channels", "portal_since", "portal_plans"], 2),
    "exhibitions": 3,
    **dict.fromkeys(["volunteers", "founded_on", "remarks"], 4),
}

OPEN = {"digital": 1}  # the answer that lets all items of page 2 through


def sent(museum: Instrument, number: int, **values: str | list[str]) -> PageForm:
    """The form of a page as it arrives with these values."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    return PageForm(museum, museum.page(number), OPEN, MultiValueDict(lists))


@pytest.mark.parametrize(
    ("variable", "typed", "kept"),
    [
        ("a_known", "1", 1),
        ("a_known", "5", 5),
        ("digital", "0", 0),
        ("digital", "-8", -8),
        ("i_access", "0", 0),
        ("i_access", "10", 10),
        ("channels", ["2"], [2]),
        ("channels", ["1", "3"], [1, 3]),
        ("channels", ["-8"], [-8]),
        ("online_share", "12.5", 12.5),
        ("online_share", "0", 0),
        ("online_share", "100", 100),
        ("online_share", "0.3", 0.3),
        ("exhibitions", "0", 0),
        ("exhibitions", "50", 50),
        ("volunteers", " 12 ", 12),
        ("founded_on", "1898-05-14", "1898-05-14"),
        ("founded_on", "14.05.1898", "1898-05-14"),
        ("remarks", "0", "0"),
        ("remarks", "größer 😀", "größer 😀"),
        ("remarks", "{braces} <b>&amp;", "{braces} <b>&amp;"),
        ("portal_plans", "x" * 40, "x" * 40),
    ],
)
def test_a_legal_answer_is_taken_as_it_is_stored(
    museum: Instrument, variable: str, typed: str | list[str], kept: Any
) -> None:
    form = sent(museum, PAGE_OF[variable], **{variable: typed})
    assert form.is_valid(), form.errors
    assert form.answers()[variable] == kept


@pytest.mark.parametrize("variable", PAGE_OF)
def test_every_answer_may_be_left_out(museum: Instrument, variable: str) -> None:
    form = sent(museum, PAGE_OF[variable])
    assert form.is_valid(), form.errors
    assert form.answers()[variable] is None


def test_a_text_of_blanks_is_no_answer(museum: Instrument) -> None:
    assert sent(museum, 4, remarks=" \r\n ").answers()["remarks"] is None


@pytest.mark.parametrize(
    ("variable", "typed"),
    [
        ("a_known", "0"),
        ("a_known", "6"),
        ("a_known", "-9"),
        ("a_known", "agree"),
        ("a_known", "1.0"),
        ("a_known", "\u0661"),
        ("i_access", "11"),
        ("i_access", "-1"),
        ("digital", "9"),
        ("digital", "-9"),
        ("digital", "True"),
        ("channels", ["4"]),
        ("channels", ["1", "4"]),
        ("online_share", "100.1"),
        ("online_share", "-0.1"),
        ("online_share", "12.55"),
        ("online_share", "a lot"),
        ("online_share", "nan"),
        ("online_share", "inf"),
        ("exhibitions", "51"),
        ("exhibitions", "-1"),
        ("exhibitions", "2.5"),
        ("exhibitions", "1e3"),
        ("volunteers", "-9"),
        ("founded_on", "2024-02-30"),
        ("founded_on", "yesterday"),
        ("founded_on", "31.04.2024"),
        ("portal_plans", "x" * 41),
        ("remarks", "nul \0 byte"),
    ],
)
def test_an_illegal_answer_is_refused(museum: Instrument, variable: str, typed: str | list[str]) -> None:
    form = sent(museum, PAGE_OF[variable], **{"channels": ["1"], variable: typed})
    assert list(form.errors) == [variable]
    assert variable not in form.answers()


@pytest.mark.parametrize(
    ("number", "wrong", "right"),
    [
        (1, {"a_known": "9"}, {"a_shared": "4", "digital": "-8", "i_access": "0"}),
        (2, {"online_share": "101"}, {"channels": ["1", "2"], "portal_plans": "Maps"}),
        (4, {"founded_on": "2024-02-30"}, {"volunteers": "3", "remarks": "Thank you"}),
    ],
)
def test_the_legal_answers_beside_an_illegal_one_are_kept(
    museum: Instrument, number: int, wrong: dict[str, str], right: dict[str, Any]
) -> None:
    answers = sent(museum, number, **wrong, **right).answers()
    assert {name: value for name, value in answers.items() if value is not None}.keys() == right.keys()


def test_what_is_wrong_with_a_hidden_item_does_not_hold_the_page_up(museum: Instrument) -> None:
    form = sent(museum, 2, channels=["2"], portal_plans="x" * 41)  # plans are asked only after a portal
    assert form.is_valid()
    assert "portal_plans" not in form.answers()


@pytest.mark.parametrize("typed", ["1.000", "1,000", "1 000", "1e3", "0x10"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(museum: Instrument, typed: str) -> None:
    assert list(sent(museum, 4, volunteers=typed).errors) == ["volunteers"]


def with_decimals(decimals: int) -> forms.Field:
    return field_for(
        Item(variable="budget", kind="number", text="Budget", short="Budget", decimals=decimals, maximum=1e12)
    )


@pytest.mark.parametrize("typed", ["12,5", "12.5", " 12,5 ", "12,50", "+12.5"])
def test_a_fraction_may_stand_behind_a_comma_or_a_point(typed: str) -> None:
    assert with_decimals(2).clean(typed) == 12.5


@pytest.mark.parametrize(
    "typed", ["1.000", "1,000", "1.000.000", "1.000,5", "12.345", "1e3", "nan", "12,", "١"]
)
def test_a_fraction_that_can_be_read_in_two_ways_or_has_more_digits_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match=r"Tausenderpunkt.*2 Stellen"):
        with_decimals(2).clean(typed)


@given(st.integers(0, 10**14))
def test_every_sum_of_euros_and_cents_is_legal(cents: int) -> None:
    assert with_decimals(2).clean(f"{cents // 100},{cents % 100:02}") == cents / 100


@pytest.mark.parametrize(("language", "words"), [("de", "12,5"), ("en", "12.5")])
def test_a_fraction_stands_there_as_the_reader_writes_it(
    museum: Instrument, language: str, words: str
) -> None:
    with translation.override(language):
        field = PageForm(museum, museum.page(2), OPEN | {"online_share": 12.5})["online_share"]
        assert f'value="{words}"' in str(field)


def test_limits_are_named_as_one_would_write_them(museum: Instrument) -> None:
    errors = sent(museum, 2, online_share="101").errors["online_share"]
    assert errors == ["Bitte geben Sie eine Zahl bis 100 ein."]


def test_a_line_break_counts_as_one_character_as_in_the_browser(museum: Instrument) -> None:
    lines = "\r\n".join(["x"] * 20)  # 20 letters and 19 line breaks, 39 characters to whoever types
    assert sent(museum, 2, portal_plans=lines).is_valid()


@pytest.mark.parametrize("answer", [0, -8, None])
def test_an_item_that_an_answer_on_another_page_rules_out_is_not_shown(
    museum: Instrument, answer: int | None
) -> None:
    assert list(PageForm(museum, museum.page(2), {"digital": answer}).fields) == []


def test_an_item_that_waits_for_an_answer_on_its_own_page_is_shown(museum: Instrument) -> None:
    assert "portal_since" in PageForm(museum, museum.page(2), OPEN).fields


def test_values_for_items_of_other_pages_are_not_taken(museum: Instrument) -> None:
    assert "remarks" not in sent(museum, 1, remarks="smuggled", digital="1").answers()


def test_values_for_items_of_other_kinds_of_institution_are_not_taken(library: Instrument) -> None:
    form = PageForm(library, library.page(1), {}, QueryDict("a_loans=1&a_known=2"))
    assert (form.answers().get("a_loans"), form.answers()["a_known"]) == (None, 2)


@pytest.mark.parametrize(("variable", "answer"), [("a_known", 5), ("digital", 0), ("digital", -8)])
def test_an_earlier_choice_is_marked(museum: Instrument, variable: str, answer: int) -> None:
    options = PageForm(museum, museum.page(1), {variable: answer})[variable]
    assert [option.data["value"] for option in options if option.data["selected"]] == [answer]


@pytest.mark.parametrize(
    ("variable", "answer", "shown"),
    [
        ("online_share", 12.5, 12.5),
        ("portal_since", "2015-06-01", "2015-06-01"),
        ("portal_plans", "Maps", "Maps"),
        ("channels", [1, 3], [1, 3]),
    ],
)
def test_an_earlier_answer_is_shown_as_it_would_be_typed(
    museum: Instrument, variable: str, answer: Any, shown: Any
) -> None:
    assert PageForm(museum, museum.page(2), {**OPEN, variable: answer})[variable].value() == shown


def test_a_filtered_field_says_what_it_waits_for(museum: Instrument) -> None:
    item = fromstring(render_crispy_form(PageForm(museum, museum.page(2), OPEN))).get_element_by_id(
        "item_portal_since"
    )
    assert item.get("data-asked-if") == '{"channels": [1]}'
    assert "a portal" in item.find_class("item__condition")[0].text_content()
