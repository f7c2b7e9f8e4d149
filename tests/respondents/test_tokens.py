"""The personal link: hard to guess, and not to be found in a copy of the database."""

import base64
import re
import secrets

import pytest
from django.conf import LazySettings, settings
from django.test import Client

from respondents.delivery import deliver
from respondents.models import Case, Letter, Mailing
from respondents.models.case import new_nonce
from surveys.models import Survey
from tests import builders
from tests.respondents.rows import as_text


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey).order_by("pk")[0]


def walk_through(case: Case) -> None:
    """Everything that a field phase writes: letters, a session, answers, a submission."""
    client = Client()
    page = client.post(f"/b/{case.token}").headers["Location"]
    client.get(page)
    client.post(page, {"go": "next"})
    client.post("/form/review/", {"go": "submit"})


def test_a_nonce_is_16_bytes_from_the_systems_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda size: b"n" * size)
    assert new_nonce() == b"n" * 16


def test_every_case_has_a_nonce_and_a_token_of_its_own(survey: Survey) -> None:
    cases = list(Case.objects.of(survey))
    assert len(cases) > 1
    assert len({bytes(case.nonce) for case in cases}) == len({case.token for case in cases}) == len(cases)
    assert all(len(case.nonce) == 16 for case in cases)


def test_a_token_is_32_characters_that_survive_a_letter(survey: Survey) -> None:
    assert all(re.fullmatch("[a-z2-7]{32}", case.token) for case in Case.objects.of(survey))


def test_a_link_begins_with_the_address_of_the_service(case: Case, settings: LazySettings) -> None:
    settings.BASE_URL = "https://befragung.institute.example"
    assert case.link == f"https://befragung.institute.example/b/{case.token}"


@pytest.mark.django_db
def test_a_copy_of_the_database_holds_neither_token_nor_link(mailing: Mailing) -> None:
    for letter in Letter.objects.all():
        deliver(letter.pk)
    cases = list(Case.objects.of(mailing.survey))
    walk_through(cases[0])
    dump = as_text().lower()
    assert cases[0].office.email in dump
    for case in cases:
        raw = base64.b32decode(case.token.upper())
        assert case.token not in dump
        assert raw.hex() not in dump
        assert raw.decode("latin-1").lower() not in dump
        assert base64.b64encode(raw).decode().lower() not in dump
    assert f"{settings.BASE_URL}/b/" not in dump


def test_another_secret_makes_other_links(case: Case, settings: LazySettings) -> None:
    token = case.token
    settings.LINK_SECRET = "another secret"
    assert case.token != token
    assert Case.behind(case.token) is None


def test_another_secret_ends_the_links_that_were_sent(case: Case, settings: LazySettings) -> None:
    token = case.token
    settings.LINK_SECRET = "another secret"
    assert Case.behind(token) is None


def test_a_token_in_capitals_opens_the_same_case(case: Case, client: Client) -> None:
    assert Case.behind(case.token.upper()) == case
    assert client.get(f"/b/{case.token.upper()}").status_code == 200


@pytest.mark.parametrize("change", ["one letter", "cut", "longer", "nonce", "fingerprint"])
def test_a_token_that_is_only_nearly_right_opens_nothing(case: Case, change: str) -> None:
    last = "a" if case.token[-1] != "a" else "b"
    tokens = {
        "one letter": case.token[:-1] + last,
        "cut": case.token[:-1],
        "longer": case.token + "a",
        "nonce": bytes(case.nonce).hex(),
        "fingerprint": case.token_fingerprint,
    }
    assert Case.behind(tokens[change]) is None


def test_who_knows_one_nonce_and_token_cannot_make_another_link(survey: Survey) -> None:
    first, second = builders.Case.objects.of(survey).order_by("pk")[:2]
    assert first.token != second.token
    assert Case.behind(base64.b32encode(bytes(second.nonce)).decode().lower().rstrip("=")) is None
