"""Programs that open every link of a letter before a person does: they leave no trace and open nothing."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from respondents.letters import compose
from respondents.models import Letter
from surveys.models import Response, Survey
from tests import builders
from tests.respondents.rows import contents


@pytest.fixture
def letters(survey: Survey) -> list[Letter]:
    """The invitation to every office."""
    mailing = survey.mailings.get(name="invitation")
    mailing.release()
    return list(mailing.letters.all())


def addresses(letter: Letter) -> set[str]:
    """Every address that a scanner finds in a letter, in plain text or in HTML."""
    message: Any = compose(letter)
    texts = [message.body, *(alternative.content for alternative in message.alternatives)]
    return {found for text in texts for found in re.findall(r"https?://[^\s\"'<>]+", text)}


def linked(page: Any) -> set[str]:
    """The addresses of our own that a page leads to."""
    found = re.findall(r'href="(/[^"#]*)"', page.content.decode())
    return {path for path in found if not path.startswith("/static/")}


def scan(letter: Letter) -> None:
    """Look at everything twice, as different programs do, and at what it leads to."""
    for address in addresses(letter):
        assert address.startswith(settings.BASE_URL)
        for _ in range(2):
            scanner = Client()
            page = scanner.get(urlsplit(address).path)
            assert page.status_code == scanner.head(urlsplit(address).path).status_code == 200
            for path in linked(page):
                assert scanner.get(urljoin("/", path)).status_code == 200
            assert not scanner.cookies


def test_a_letter_has_one_address_and_it_is_the_personal_link(letters: list[Letter]) -> None:
    assert letters
    for letter in letters:
        assert addresses(letter) == {letter.case.link}


def test_scanners_that_look_at_every_address_twice_change_no_row(letters: list[Letter]) -> None:
    before = contents()
    for letter in letters:
        scan(letter)
    assert contents() == before


def test_after_the_scanners_a_person_finds_an_unopened_form(letters: list[Letter], client: Client) -> None:
    for letter in letters:
        scan(letter)
    assert not Response.objects.exists()
    page = client.get(f"/b/{letters[0].case.token}")
    assert page.context["started"] is False
    assert client.post(f"/b/{letters[0].case.token}").status_code == 302


def test_scanners_leave_answers_alone_while_they_are_given_and_after(letters: list[Letter]) -> None:
    letters[0].case.open_response().store({"remarks": "begun"})
    builders.answered(letters[1].case, {"remarks": "done"})
    before = contents()
    for letter in letters:
        scan(letter)
    assert contents() == before
