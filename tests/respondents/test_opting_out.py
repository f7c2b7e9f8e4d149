"""Saying no: by one click in the mail program, or on the page behind the link, where it is confirmed."""

import pytest
from django.test import Client

from respondents.models import Case, Contact, Disposition
from surveys.models import Survey
from tests import builders
from tests.respondents.rows import contents

Kind = Contact.Kind
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
MULTIPART = (
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    "multipart/form-data; boundary=b",
)
BECOMES = {
    Kind.OPTED_OUT: Disposition.REFUSED,
    Kind.NOT_RESPONSIBLE: Disposition.NOT_ELIGIBLE,
    Kind.OTHER_PERSON: Disposition.NOT_CONTACTED,  # not refused: somebody else is to be asked
}
HOSTILE = {
    "html": "<script>alert(1)</script>",
    "quotes": "\"><img src=x onerror='alert(1)'>",
    "line breaks": "Eva\r\nBcc: everybody@stadt.example",
    "right to left": "\u202eavE",
    "template": "{{ case.link }} {% now 'Y' %}",
}


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey).order_by("pk")[0]


@pytest.fixture
def address(case: Case) -> str:
    return f"/no/{case.opt_out_token}"


@pytest.fixture
def mail_program() -> Client:
    """Sends no cookies, knows no token, and is held to both."""
    return Client(enforce_csrf_checks=True)


def disposition(case: Case) -> str:
    return Case.objects.with_disposition().get(pk=case.pk).disposition


def kinds(case: Case) -> list[str]:
    return list(case.contacts.values_list("kind", flat=True))


def say(client: Client, address: str, reason: str, **words: str) -> None:
    """Choose, then confirm."""
    chosen = client.post(address, {"reason": reason, **words})
    assert chosen.context["confirming"] is True
    assert client.post(address, {"reason": reason, "confirm": "1", **words}).status_code == 302


@pytest.mark.parametrize(("body", "form"), [(ONE_CLICK, FORM), MULTIPART], ids=["form", "multipart"])
def test_one_click_in_a_mail_program_ends_the_letters(
    case: Case, address: str, mail_program: Client, body: str, form: str
) -> None:
    for _ in range(3):  # some programs ask again
        answer = mail_program.post(address, body, content_type=form)
        assert answer.status_code == 200
        assert not answer.cookies
    assert kinds(case) == [Kind.OPTED_OUT]
    assert disposition(case) == Disposition.REFUSED


@pytest.mark.parametrize(
    "body", ["", "List-Unsubscribe=", "List-Unsubscribe=one-click", "Unsubscribe=One-Click", "confirm=1"]
)
def test_any_other_single_request_changes_nothing(address: str, mail_program: Client, body: str) -> None:
    before = contents()
    assert mail_program.post(address, body, content_type=FORM).status_code == 200
    assert mail_program.get(f"{address}?{body}").status_code == 200
    assert contents() == before


@pytest.mark.parametrize("kind", BECOMES)
def test_a_reason_that_is_confirmed_becomes_a_disposition(
    case: Case, address: str, client: Client, kind: Kind
) -> None:
    before = contents()
    words = {"whom": "Integration office"} if kind == Kind.OTHER_PERSON else {}
    client.post(address, {"reason": kind, **words})
    assert contents() == before  # not yet confirmed
    say(client, address, kind, **words)
    assert kinds(case) == [kind]
    assert disposition(case) == BECOMES[kind]


def test_what_is_said_twice_is_recorded_once(case: Case, address: str, client: Client) -> None:
    for whom in ("Integration office", "Integration office", "Youth office"):
        say(client, address, Kind.OTHER_PERSON, whom=whom)
    assert [contact.text for contact in case.contacts.all()] == ["Integration office", "Youth office"]


def test_who_goes_back_finds_what_was_entered(case: Case, address: str, client: Client) -> None:
    said = {"reason": Kind.OTHER_PERSON, "whom": "Youth office"}
    page = client.post(address, said | {"change": "1"}).content.decode()
    assert 'value="Youth office"' in page
    assert "confirm" not in page
    assert kinds(case) == []


def test_the_personal_link_knows_what_was_said(case: Case, address: str, client: Client) -> None:
    before = client.get(f"/b/{case.token}").content.decode()
    say(client, address, Kind.NOT_RESPONSIBLE)
    after = client.get(f"/b/{case.token}").content.decode()
    assert "you are not responsible; we will not remind you" not in before
    assert "you are not responsible; we will not remind you" in after


def test_the_page_is_in_the_language_that_was_chosen(address: str, client: Client) -> None:
    assert '<html lang="de">' in client.get(f"{address}?language=de").content.decode()
    assert '<html lang="de">' in client.get(address).content.decode()


def test_a_refusal_can_be_taken_back(case: Case, address: str, client: Client) -> None:
    say(client, address, Kind.OPTED_OUT)
    say(client, address, Kind.REINSTATED)
    assert disposition(case) == Disposition.NOT_CONTACTED
    assert Case.objects.owing_answer().filter(pk=case.pk).exists()


def test_an_answer_that_was_given_stays_when_letters_are_refused(
    case: Case, address: str, client: Client
) -> None:
    builders.answered(case)
    say(client, address, Kind.OPTED_OUT)
    assert disposition(case) == Disposition.COMPLETE


def test_a_case_that_staff_took_out_stays_out_whatever_its_office_clicks(
    case: Case, address: str, client: Client, mail_program: Client
) -> None:
    builders.withdrawn(case)
    assert mail_program.post(address, ONE_CLICK, content_type=FORM).status_code == 200
    assert client.get(address).status_code == 410
    assert client.post(address, {"reason": Kind.REINSTATED, "confirm": "1"}).status_code == 410
    assert disposition(case) == Disposition.WITHDRAWN
    assert client.get(f"/b/{case.token}").status_code == 410


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_kept_as_words(case: Case, address: str, client: Client, name: str) -> None:
    page = client.post(address, {"reason": Kind.OTHER_PERSON, "whom": HOSTILE[name]}).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert case.link not in page
    say(client, address, Kind.OTHER_PERSON, whom=HOSTILE[name])
    (contact,) = case.contacts.all()
    assert contact.text.split() == HOSTILE[name].split()


@pytest.mark.parametrize("whom", ["x" * 10_000, "Eva\0"], ids=["10 KB", "zero byte"])
def test_what_cannot_be_kept_is_asked_again(case: Case, address: str, client: Client, whom: str) -> None:
    page = client.post(address, {"reason": Kind.OTHER_PERSON, "whom": whom, "confirm": "1"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert kinds(case) == []


@pytest.mark.parametrize("forged", ["0-", "1-00", "-", "1", "x" * 10_000, "9" * 30 + "-0"])
def test_a_forged_link_opts_nobody_out(survey: Survey, mail_program: Client, forged: str) -> None:
    before = contents()
    assert mail_program.post(f"/no/{forged}", ONE_CLICK, content_type=FORM).status_code == 404
    assert contents() == before
