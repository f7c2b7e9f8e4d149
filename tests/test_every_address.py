"""Who may open what: every address of the project, for everybody; and that looking changes nothing.

Whoever adds an address adds a line to ADDRESSES.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from respondents.models import Case, Contact, Letter, Mailing
from surveys.models import PretestGroup, Survey
from tests import builders
from tests.respondents.rows import contents

pytestmark = pytest.mark.once

STAFF = ("Interviewer", "Researcher", "Administrator")
RESPONDENTS = ("respondent", "other respondent")
ROLES = ("nobody", *RESPONDENTS, *STAFF)
LOGIN = "login"  # sent to the login page
Outcome = int | str
SECRET = "Only this office knows of the leak in the depot."


@dataclass(frozen=True)
class World:
    """What addresses can be about: one survey, and the case and response of "respondent" in it."""

    survey: Survey
    case: Case
    other_case: Case
    mailing: Mailing
    letter: Letter
    group: PretestGroup
    contact: Contact


Arguments = Callable[[World], list[object]]


def of_nothing(world: World) -> list[object]:
    return []


def of_survey(world: World) -> list[object]:
    return [world.survey.name]


def of_mailing(world: World) -> list[object]:
    return [world.survey.name, world.mailing.name]


def of_link(world: World) -> list[object]:
    """The personal link of "respondent", which everybody else has no business with, but may follow."""
    return [world.case.token]


def of_case(world: World) -> list[object]:
    return [world.case.pk]


def of_mail(world: World) -> list[object]:
    return [world.survey.name, world.contact.pk]


@dataclass(frozen=True)
class Address:
    """What an address answers to GET, HEAD and an empty POST: to everybody, unless a role is named."""

    get: Outcome
    post: Outcome
    get_for: dict[str, Outcome] = field(default_factory=dict)
    post_for: dict[str, Outcome] = field(default_factory=dict)
    about: Arguments = of_nothing

    def expected(self, method: str, role: str) -> Outcome:
        if method == "post":
            return self.post_for.get(role, self.post)
        return self.get_for.get(role, self.get)


def staff(answer: Outcome) -> dict[str, Outcome]:
    return dict.fromkeys(STAFF, answer)


def respondents(answer: Outcome) -> dict[str, Outcome]:
    return dict.fromkeys(RESPONDENTS, answer)


def only(role: str, answer: Outcome) -> dict[str, Outcome]:
    """This answer for the role and those above it; the others at the desk are refused."""
    allowed = STAFF[STAFF.index(role) :]
    return {each: answer if each in allowed else 403 for each in STAFF}


def page_of_desk(answer: Outcome = 200, about: Arguments = of_survey) -> Address:
    """A page of the desk: to be looked at by all staff."""
    return Address(LOGIN, 405, staff(answer), about=about)


def deed_of_desk(role: str, answer: Outcome, about: Arguments = of_survey) -> Address:
    """Something that staff from this role upwards can do."""
    return Address(405, LOGIN, {}, only(role, answer), about)


ADDRESSES = {
    "respondents:entry": Address(200, 302, about=of_link),
    "respondents:opt_out": Address(200, 200, about=lambda world: [world.case.opt_out_token]),
    "surveys:page": Address(403, 403, respondents(200), respondents(302), lambda world: [1]),
    "surveys:review": Address(403, 403, respondents(200), respondents(200)),
    "surveys:receipt": Address(403, 405, respondents(302)),  # to the review: nothing is submitted yet
    "surveys:reopen": Address(403, 403, respondents(302), respondents(302)),  # nothing is submitted yet
    "surveys:discard": Address(403, 403, respondents(302), respondents(302)),
    "surveys:pretest": Address(200, 200, about=lambda world: [world.group.token]),
    "surveys:copy": Address(405, 403, {}, respondents(302)),  # to the review, as long as nothing is submitted
    "surveys:blank": Address(403, 405, respondents(200)),
    "respondents:copy": Address(405, 404, about=of_link),
    "respondents:blank": Address(200, 405, about=of_link),
    "surveys:privacy": Address(200, 405, about=of_survey),
    "surveys:imprint": Address(200, 405, about=of_survey),
    "surveys:accessibility": Address(200, 405, about=of_survey),
    "desk:login": Address(200, 200, staff(302), staff(302)),
    "desk:logout": Address(405, LOGIN),
    "desk:home": page_of_desk(302, of_nothing),
    "desk:overview": page_of_desk(),
    "desk:results": page_of_desk(),
    "desk:replication": page_of_desk(404),  # the small study has nothing published before
    "desk:questionnaire": page_of_desk(),
    "desk:preview": page_of_desk(about=lambda world: [world.survey.name, "museum", 1]),
    "desk:pretest": page_of_desk(),
    "desk:pretest-comments": page_of_desk(),
    "desk:add-pretest-group": deed_of_desk("Researcher", 200),  # the group has no name yet
    "desk:close-pretest-group": deed_of_desk("Researcher", 302, lambda world: [world.group.pk]),
    "desk:reopen-pretest-group": deed_of_desk("Researcher", 302, lambda world: [world.group.pk]),
    "desk:delete-pretest": deed_of_desk("Researcher", 302),
    "desk:delete-paradata": deed_of_desk("Administrator", 302),
    "desk:mailing": page_of_desk(about=of_mailing),
    "desk:mailing-progress": page_of_desk(about=of_mailing),
    "desk:mailing-letter": page_of_desk(about=of_mailing),
    "desk:dry-run": page_of_desk(about=of_mailing),
    "desk:dry-run-csv": page_of_desk(about=of_mailing),
    **{
        f"desk:{deed}": deed_of_desk("Researcher", 302, lambda world: [world.mailing.pk])
        for deed in ("propose", "release", "pause", "resume", "stop")
    },
    "desk:decide": deed_of_desk("Researcher", 302, lambda world: [world.letter.pk]),
    "desk:cases": page_of_desk(),
    "desk:case": page_of_desk(about=lambda world: [world.survey.name, world.case.pk]),
    "desk:record-contact": deed_of_desk("Interviewer", 200, of_case),  # nothing is said yet
    "desk:change-office": deed_of_desk("Researcher", 200, of_case),  # an office has an address
    "desk:decide-case": deed_of_desk("Researcher", 302, of_case),
    "desk:decline-case": deed_of_desk("Interviewer", 302, of_case),
    "desk:pick-found": deed_of_desk("Researcher", 302, lambda w: [w.survey.name, w.mailing.pk]),
    "desk:pick-case": deed_of_desk("Researcher", 302, lambda w: [w.case.pk, w.mailing.pk]),
    "desk:inbox": page_of_desk(),
    "desk:mail": page_of_desk(about=of_mail),
    "desk:settle-mail": deed_of_desk("Interviewer", 302, of_mail),
    "desk:take-up-mail": deed_of_desk("Interviewer", 302, of_mail),
    "desk:confirm-mail": deed_of_desk("Interviewer", 302, of_mail),
    "desk:let-go-mail": deed_of_desk("Interviewer", 302, of_mail),
    "desk:assign-mail": deed_of_desk("Interviewer", 302, lambda w: [*of_mail(w), w.case.pk]),
    "desk:download": deed_of_desk("Administrator", 200, lambda w: [w.survey.name, "returns_coded.csv"]),
}

# Pages that show answers to whoever holds the personal link; nobody else's pages show them.
BEHIND_THE_LINK = {"respondents:entry"}


def names(patterns: list[URLPattern | URLResolver], within: str = "") -> Iterator[str]:
    """The full name of every address; a nameless one by its pattern, so that it is not overlooked."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, within + space)
        else:
            yield within + (pattern.name or str(pattern.pattern))


@pytest.fixture
def world(survey: Survey) -> World:
    """One of everything, so that nothing is refused for lack of a thing to show."""
    case, other = Case.objects.of(survey).order_by("pk")[:2]
    case.open_response().store({"remarks": SECRET}, page=1)
    group = survey.pretest_groups.create(name="Colleagues")
    mailing = survey.mailings.all()[0]
    letter = mailing.letters.create(case=other, state=Letter.State.UNCLEAR)
    contact = Contact.objects.create(kind="reply", at=survey.now(), fingerprint="f" * 64)
    return World(survey, case, other, mailing, letter, group, contact)


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    return {name: reverse(name, args=address.about(world)) for name, address in ADDRESSES.items()}


def browsers(role: str, world: World) -> Callable[[], Client]:
    """Makes browsers in the hands of this role, each with a session of its own."""
    user = builders.staff(role) if role in STAFF else None
    links = {"respondent": world.case.token, "other respondent": world.other_case.token}

    def browser() -> Client:
        client = Client()
        if user:
            client.force_login(user)
        elif role in links:
            client.post(f"/b/{links[role]}")
        return client

    return browser


def outcome(answer: Any) -> Outcome:
    """The status, or that the login page is what comes next."""
    to_login = answer.headers.get("Location", "").startswith(reverse("desk:login"))
    return LOGIN if to_login else int(answer.status_code)


def test_every_address_has_a_line_in_this_table() -> None:
    found = list(names(get_resolver().url_patterns))
    missing = sorted(set(found) - ADDRESSES.keys())
    assert not missing, f"say in ADDRESSES ({__file__}) who may open {', '.join(missing)}"
    assert sorted(found) == sorted(ADDRESSES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_every_address_opens_for_those_whom_it_is_for(
    world: World, addresses: dict[str, str], method: str, role: str
) -> None:
    browser = browsers(role, world)
    found = {name: outcome(getattr(browser(), method)(address)) for name, address in addresses.items()}
    assert found == {name: address.expected(method, role) for name, address in ADDRESSES.items()}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_an_address_changes_no_row_of_any_table(
    world: World, addresses: dict[str, str], method: str, role: str
) -> None:
    """No exception is made, not even for sessions: they are written at the door and at the login only."""
    browser = browsers(role, world)()
    before = contents()
    changed_by = []
    for name, address in addresses.items():
        getattr(browser, method)(address)
        if (after := contents()) != before:
            changed_by.append(name)
            before = after
    assert changed_by == []


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"respondent"}))
def test_nobody_reads_the_answers_of_another_without_the_link(
    world: World, addresses: dict[str, str], role: str
) -> None:
    browser = browsers(role, world)
    pages = {name: browser().get(address) for name, address in addresses.items()}
    said = [name for name, page in pages.items() if SECRET.encode() in b"".join(page)]
    assert set(said) - BEHIND_THE_LINK == set()


def test_the_respondent_reads_the_own_answers(world: World, addresses: dict[str, str]) -> None:
    page = browsers("respondent", world)().get(addresses["surveys:review"])
    assert SECRET in page.content.decode()


def test_an_account_without_a_role_sees_nothing_of_the_desk(
    world: World, addresses: dict[str, str], client: Client
) -> None:
    client.force_login(User.objects.create_user("nobody"))
    of_the_desk = {name for name in addresses if name.startswith("desk:")} - {"desk:login", "desk:logout"}
    answers = {(client.get(addresses[name]).status_code, client.post(addresses[name]).status_code)
               for name in of_the_desk}  # fmt: skip
    assert answers <= {(403, 405), (405, 403), (403, 403)}


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name.startswith("desk:")])
def test_a_desk_form_that_another_site_sends_is_refused(addresses: dict[str, str], name: str) -> None:
    """Without the token that only our own pages carry, even an administrator's browser changes nothing."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(builders.staff("Administrator"))
    before = contents()
    assert strict.post(addresses[name]).status_code in (403, 405)
    assert contents() == before


@pytest.mark.parametrize("name", ["surveys:page", "surveys:review", "surveys:reopen", "surveys:discard"])
def test_an_answer_that_another_site_sends_is_refused(addresses: dict[str, str], name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.post(addresses["respondents:entry"])
    assert strict.post(addresses[name], {"go": "submit"}).status_code == 403
