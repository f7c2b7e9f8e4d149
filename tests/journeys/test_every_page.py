"""axe looks at every page there is: at the desk and beside the form, empty, full, with mistakes, dark, small.

The pages of the form itself are in test_everyone.py. Whoever adds an address adds its page here.
SIGHTS=folder also puts pictures of all of them there.
"""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from respondents.models import Case, Contact, Letter, Mailing
from surveys.models import Survey
from tests import builders
from tests.journeys.conftest import FLAGS
from tests.journeys.test_everyone import findings
from tests.test_every_address import ADDRESSES
from tests.test_translation import english, german_in  # noqa: F401  # a fixture

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

State, Kind = Letter.State, Contact.Kind
FILES = {"desk:dry-run-csv", "respondents:blank", "surveys:blank", "desk:mailing-progress"}  # part of a page
OF_THE_FORM = {"surveys:review"}  # in test_everyone.py
WORDS = "What an answer says, with a-very-long-address@" + "department." * 8 + "example"


@dataclass(frozen=True)
class Sight:
    """A page as somebody comes to it, and what they do there before it is looked at."""

    name: str
    path: str
    client: Client
    deed: Callable[[Page], object] = lambda page: None
    status: int = 200


# --- what there is to be seen ---


def mails(survey: Survey, case: Case) -> list[Contact]:
    """One of each kind that can come back: certain, guessed and of nobody."""
    return [
        Contact.objects.create(
            case=None if kind == Kind.REPLY else case, kind=kind, at=survey.now(), probable=number % 3 == 1,
            sender="amt@stadt.example", subject=WORDS, text=f"{WORDS}\n\n{WORDS}", status="5.7.1",
            until=survey.now().date() if kind == Kind.ABSENCE else None, fingerprint=f"{number:064}",
        )
        for number, kind in enumerate(Kind)
    ]  # fmt: skip


def mailings(survey: Survey) -> dict[str, Mailing]:
    """A mailing in each stage of its life, with letters in every state."""
    soon = {"planned_for": survey.now() + timedelta(days=1), "per_minute": 60, "per_domain": 10}
    stages = {
        "planned": builders.mailing(survey, **soon),
        "proposed": builders.mailing(survey, **soon, proposed_at=survey.now()),
        "released": builders.mailing(survey, **soon),
        "running": builders.mailing(survey),
        "paused": builders.mailing(survey),
        "stopped": builders.mailing(survey),
    }
    for stage in ("released", "running", "paused", "stopped"):
        stages[stage].release()
    stages["paused"].pause(Mailing.Pause.FAILURES)
    stages["stopped"].stop()
    first, second, third = stages["running"].letters.order_by("pk")
    for letter, state in ((first, State.UNCLEAR), (second, State.FAILED), (third, State.PLANNED)):
        Letter.objects.filter(pk=letter.pk).update(state=state, reason="550 5.1.1 " + WORDS)
    return stages


def people() -> dict[str, Client]:
    clients = {name: Client() for name in ("nobody", "guest", "Interviewer", "Administrator")}
    clients["guest"].force_login(User.objects.create_user("guest"))
    for role in ("Interviewer", "Administrator"):
        clients[role].force_login(builders.staff(role))
    return clients


def desk_of(survey: Survey, what: str) -> Iterator[tuple[str, str]]:
    """The pages about a survey as a whole."""
    for name in (
        "overview", "results", "questionnaire", "pretest", "pretest-comments", "cases", "inbox",
    ):  # fmt: skip
        yield f"desk:{name}, {what}", reverse(f"desk:{name}", args=[survey.name])


@pytest.fixture
def site(settings: LazySettings) -> Iterator[str]:
    """Where the pages of this test's database are, with style and scripts as in production."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield settings.BASE_URL
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sights(site: str) -> list[Sight]:
    """Every page, as somebody comes to see it."""
    survey, other = builders.survey_in_field(), builders.load(builders.STUDY_2019)
    clients, stages = people(), mailings(survey)
    desk, nobody = clients["Administrator"], clients["nobody"]
    answering, answered, withdrawn = Case.objects.of(survey).order_by("pk")
    refusing = builders.case_for(answering.variant, builders.municipality("Neustadt"))
    refusing.decline(Kind.OPTED_OUT)
    submitted = Client()
    submitted.post(f"/b/{answered.token}")
    builders.answered(answered)
    builders.withdrawn(withdrawn)
    came_back = mails(survey, withdrawn)
    group = survey.pretest_groups.create(name="Colleagues")
    closed = survey.pretest_groups.create(name="Last summer", closed_at=survey.now())
    builders.mailing(survey, title="A word to some", audience_rule={"hand_picked": True}).picked.add(
        answering
    )
    name = survey.name

    case_page = reverse("desk:case", args=[name, answering.pk])
    return [
        Sight("desk:login", "/desk/login/", nobody),
        Sight("desk:login, mistake", "/desk/login/", nobody, send_nothing),
        *(Sight(title, path, desk) for title, path in desk_of(survey, "full")),
        *(Sight(title, path, desk) for title, path in desk_of(other, "empty")),
        Sight("desk:overview, interviewer", reverse("desk:overview", args=[name]), clients["Interviewer"]),
        Sight("desk:replication", reverse("desk:replication", args=[other.name]), desk),
        Sight("desk:preview", reverse("desk:preview", args=[name, "museum", 1]), desk),
        Sight("desk:pretest, mistake", reverse("desk:pretest", args=[name]), desk, no_name),
        *(
            Sight(f"desk:{page}, {stage}", reverse(f"desk:{page}", args=[name, mailing.name]), desk)
            for stage, mailing in stages.items()
            for page in (("mailing", "dry-run") if stage == "running" else ("mailing",))
        ),
        Sight("desk:mailing-letter", reverse("desk:mailing-letter", args=[other.name, "invitation"]), desk),
        Sight("desk:cases, search", reverse("desk:cases", args=[name]) + "?q=x&disposition=complete", desk),
        Sight("desk:inbox, settled", reverse("desk:inbox", args=[name]) + "?settled", desk),
        Sight("desk:case", case_page, desk),
        Sight("desk:case, interviewer", case_page, clients["Interviewer"]),
        Sight("desk:case, withdrawn", reverse("desk:case", args=[name, withdrawn.pk]), desk),
        Sight("desk:case, nothing said", case_page, desk, nothing_said),
        Sight("desk:case, no address", case_page, desk, no_address),
        *(
            Sight(f"desk:mail, {mail.kind}", reverse("desk:mail", args=[name, mail.pk]), desk)
            for mail in came_back[3:9]
        ),
        Sight("respondents:entry", f"/b/{answering.token}", nobody),
        Sight("respondents:entry, answered", f"/b/{answered.token}", nobody),
        Sight("respondents:entry, withdrawn", f"/b/{withdrawn.token}", nobody, status=410),
        Sight("respondents:entry, no such link", f"/b/{'a' * 32}", nobody, status=404),
        Sight("respondents:opt_out", f"/no/{answering.opt_out_token}", nobody),
        Sight("respondents:opt_out, mistake", f"/no/{answering.opt_out_token}", nobody, send_nothing),
        Sight("respondents:opt_out, confirm", f"/no/{answering.opt_out_token}", nobody, name_another),
        Sight("respondents:opt_out, noted", f"/no/{refusing.opt_out_token}?noted=opted_out", nobody),
        Sight("respondents:opt_out, no such link", "/no/1-abc", nobody, status=404),
        Sight("surveys:receipt", "/form/receipt/", submitted),
        Sight("surveys:reopen", "/form/reopen/", submitted),
        Sight("surveys:discard", "/form/discard/", submitted),
        Sight("surveys:page, session lost", "/form/1/", nobody, status=403),
        Sight("surveys:pretest", f"/p/{group.token}/", nobody),
        Sight("surveys:pretest, mistake", f"/p/{group.token}/", nobody, send_nothing),
        Sight("surveys:pretest, over", f"/p/{closed.token}/", nobody, status=410),
        *(
            Sight(f"surveys:{page}", f"/about/{name}/{page}/", nobody)
            for page in ("privacy", "imprint", "accessibility")
        ),
        Sight("404", "/nowhere", nobody, status=404),
        Sight("403, no role", reverse("desk:overview", args=[name]), clients["guest"], status=403),
        Sight("403, no token", "/desk/login/", nobody, without_token),
    ]


def send(page: Page, form: str) -> None:
    """Send a form as it stands, past what the browser itself would find wrong with it."""
    page.locator(form).first.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.wait_for_load_state()
    expect(page.locator(".kern-alert, [role=alert]").first).to_be_visible()


def send_nothing(page: Page) -> None:
    send(page, "main form:not([action*=language])")


def no_name(page: Page) -> None:
    send(page, "form[action*=add]")


def nothing_said(page: Page) -> None:
    send(page, "form[action*=record]")


def no_address(page: Page) -> None:
    page.locator("details:has(input[name=email]) > summary").click()
    page.locator("input[name=email]").fill("nobody")
    send(page, "form[action*=office]")


def name_another(page: Page) -> None:
    page.get_by_label("another person").check()
    page.locator("input[name=whom]").fill("Sam Sample, sample@museum.example")
    page.locator("main form button").click()
    expect(page.locator("button[name=confirm]")).to_be_visible()


def without_token(page: Page) -> None:
    """As if the browser had lost the cookie that belongs to the page's token."""
    page.context.clear_cookies()
    with page.expect_navigation():
        page.locator("main form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")


# --- looking at them ---


@pytest.fixture
def browser(sights: list[Sight]) -> Iterator[Browser]:
    """Started when the sights are there: while it is driven the database is out of reach."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


def context_of(browser: Browser, client: Client, url: str) -> BrowserContext:
    """A browser that is whoever this client is."""
    context = browser.new_context(locale="de-DE")
    context.add_cookies([{"name": c.key, "value": c.value, "url": url} for c in client.cookies.values()])
    return context


def test_every_page_is_among_the_sights(sights: list[Sight]) -> None:
    pages = {name for name, address in ADDRESSES.items() if 200 in (address.get, *address.get_for.values())}
    pages |= {"surveys:receipt", "surveys:reopen", "surveys:discard"}  # not before something is submitted
    assert pages - {sight.name.partition(",")[0] for sight in sights} == FILES | OF_THE_FORM


@pytest.mark.usefixtures("english")
def test_no_page_speaks_german_to_a_reader_of_english(sights: list[Sight]) -> None:
    """But for the texts of a German study."""
    said: dict[str, list[str]] = {}
    for sight in sights:
        sight.client.cookies["django_language"] = "en"
        if builders.STUDY_2019.name not in sight.path:
            page = sight.client.get(sight.path).content.decode()
            said[sight.name] = german_in(page.replace("Kommunalbefragung", ""))
    assert {name: german for name, german in said.items() if german} == {}


def test_axe_finds_nothing_on_any_page(sights: list[Sight], browser: Browser, site: str) -> None:
    found: dict[str, list[str]] = {}
    for sight in sights:
        with context_of(browser, sight.client, site) as context:
            page = context.new_page()
            reply = page.goto(site + sight.path)
            assert reply
            assert reply.status == sight.status, f"{sight.name} is another page"
            sight.deed(page)
            if folder := os.environ.get("SIGHTS"):
                photograph(page, Path(folder), sight.name)
            found[sight.name] = wrong_with(page, letter=sight.name == "desk:mailing-letter")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def wrong_with(page: Page, *, letter: bool) -> list[str]:
    """Findings on a wide, light screen and on a small, dark one, which must not scroll sideways either."""
    found = findings(page, letter=letter) + findings(page, dark=True, small=True, letter=letter)
    if (beyond := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        found.append(f"scrolls sideways by {beyond} px")
    return found


def photograph(page: Page, folder: Path, name: str) -> None:
    """A picture of each width, light and dark, to be looked at by a person."""
    for width, dark in product((1280, 360), (False, True)):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=folder / f"{name}, {width}{' dark' * dark}.png", full_page=True)
