"""The mark of a letter is found in whatever forwarders make of it, and cannot be forged."""

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from respondents.marks import mark, marked_letters

pytestmark = pytest.mark.once

ids = st.integers(min_value=1, max_value=2**63 - 1)


@given(ids)
def test_a_mark_is_the_letters_id_and_twelve_hexadecimal_digits(letter: int) -> None:
    number, proof = mark(letter).split("-")
    assert int(number) == letter
    assert len(proof) == 12
    assert set(proof) <= set("0123456789abcdef")


@given(ids)
def test_a_letter_is_found_by_its_mark(letter: int) -> None:
    assert marked_letters(f"returns+{mark(letter)}@institute.example") == [letter]


@pytest.mark.parametrize(
    "wrapped",
    [
        "RETURNS+{MARK}@INSTITUTE.EXAMPLE",
        "<survey.reminder-1.{mark}@institute.example>",
        "SRS0=k3Xb=QZ=institute.example=returns+{mark}@forwarder.example",
        "SRS1=Ab9=first.example==k3Xb=QZ=institute.example=returns+{mark}@second.example",
        "prvs=0412a3f9bc=returns+{mark}@institute.example",
        "prvs=returns+{mark}=0412a3f9bc@institute.example",
        "btv1==041==returns+{mark}@institute.example",
        "list-bounces+returns+{mark}=institute.example@lists.example",
        "list-returns=2B{mark}=40institute.example@lists.example",
        "https://forwarder.example/?to=returns%2B{mark}%40institute.example",
        "returns-{mark}@institute.example",
        "References: <other@a.example>\r\n <survey.invitation.{mark}@institute.example>",
        'mail to "returns+{mark}"@institute.example bounced',
        "\u202ereturns+{mark}\u202c",
    ],
)
def test_a_mark_survives_what_forwarders_wrap_around_it(wrapped: str) -> None:
    assert marked_letters(wrapped.format(mark=mark(4711), MARK=mark(4711).upper())) == [4711]


def test_a_mark_is_found_across_any_break_of_a_line() -> None:
    whole = f"returns+{mark(4711)}@institute.example"
    for place in range(len(whole)):
        for line_break in ("=\n", "=\r\n", "\n ", "\r\n\t", "\u200b"):
            assert marked_letters(whole[:place] + line_break + whole[place:]) == [4711]


def test_a_number_on_the_line_above_hides_no_mark() -> None:
    assert marked_letters(f"id 12\n {mark(4711)}") == [4711]


def test_marks_are_found_in_order_and_once_each() -> None:
    text = f"{mark(30)} {mark(2)} and again {mark(30)} or {mark(7)}"
    assert marked_letters(text) == [30, 2, 7]


@given(ids, st.integers(min_value=0, max_value=11))
def test_a_mark_with_one_wrong_digit_is_ignored(letter: int, place: int) -> None:
    number, proof = mark(letter).split("-")
    wrong = "0" if proof[place] != "0" else "1"
    assert marked_letters(f"{number}-{proof[:place]}{wrong}{proof[place + 1 :]}") == []


@given(ids, ids)
def test_the_proof_of_one_letter_does_not_serve_another(letter: int, other: int) -> None:
    proof = mark(letter).split("-")[1]
    assert marked_letters(f"{other}-{proof}") == ([letter] if other == letter else [])


@pytest.mark.parametrize("spoilt", ["0{mark}", "9{mark}", "{mark}0", "٤{mark}٤"])
def test_a_mark_inside_a_longer_number_is_none(spoilt: str) -> None:
    expected = [4711] if spoilt.startswith("٤") else []
    assert marked_letters(spoilt.format(mark=mark(4711))) == expected


def test_a_mark_made_under_another_secret_is_ignored(settings: LazySettings) -> None:
    foreign = mark(4711)
    settings.LINK_SECRET = "another secret"
    assert marked_letters(foreign) == []


def test_a_flood_of_forged_marks_is_not_checked_to_its_end() -> None:
    flood = " ".join(f"{number}-{'a' * 12}" for number in range(1, 1001))
    assert marked_letters(f"{mark(4711)} {flood}") == [4711]
    assert marked_letters(f"{flood} {mark(4711)}") == []


@given(st.text(max_size=300))
def test_any_text_is_read_without_fault(text: str) -> None:
    assert marked_letters(text) == []
