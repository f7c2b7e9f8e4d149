"""An office that wants no more letters gets none, and its link ends."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from respondents.models import Case, Contact
from surveys.models import Survey
from tests.surveys.steps import REVIEW, case_of, opened, page, response_of, stored


def test_a_withdrawn_office_owes_nothing_and_its_link_says_so(survey: Survey) -> None:
    case = Case.objects.of(survey)[0]
    said = StringIO()
    call_command("withdraw", case.office.email.upper(), survey=survey.name, stdout=said)
    assert said.getvalue() == f"{survey.name}: 1 withdrawn, 0 had been before\n"
    assert case not in Case.objects.owing_answer()
    assert Client().get(f"/b/{case.token}").status_code == 410


def test_a_form_that_is_open_in_a_browser_ends_with_the_link_and_goes_on_with_it(survey: Survey) -> None:
    case = case_of(survey, "museum")
    browser = opened(case)
    browser.post(page(1), {"a_known": "5", "go": "next"})
    call_command("withdraw", case.office.email, survey=survey.name, stdout=StringIO())
    refused = browser.post(page(1), {"a_known": "1", "go": "next"})
    assert refused.status_code == 403
    assert "was taken out of the survey" in refused.content.decode()
    assert browser.post(REVIEW, {"go": "submit"}).status_code == 403
    assert (stored(case), response_of(case).submitted_at) == ({"a_known": 5}, None)
    case.record(Contact.Kind.REINSTATED)
    assert browser.post(page(1), {"a_known": "1", "go": "next"}).status_code == 302
    assert stored(case) == {"a_known": 1}


def test_withdrawing_twice_keeps_the_first_time(survey: Survey) -> None:
    case = Case.objects.of(survey)[0]
    call_command("withdraw", case.office.email, survey=survey.name, stdout=StringIO())
    first = case.contacts.get().at
    call_command("withdraw", case.office.email, survey=survey.name, stdout=StringIO())
    assert case.contacts.get().at == first


def test_an_address_that_no_office_has_is_bad_input(survey: Survey) -> None:
    with pytest.raises(CommandError, match="no office with the address") as refusal:
        call_command("withdraw", "nobody@stadt.example", survey=survey.name)
    assert refusal.value.returncode == 2
