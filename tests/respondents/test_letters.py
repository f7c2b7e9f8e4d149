"""One letter: to the right office, with its link and its words, whatever the register calls people."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils.translation import gettext, override

from respondents.letters import compose
from respondents.models import Case, Letter, Mailing
from tests import builders

HOSTILE = {
    "quotes": 'Dr. "Q" O\'Neill',
    "HTML": '<script>alert(1)</script><a href="https://elsewhere.example">here</a>',
    "attribute": '" onmouseover="alert(1)',
    "right to left": "\u202eelpmaxe.erehwesle\u202c \u2067x\u2069 \u200f",
    "braces": "{link} {0} {salutation.__class__} %s ${x}",
    "10 KB": "Ä" * 10_240,
    "dots": "A\n.\nB",
    "From": "A\nFrom the start",
    "ampersand": "Müller & Söhne &amp; Co",
}


def parsed(letter: Letter) -> EmailMessage:
    """The letter as the recipient's programme reads it."""
    return message_from_bytes(compose(letter).message().as_bytes(), policy=policy.default)


def body(letter: Letter, form: str) -> str:
    part: Any = parsed(letter).get_body((form,))
    return str(part.get_content()).replace("\r\n", "\n")


def called(letter: Letter, name: str) -> Letter:
    """The letter to somebody of this name; not stored, for the register would refuse some of them."""
    letter.case.office.salutation, letter.case.office.contact_name = "Dear", name
    return letter


def test_every_letter_goes_to_its_own_office_with_its_own_link(mailing: Mailing) -> None:
    letters = list(mailing.letters.all())
    links = [case.link for case in Case.objects.of(mailing.survey)]
    assert len(letters) == len(links) > 1
    for letter in letters:
        assert compose(letter).to == [letter.case.office.email]
        for form in ("plain", "html"):
            text = body(letter, form)
            assert [link for link in links if link in text] == [letter.case.link]


def test_a_letter_speaks_of_its_own_kind_of_office(mailing: Mailing) -> None:
    for letter in mailing.letters.all():
        terms = letter.case.variant.terms
        assert parsed(letter)["Subject"] == f"An invitation to {terms['house']}"
        for form in ("plain", "html"):
            assert terms["house"] in body(letter, form)
            assert letter.case.variant.title in body(letter, form)
        assert terms["neighbours"] in body(letter, "plain")


def test_a_letter_is_in_the_language_of_its_survey(letter: Letter) -> None:
    text = body(letter, "plain")
    assert "30 April 2024" in text
    assert "Sehr geehrte" not in text


def test_a_person_is_greeted_as_the_register_says(letter: Letter) -> None:
    letter.case.office.salutation, letter.case.office.contact_name = "Dear Dr.", "Muster"
    assert body(letter, "plain").splitlines()[0] == "Dear Dr. Muster,"


@pytest.mark.parametrize(("salutation", "name"), [("", "Muster"), ("Dear Dr.", ""), ("", "")])
def test_nobody_is_greeted_by_half_a_name(letter: Letter, salutation: str, name: str) -> None:
    letter.case.office.salutation, letter.case.office.contact_name = salutation, name
    with override(letter.mailing.survey.language):
        everybody = gettext("Sehr geehrte Damen und Herren,")
    assert body(letter, "plain").splitlines()[0] == everybody


def test_a_letter_is_the_same_however_often_it_is_composed(letter: Letter) -> None:
    again = Letter.objects.get(pk=letter.pk)
    first, second = parsed(letter), parsed(again)
    assert first["Message-ID"] == second["Message-ID"]
    assert body(letter, "plain") == body(again, "plain")
    assert body(letter, "html") == body(again, "html")


def test_no_two_letters_have_the_same_message_id(mailing: Mailing) -> None:
    reminder = builders.mailing(mailing.survey)
    reminder.release()
    ids = [parsed(letter)["Message-ID"] for letter in Letter.objects.all()]
    assert len(set(ids)) == len(ids) == 2 * mailing.letters.count()


def test_a_letter_says_that_it_is_automatic_and_what_it_belongs_to(letter: Letter) -> None:
    message = parsed(letter)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Mailing"] == letter.mailing.name
    assert message["X-Case"] == str(letter.case.pk)
    assert message["From"].addresses[0].addr_spec == letter.mailing.sender_email
    assert message["From"].addresses[0].display_name == letter.mailing.sender_name
    assert re.fullmatch(r"<[\w.-]+@memory\.example>", message["Message-ID"])


def test_a_letter_says_the_same_in_plain_text_and_in_html(letter: Letter) -> None:
    assert parsed(letter).get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in parsed(letter).iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_a_sender_with_commas_and_umlauts_is_one_sender(letter: Letter) -> None:
    letter.mailing.sender_name = 'Büro "Stadt, Land"'
    (sender,) = parsed(letter)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Büro "Stadt, Land"', letter.mailing.sender_email)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_stays_a_name_in_plain_text(letter: Letter, name: str) -> None:
    text = body(called(letter, name), "plain")
    assert text.startswith(f"Dear {name},\n")
    assert text.splitlines().count(letter.case.link) == 1


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_never_becomes_markup(letter: Letter, name: str) -> None:
    usual = body(called(letter, "Muster"), "html")
    text = body(called(letter, name), "html")
    assert re.findall("<[^>]*>", text) == re.findall("<[^>]*>", usual)
    assert f'href="{letter.case.link}"' in text


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_never_becomes_a_header(letter: Letter, name: str) -> None:
    usual = parsed(called(letter, "Muster"))
    assert parsed(called(letter, name)).keys() == usual.keys()


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_line_of_a_letter_is_longer_than_mail_servers_take(letter: Letter, name: str) -> None:
    raw = compose(called(letter, name)).message().as_bytes()
    assert max(map(len, raw.splitlines())) <= 998
