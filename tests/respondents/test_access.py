"""Who may open what: every address of the project, for everybody, by GET and by POST."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from respondents.models import Case
from surveys.models import Survey
from tests import builders

STAFF = ("Interviewer", "Researcher", "Administrator")
ROLES = ("nobody", "respondent", *STAFF)
LOGIN = "login"  # sent to the login page
Outcome = int | str


@dataclass(frozen=True)
class Rule:
    """What an address answers: to everybody, unless a role is named."""

    get: Outcome
    post: Outcome
    get_for: dict[str, Outcome] = field(default_factory=dict)
    post_for: dict[str, Outcome] = field(default_factory=dict)

    def expected(self, method: str, role: str) -> Outcome:
        if method == "get":
            return self.get_for.get(role, self.get)
        return self.post_for.get(role, self.post)


def for_staff(answer: Outcome) -> dict[str, Outcome]:
    return dict.fromkeys(STAFF, answer)


RULES = {
    "respondents:entry": Rule(200, 302),
    "surveys:page": Rule(403, 403, {"respondent": 200}, {"respondent": 302}),
    "surveys:review": Rule(403, 403, {"respondent": 200}, {"respondent": 200}),
    "surveys:receipt": Rule(403, 405, {"respondent": 302}),
    "surveys:privacy": Rule(200, 405),
    "surveys:imprint": Rule(200, 405),
    "desk:login": Rule(200, 200, for_staff(302), for_staff(302)),
    "desk:logout": Rule(405, LOGIN),
    "desk:home": Rule(LOGIN, 405, for_staff(302)),
    "desk:overview": Rule(LOGIN, 405, for_staff(200)),
    "desk:results": Rule(LOGIN, 405, for_staff(200)),
    "desk:replication": Rule(LOGIN, 405, for_staff(404)),  # the small study has nothing published before
    "desk:release": Rule(405, LOGIN, {}, {"Interviewer": 403, "Researcher": 302, "Administrator": 302}),
    "desk:download": Rule(405, LOGIN, {}, {"Interviewer": 403, "Researcher": 403, "Administrator": 200}),
}


def names(patterns: list[URLPattern | URLResolver], within: str = "") -> Iterator[str]:
    """The full name of every address; a nameless one by its pattern, so that it is not overlooked."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, within + space)
        else:
            yield within + (pattern.name or str(pattern.pattern))


@pytest.fixture
def addresses(survey: Survey) -> dict[str, str]:
    """One real address for every name, so that nothing is refused for lack of a thing to show."""
    case = Case.objects.of(survey).order_by("pk")[0]
    arguments: dict[str, list[object]] = {
        "respondents:entry": [case.token],
        "surveys:page": [1],
        "surveys:privacy": [survey.name],
        "surveys:imprint": [survey.name],
        "desk:overview": [survey.name],
        "desk:results": [survey.name],
        "desk:replication": [survey.name],
        "desk:release": [survey.mailings.all()[0].pk],
        "desk:download": [survey.name, "returns_coded.csv"],
    }
    return {name: reverse(name, args=arguments.get(name)) for name in RULES}


def browser_of(role: str, survey: Survey) -> Callable[[], Client]:
    """Makes browsers in the hands of this role, each with a session of its own."""
    user = builders.staff(role) if role in STAFF else None
    link = f"/b/{Case.objects.of(survey).order_by('pk')[1].token}"

    def browser() -> Client:
        client = Client()
        if user:
            client.force_login(user)
        elif role == "respondent":
            client.post(link)
        return client

    return browser


def outcome(answer: Any) -> Outcome:
    """The status, or that the login page is what comes next."""
    to_login = answer.headers.get("Location", "").startswith(reverse("desk:login"))
    return LOGIN if to_login else int(answer.status_code)


def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    assert sorted(names(get_resolver().url_patterns)) == sorted(RULES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_opens_for_those_whom_it_is_for(
    survey: Survey, addresses: dict[str, str], method: str, role: str
) -> None:
    browser = browser_of(role, survey)
    found = {name: outcome(getattr(browser(), method)(address)) for name, address in addresses.items()}
    assert found == {name: rule.expected(method, role) for name, rule in RULES.items()}


def test_an_account_without_a_role_sees_nothing_of_the_desk(
    survey: Survey, addresses: dict[str, str], client: Client
) -> None:
    client.force_login(User.objects.create_user("nobody"))
    assert client.get(addresses["desk:home"]).status_code == 403
    assert client.get(addresses["desk:overview"]).status_code == 403
    assert client.get(addresses["desk:results"]).status_code == 403
    assert client.post(addresses["desk:release"]).status_code == 403
    assert client.post(addresses["desk:download"]).status_code == 403


@pytest.mark.parametrize("name", ["desk:release", "desk:download", "desk:logout", "desk:login"])
def test_a_desk_form_that_another_site_sends_is_refused(addresses: dict[str, str], name: str) -> None:
    """Without the token that only our own pages carry, even an administrator's browser changes nothing."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(builders.staff("Administrator"))
    assert strict.post(addresses[name]).status_code == 403


@pytest.mark.parametrize("name", ["surveys:page", "surveys:review"])
def test_an_answer_that_another_site_sends_is_refused(addresses: dict[str, str], name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.post(addresses["respondents:entry"])
    assert strict.post(addresses[name], {"go": "submit"}).status_code == 403
