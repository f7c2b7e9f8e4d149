"""An office that wants no more letters gets none, and its link ends."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from respondents.models import Case
from surveys.models import Survey


def test_a_withdrawn_office_owes_nothing_and_its_link_says_so(survey: Survey) -> None:
    case = Case.objects.of(survey)[0]
    said = StringIO()
    call_command("withdraw", case.office.email.upper(), survey=survey.name, stdout=said)
    assert said.getvalue() == f"{survey.name}: 1 withdrawn, 0 had been before\n"
    assert case not in Case.objects.owing_answer()
    assert Client().get(f"/b/{case.token}").status_code == 410


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
