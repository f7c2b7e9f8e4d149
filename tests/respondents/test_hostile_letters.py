"""Addresses, names and servers that mean harm: a letter is right, or fails with a reason."""

import pytest
from django.test import Client

from respondents.addresses import is_address
from respondents.delivery import deliver
from respondents.letters import compose
from respondents.models import Letter, Mailing
from surveys.models import Survey
from tests import builders
from tests.respondents.sink import Sink

State = Letter.State
TURNED = "\u202eenavE .rF\u202c"
NAMES = {
    "line break": "Eva\r\nBcc: everybody@stadt.example",
    "line separator": "Eva\u2028Bcc: everybody@stadt.example",
    "other line breaks": "Eva\x0b\x0c\x1c\x1d\x85Bcc: everybody@stadt.example",
    "folded line": "Eva\n Bcc: everybody@stadt.example",
    "quotes": "\"Eva\" 'Muster' \\",
    "html": '<script>alert(1)</script><img src=x onerror="alert(1)">&amp;',
    "placeholders": "{link} {0} %s {{ case.link }} {% now %}",
    "right to left": TURNED,
    "encoded word": "=?utf-8?q?Bcc:_everybody@stadt.example?=",
    "10 KB": "Eva " * 2_500,
}
UNSENDABLE = {
    "line break": "a@stadt.example\nBcc: b@stadt.example",
    "line break at the end": "a@stadt.example\r\n",
    "two at signs": "a@b@stadt.example",
    "two addresses": "a@stadt.example, b@stadt.example",
    "html": "<script>@stadt.example",
    "a name": "Amt <a@stadt.example>",
    "non-ASCII local part": "jörg@stadt.example",
    "right-to-left mark": "a\u200f@stadt.example",
    "right-to-left mark in the domain": "a@\u202estadt.example",
    "a domain that ASCII would change": "amt@straße.example",
    "no dot": "a@stadt..example",
    "nothing": "",
    "10 KB": "a" * 10_000 + "@stadt.example",
    "10 KB of domain": "a@" + "b" * 10_000 + ".example",
}
ANSWERS = {
    "html": "550 <script>alert(1)</script>",
    "right to left": f"550 {TURNED}",
    "control characters": "550 no\x00 \x1b[2J\x07such mailbox",
    "10 KB in lines": "\r\n".join(["550-" + "x" * 500] * 20 + ["550 end"]),
    "another code page": "550 unbekannter Empf\udce4nger",
}


def change(letter: Letter, **details: str) -> None:
    """Write into the office past every check, as a restored or older database might hold it."""
    office = letter.case.office
    type(office).objects.filter(pk=office.pk).update(**details)


def delivered(letter: Letter) -> Letter:
    deliver(letter.pk)
    letter.refresh_from_db()
    return letter


def others_are_sent(mailing: Mailing, but: Letter, sink: Sink) -> bool:
    others = list(mailing.letters.exclude(pk=but.pk))
    before = len(sink.taken)
    for other in others:
        deliver(other.pk)
    return bool(others) and len(sink.taken) == before + len(others)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_adds_no_header_and_no_html(letter: Letter, mailing: Mailing, name: str) -> None:
    mailing.subject = "To {municipality}"
    letter.mailing = mailing
    letter.case.office.salutation, letter.case.office.contact_name = "Dear", NAMES[name]
    message = compose(letter).message()
    assert message["Bcc"] is None
    assert message.get_all("To") == [letter.case.office.email]
    assert len(message.get_all("Subject")) == 1
    html = message.get_payload()[1].get_payload(decode=True).decode()
    assert "<script" not in html
    assert "<img" not in html
    text = message.get_payload()[0].get_payload(decode=True).decode()
    assert NAMES[name].split()[0] in " ".join(text.split())
    assert letter.case.link in text


@pytest.mark.parametrize("name", [name for name in NAMES if len(NAMES[name]) < 100])
def test_a_hostile_name_in_a_subject_is_one_header_or_a_letter_that_failed(
    sink: Sink, letter: Letter, name: str
) -> None:
    place = letter.case.office.municipality
    type(place).objects.filter(pk=place.pk).update(name=NAMES[name])
    Mailing.objects.filter(pk=letter.mailing_id).update(subject="To {municipality}")
    deliver(letter.pk)
    letter.refresh_from_db()
    if letter.state == State.FAILED:
        assert "not composed" in letter.reason
        assert sink.contents == 0
    else:
        (taken,) = sink.taken
        assert taken.recipients == [letter.case.office.email]
        assert taken.message["Bcc"] is None
        assert taken.message["X-Case"] == str(letter.case_id)


@pytest.mark.parametrize("name", UNSENDABLE)
def test_an_address_that_no_mail_can_have_fails_with_a_reason_and_the_wave_goes_on(
    sink: Sink, mailing: Mailing, letter: Letter, name: str
) -> None:
    change(letter, email=UNSENDABLE[name][:254])
    deliver(letter.pk)
    letter.refresh_from_db()
    assert letter.state == State.FAILED
    assert "not a mail address" in letter.reason
    assert "\u202e" not in letter.reason
    assert sink.contents == 0
    assert others_are_sent(mailing, letter, sink)


@pytest.mark.parametrize("name", UNSENDABLE)
def test_the_register_takes_no_address_that_no_mail_can_have(name: str) -> None:
    assert not is_address(UNSENDABLE[name])


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [
        ("amt@müller.example", "amt@xn--mller-kva.example"),
        ("amt@xn--strae-oqa.example", "amt@xn--strae-oqa.example"),
        ("O'Neil+rat@Stadt.example", "O'Neil+rat@Stadt.example"),
        ('"a\\"b"@stadt.example', '"a\\"b"@stadt.example'),
    ],
)
def test_an_unusual_address_is_written_to(sink: Sink, letter: Letter, address: str, sent_to: str) -> None:
    assert is_address(address)
    change(letter, email=address)
    assert delivered(letter).state == State.SENT
    assert sink.taken[0].recipients == [sent_to]


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_hostile_server_says_is_kept_as_harmless_words(sink: Sink, letter: Letter, name: str) -> None:
    sink.answers(recipient=ANSWERS[name])
    assert delivered(letter).state == State.FAILED
    assert letter.reason.startswith("550 ")
    assert len(letter.reason) <= 500
    assert not set(letter.reason) & set("\0\x1b\x07\u202e\u202c")


@pytest.mark.parametrize(
    "answer",
    ["250 " + "x" * 10_000, "550 " + "x" * 10_000, "gibberish", "251 not here, but taken"],
    ids=["10 KB of consent", "10 KB of refusal", "no code", "another code"],
)
def test_an_unclear_answer_to_a_whole_message_is_neither_a_failure_nor_sent_again(
    sink: Sink, mailing: Mailing, letter: Letter, answer: str
) -> None:
    sink.answers(content=answer)
    assert delivered(letter).state == State.SENDING
    assert letter.reason
    deliver(letter.pk)
    assert sink.contents == 1
    sink.answers()
    assert others_are_sent(mailing, letter, sink)


def test_the_desk_shows_a_servers_words_escaped(
    sink: Sink, letter: Letter, survey: Survey, client: Client
) -> None:
    sink.answers(recipient=ANSWERS["html"])
    assert "<script>" in delivered(letter).reason
    client.force_login(builders.staff("Administrator"))
    page = client.get(f"/desk/{survey.name}/")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
