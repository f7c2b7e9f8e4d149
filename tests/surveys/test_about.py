"""What everybody may read: privacy information and its version, imprint, statement on accessibility."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from respondents.models import Case
from surveys.models import PrivacyNotice, Survey
from surveys.models.notice import version_now
from tests.builders import STUDY_2019, load, staff
from tests.surveys.folders import SURVEY, edit
from tests.surveys.steps import response_of

pytestmark = pytest.mark.once


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey).order_by("pk")[0]


def words(answer: Any) -> str:
    """The page as read: without markup, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def opened(case: Case) -> Case:
    Client().post(f"/b/{case.token}/")
    return case


def test_opening_the_form_keeps_which_privacy_information_was_shown_and_when(case: Case) -> None:
    response = response_of(opened(case))
    assert response.notice
    assert response.notice.text == case.variant.survey.about["data_protection"]
    assert response.notice_shown_at
    assert abs(response.notice_shown_at - case.variant.survey.now()) < timedelta(minutes=1)


def test_the_same_wording_shown_again_is_the_one_that_was_shown_first(case: Case) -> None:
    first = response_of(opened(case))
    again = response_of(opened(case))
    assert (again.notice, again.notice_shown_at) == (first.notice, first.notice_shown_at)
    assert PrivacyNotice.objects.count() == 1


@pytest.mark.django_db
def test_a_new_wording_is_noted_when_the_form_is_opened_again(case: Case, folder: Path) -> None:
    first = response_of(opened(case)).notice
    edit(folder, SURVEY, "processed pseudonymously", "processed carefully")
    load(folder)
    case = Case.objects.get(pk=case.pk)
    assert first
    again = response_of(opened(case)).notice
    assert again
    assert "processed carefully" in again.text
    assert PrivacyNotice.objects.filter(pk=first.pk).exists()


def test_the_desk_shows_which_wordings_were_shown_to_how_many(
    survey: Survey, folder: Path, client: Client
) -> None:
    client.force_login(staff("Researcher"))
    address = f"/desk/{survey.name}/questionnaire/"
    assert "Noch niemandem gezeigt" in words(client.get(address))
    first, second, third = Case.objects.of(survey).order_by("pk")
    opened(first)
    opened(second)
    earlier = version_now(survey)
    edit(folder, SURVEY, "processed pseudonymously", "processed carefully")
    load(folder)
    opened(Case.objects.get(pk=third.pk))
    page = words(client.get(address))
    assert f"{earlier} gezeigt vor 2 Fragebögen" in page
    assert f"{version_now(Survey.objects.get())} (gilt jetzt) gezeigt vor 1 Fragebogen" in page
    assert "processed pseudonymously" in page


def test_looking_at_the_privacy_information_keeps_nothing(survey: Survey, client: Client) -> None:
    client.get(f"/about/{survey.name}/privacy/")
    assert not PrivacyNotice.objects.exists()


def test_the_page_names_the_version_that_a_response_will_carry(case: Case, client: Client) -> None:
    page = words(client.get(f"/about/{case.variant.survey.name}/privacy/"))
    notice = response_of(opened(case)).notice
    assert notice
    assert f"Version {notice.version}" in page


def test_the_statement_follows_the_model_of_the_european_union(survey: Survey, client: Client) -> None:
    page = words(client.get(f"/about/{survey.name}/accessibility/"))
    for part in (
        "The Institute for Memory Studies is committed to making this website accessible",
        "fully compliant with the Sampleland Accessibility Act",
        "was prepared on 12 February 2024",
        "a third party: Sampletown Centre for Accessible Services",
        "access@memory.example",
        "https://ombudsperson.example",
    ):
        assert part in page
    assert "Non-accessible content" not in page


@pytest.mark.django_db
def test_a_statement_with_limitations_is_of_partial_compliance_and_lists_them(client: Client) -> None:
    survey = load(STUDY_2019)
    page = words(client.get(f"/about/{survey.name}/accessibility/"))
    limitations = survey.about["accessibility"]["limitations"]
    assert "(BITV 2.0) teilweise vereinbar" in page
    assert limitations
    assert [one["what"] for one in limitations if one["what"] not in page] == []
    assert "zuletzt am 28. Oktober 2019 überprüft" in page
    assert "schlichtungsstelle@musterstadt.example" in page


def test_the_footer_leads_to_all_three(case: Case, client: Client) -> None:
    page = client.get(f"/b/{case.token}/").content.decode()
    for topic in ("privacy", "imprint", "accessibility"):
        assert f'href="/about/{case.variant.survey.name}/{topic}/"' in page
