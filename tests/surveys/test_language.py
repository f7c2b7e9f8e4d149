"""The reader chooses the language of the interface, at any time and without losing anything."""

import re
from typing import Any

import pytest
from django.test import Client
from lxml.html import fromstring  # type: ignore[import-untyped]  # it comes without types

from respondents.models import Case
from surveys.instrument import Page, instrument_of
from surveys.models import Survey
from tests.builders import staff
from tests.surveys.steps import page, stored

pytestmark = pytest.mark.once

GERMAN, ENGLISH = '<html lang="de">', '<html lang="en">'


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey).order_by("pk")[0]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_without_a_choice_the_interface_speaks_the_language_of_the_study(case: Case, client: Client) -> None:
    assert ENGLISH in text(client.get(f"/b/{case.token}/"))


def test_a_choice_before_the_door_goes_with_the_reader_through_it(case: Case, client: Client) -> None:
    link = f"/b/{case.token}/"
    assert GERMAN in text(client.get(link, {"language": "de"}))
    assert GERMAN in text(client.get(link))
    client.post(link)
    assert GERMAN in text(client.get(page(1)))


def test_the_questionnaire_keeps_its_language_and_says_so(case: Case, client: Client) -> None:
    client.post(f"/b/{case.token}/?language=de")
    shown = text(client.get(page(1)))
    assert GERMAN in shown
    assert '<h1 class="kern-heading-large" lang="en">The work of your museum</h1>' in shown


def test_every_text_of_the_study_says_its_language_to_who_reads_another(case: Case, client: Client) -> None:
    """So that a screen reader does not read English with a German voice."""
    client.post(f"/b/{case.token}/?language=de")
    looked_at = 0
    for each in instrument_of(case.variant).pages:
        shown = fromstring(text(client.get(page(each.number))))
        for words in texts_of(each):
            for place in shown.xpath("//main//*[normalize-space(text()) = $words]", words=words):
                assert place.xpath("ancestor-or-self::*[@lang][1]/@lang") == ["en"], words
                looked_at += 1
    assert looked_at > 50


def texts_of(page: Page) -> set[str]:
    """Everything on a page of the form that the study has written."""
    items = [item for question in page.questions for item in question.items]
    texts = {page.title, page.intro, *(text for q in page.questions for text in (q.text, q.help))}
    texts |= {item.text for item in items} | {point.label for item in items for point in item.points}
    return texts - {""}


def test_changing_the_language_in_the_form_keeps_what_is_typed(case: Case, client: Client) -> None:
    client.post(f"/b/{case.token}/")
    answer = client.post(page(1) + "?language=de", {"i_access": "7", "go": "stay"})
    assert (answer.status_code, answer["Location"]) == (302, page(1))
    assert GERMAN in text(client.get(page(1)))
    assert stored(case) == {"i_access": 7}


def test_changing_the_language_beside_a_mistake_keeps_the_mistake_on_the_page(
    case: Case, client: Client
) -> None:
    client.post(f"/b/{case.token}/")
    client.post(page(1), {"digital": "1", "go": "next"})
    answer = text(client.post(page(2) + "?language=de", {"online_share": "lots", "go": "stay"}))
    assert GERMAN in answer
    assert 'value="lots"' in answer


def test_a_page_opened_for_one_correction_still_leads_back_to_the_review(case: Case, client: Client) -> None:
    client.post(f"/b/{case.token}/")
    answer = client.post(page(1) + "?from=review&language=de", {"go": "stay"})
    assert answer["Location"] == page(1) + "?from=review"


def test_enter_in_a_field_means_onward_and_not_another_language(case: Case, client: Client) -> None:
    """Browsers press the first button of a form."""
    client.post(f"/b/{case.token}/")
    shown = text(client.get(page(1)))
    assert re.findall(r'name="go" value="(\w+)"', shown)[0] == "next"


def test_the_choice_is_offered_in_its_own_language_everywhere(case: Case, client: Client) -> None:
    client.post(f"/b/{case.token}/")
    addresses = [f"/b/{case.token}/", page(1), "/form/review/", f"/about/{case.variant.survey.name}/imprint/"]
    for address in addresses:
        assert re.search(r'lang="de"[^>]*><span class="kern-label">Deutsch<', text(client.get(address)))


@pytest.mark.parametrize("address", ["/desk/login/", "/nowhere/", "/form/1/"])
def test_pages_of_no_survey_take_the_choice_too(db: None, address: str) -> None:
    reader = Client()
    assert GERMAN in text(reader.get(address))
    assert ENGLISH in text(reader.get(address, {"language": "en"}))
    assert ENGLISH in text(reader.get(address))


def test_the_desk_takes_the_choice_too(survey: Survey, client: Client) -> None:
    client.force_login(staff("Researcher"))
    address = f"/desk/{survey.name}/"
    assert GERMAN in text(client.get(address))
    assert ENGLISH in text(client.get(address, {"language": "en"}))
    assert ENGLISH in text(client.get(address))


@pytest.mark.parametrize("language", ["fr", "", "../de", "de'"])
def test_a_language_that_the_interface_does_not_speak_is_no_choice(
    case: Case, client: Client, language: str
) -> None:
    assert ENGLISH in text(client.get(f"/b/{case.token}/", {"language": language}))
    assert "django_language" not in client.cookies


def test_no_cookie_is_set_before_a_choice_is_made(case: Case, client: Client) -> None:
    client.get(f"/b/{case.token}/")
    assert "django_language" not in client.cookies
    client.get(f"/b/{case.token}/", {"language": "de"})
    assert client.cookies["django_language"]["httponly"]
