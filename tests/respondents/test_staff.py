"""Accounts of the desk: added, given another role, locked; and what happens when a login has expired."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from respondents.models import Case
from surveys.models import Survey
from tests import builders
from tests.respondents.rows import contents

pytestmark = pytest.mark.django_db


def manage(command: str, *words: str) -> str:
    said = StringIO()
    call_command(command, *words, stdout=said)
    return said.getvalue().strip()


@pytest.mark.parametrize("name", ["", "a b/c", "x" * 151])
def test_a_name_that_is_none_is_bad_input(name: str) -> None:
    with pytest.raises(CommandError) as refusal:
        manage("add_staff", name, "--role", "Researcher")
    assert refusal.value.returncode == 2
    assert not User.objects.exists()


def test_a_locked_account_is_out_at_once_and_can_come_back(survey: Survey, client: Client) -> None:
    password = manage("add_staff", "evaluation", "--role", "Interviewer").rpartition(" ")[2]
    assert client.login(username="evaluation", password=password)
    page = reverse("desk:cases", args=[survey.name])
    assert client.get(page).status_code == 200
    assert manage("change_staff", "evaluation", "--lock") == "evaluation: Interviewer, locked"
    assert client.get(page).status_code == 302
    assert not client.login(username="evaluation", password=password)
    manage("change_staff", "evaluation", "--unlock")
    assert client.login(username="evaluation", password=password)


def test_a_role_is_replaced_by_another(survey: Survey) -> None:
    manage("add_staff", "evaluation", "--role", "Administrator")
    said = manage("change_staff", "evaluation", "--role", "Interviewer")
    assert said == "evaluation: Interviewer, may log in"
    user = User.objects.get()
    assert user.has_perm("respondents.follow_up")
    assert not user.has_perm("analysis.download_returns")


@pytest.mark.parametrize("words", [["evaluation"], ["nobody", "--lock"]])
def test_a_change_of_nothing_or_nobody_is_bad_input(words: list[str]) -> None:
    manage("add_staff", "evaluation", "--role", "Interviewer")
    with pytest.raises(CommandError) as refusal:
        manage("change_staff", *words)
    assert refusal.value.returncode == 2


# --- deeds without a page or a login ---


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey)[0]


def test_who_sends_something_after_the_login_has_expired_comes_back_to_the_page(
    case: Case, client: Client
) -> None:
    before, page = contents(), reverse("desk:case", args=[case.variant.survey.name, case.pk])
    deed = reverse("desk:record-contact", args=[case.pk])
    login = client.post(deed, {"kind": "note", "text": "x"}, headers={"Referer": f"http://testserver{page}"})
    assert login["Location"] == f"{reverse('desk:login')}?next={page}"
    assert "nicht gespeichert" in client.get(login["Location"]).content.decode()
    assert contents() == before
    elsewhere = client.post(deed, headers={"Referer": "https://elsewhere.example/page"})
    assert elsewhere["Location"] == f"{reverse('desk:login')}?next={reverse('desk:home')}"


def test_the_address_of_a_deed_says_that_it_is_no_page(case: Case, client: Client) -> None:
    client.force_login(builders.staff("Interviewer"))
    reply = client.get(reverse("desk:record-contact", args=[case.pk]))
    assert (reply.status_code, reply["Allow"]) == (405, "POST")
    assert reverse("desk:home") in reply.content.decode()


def test_the_language_of_a_page_with_a_mistake_is_changed_on_the_page_itself(
    case: Case, client: Client
) -> None:
    client.force_login(builders.staff("Interviewer"))
    refused = client.post(reverse("desk:record-contact", args=[case.pk]), {"kind": "note", "text": ""})
    page = reverse("desk:case", args=[case.variant.survey.name, case.pk])
    assert f'href="{page}?language=' in refused.content.decode()
