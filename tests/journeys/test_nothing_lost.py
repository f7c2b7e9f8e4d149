"""Whatever happens to browser, server or session: each kind of answer that was saved is there afterwards."""

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests import builders
from tests.journeys.machine import FieldPhase, Invited, Machine, machine, wait_until
from tests.journeys.outsider import Browser as Outsider
from tests.journeys.test_browser import PATIENCE, choose, press

pytestmark = pytest.mark.once

EVERY_KIND = """
pages:
  - code: every_kind
    title: One of each
    questions:
      - code: every_kind
        items:
          - {variable: one, text: Choose one, short: One, scale: yes_no}
          - {variable: several, kind: multiple, scale: channels, text: Choose several, short: Several}
          - {variable: number, kind: number, min: 0, text: How many, short: Number}
          - {variable: day, kind: date, text: When, short: Day}
          - {variable: words, kind: text, text: In your words, short: Words}
"""
FIRST = {"one": 1, "several": [1, 3], "number": "7", "day": "2015-06-01", "words": "First words"}
SECOND = {"one": 0, "several": [2], "number": "8", "day": "2016-07-02", "words": "Second words"}
Answers = dict[str, Any]


class Service:
    """A served survey whose web server can be killed and started again."""

    def __init__(self, machine: Machine, field: FieldPhase) -> None:
        self.machine = machine
        self.unused = iter(field.cases)
        self.stack = ExitStack()
        self.start()

    def start(self) -> None:
        self.server = self.stack.enter_context(self.machine.web())

    def kill(self) -> None:
        """As the kernel would: at once, with everything under way."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.stack.close()

    def stored(self, case: Invited) -> Answers:
        """What somebody else finds who opens the same link on another device."""
        device = Outsider()
        device.send(device.open(case.url), "start-form", None)
        form = device.open(f"{self.machine.base_url}/form/1/").form("page-form")
        assert form is not None
        values = form.form_values()
        several = sorted(int(value) for name, value in values if name == "several")
        found = {name: value.removeprefix("\n") for name, value in values if name in FIRST}  # as browsers do
        found |= {"several": several}
        return found | ({"one": int(found["one"])} if "one" in found else {})

    def wait_for(self, case: Invited, answers: Answers) -> None:
        wait_until(lambda: self.stored(case) == answers, f"storing {answers}")


@pytest.fixture(scope="module")
def service_of_every_kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The small study with one of each kind on its first page."""
    study = tmp_path_factory.mktemp("study") / "museums_2024"
    shutil.copytree(builders.SMALL_STUDY, study)
    questionnaire = study / "questionnaire.yaml"
    questionnaire.write_text(questionnaire.read_text().replace("\npages:\n", EVERY_KIND))
    with machine(tmp_path_factory.mktemp("every_kind")) as own:
        with (
            (study / "municipalities.csv").open("a") as places,
            (study / "register.csv").open("a") as rows,
        ):
            for number in range(6):  # a case for each test
                places.write(f"Seestadt {number},NW,30000\n")
                rows.write(f"Seestadt {number},NW,30000,museum,museum{number}@seestadt.example,,,,0,0\n")
        field = own.field(study, study / "register.csv", clock="2024-03-05T12:00")
        service = Service(own, field)
        with service.stack:
            yield service


@pytest.fixture
def service(service_of_every_kind: Service) -> Service:
    return service_of_every_kind


@pytest.fixture
def case(service: Service) -> Invited:
    return next(service.unused)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, case: Invited) -> Page:
    return opened(context, case)


def opened(context: BrowserContext, case: Invited) -> Page:
    page = context.new_page()
    page.goto(case.url)
    page.locator("#start-form button").click()
    expect(page).to_have_url(re.compile(r"/form/\d/$"))
    return page


def answer(page: Page, answers: Answers) -> None:
    """Give these answers as a person would, instead of those that stand there."""
    choose(page, "one", answers["one"])
    for code in (1, 2, 3):
        box = page.locator(f'input[name="several"][value="{code}"]')
        if box.is_checked() != (code in answers["several"]):
            choose(page, "several", code)
    for name in ("number", "day", "words"):
        page.locator(f"#id_{name}").fill(answers[name])


def at(page: Page, number: int) -> None:
    expect(page).to_have_url(re.compile(f"/form/{number}/$"))


def is_saved(page: Page) -> None:
    """The page says that all that stands on it is saved."""
    expect(page.locator("#saved:not(.saved--pending)")).to_have_text(re.compile(r"^Saved at \d"))


def is_not_saved(page: Page, why: str) -> None:
    expect(page.locator("#saved")).to_have_text(re.compile(f"^Not saved yet: .*{why}"))


def shown(page: Page) -> Answers:
    """What stands on the page."""
    values: list[list[str]] = page.evaluate(
        "[...new FormData(document.querySelector('#page-form'))].map(([name, value]) => [name, value])"
    )
    found: Answers = {name: value for name, value in values if name in FIRST}
    found["several"] = sorted(int(value) for name, value in values if name == "several")
    return found | {"one": int(found["one"])}


# --- with scripts ---


def test_a_page_that_is_closed_without_a_button_was_saved(
    service: Service, case: Invited, page: Page
) -> None:
    answer(page, FIRST)
    is_saved(page)
    service.wait_for(case, FIRST)
    page.locator("#id_words").fill("The last words")
    page.goto("about:blank")
    service.wait_for(case, FIRST | {"words": "The last words"})


def test_a_server_that_is_killed_before_it_answers_costs_nothing(
    service: Service, case: Invited, page: Page
) -> None:
    def stored_but_unanswered(route: Route) -> None:
        route.fetch()
        service.kill()
        route.abort()

    page.route("**/form/1/", stored_but_unanswered, times=1)
    answer(page, FIRST)
    is_not_saved(page, "the server cannot be reached")
    answer(page, SECOND)
    service.start()
    is_saved(page)
    assert page.locator("#conflicts fieldset").count() == 0
    assert service.stored(case) == shown(page) == SECOND


def test_after_a_lost_session_the_page_saves_itself_once_the_link_is_opened_again(
    service: Service, case: Invited, context: BrowserContext, page: Page
) -> None:
    context.clear_cookies(name="sessionid")
    answer(page, FIRST)
    is_not_saved(page, "your session has expired")
    assert shown(page) == FIRST
    opened(context, case)
    page.bring_to_front()
    is_saved(page)
    assert service.stored(case) == FIRST


def test_an_expired_token_is_renewed_unnoticed(
    service: Service, case: Invited, context: BrowserContext, page: Page
) -> None:
    context.clear_cookies(name="csrftoken")
    answer(page, FIRST)
    is_saved(page)
    service.wait_for(case, FIRST)


def test_two_tabs_show_both_answers_and_store_the_chosen_ones(
    service: Service, case: Invited, context: BrowserContext, page: Page
) -> None:
    other = opened(context, case)
    answer(page, FIRST)
    is_saved(page)
    service.wait_for(case, FIRST)
    context.set_offline(True)  # else the other tab shows each answer of the first before its own is changed
    answer(other, SECOND)
    is_not_saved(other, "the server cannot be reached")
    context.set_offline(False)
    expect(other.locator("#conflicts fieldset")).to_have_count(len(FIRST))
    assert service.stored(case) == FIRST
    for text in ("First words", "Second words", "2 July 2016", "1 June 2015"):
        expect(other.locator("#conflicts")).to_contain_text(text)
    for name in FIRST:
        side = "theirs" if name == "words" else "mine"
        other.locator(f'label[for="keep_{name}_{side}"]').click()
    is_saved(other)
    expect(other.locator("#conflicts fieldset")).to_have_count(0)
    chosen = SECOND | {"words": "First words"}
    assert service.stored(case) == shown(other) == chosen


def test_back_and_forward_show_what_was_saved(service: Service, case: Invited, page: Page) -> None:
    answer(page, FIRST)
    press(page, "next")
    at(page, 2)
    page.go_back()
    at(page, 1)
    assert shown(page) == FIRST
    answer(page, SECOND)
    page.go_forward()
    at(page, 2)
    service.wait_for(case, SECOND)
    page.go_back()
    expect(page.locator("#id_words")).to_have_value("Second words")
    assert shown(page) == SECOND
    page.reload()
    assert shown(page) == SECOND


def test_a_double_click_saves_once_and_goes_on_one_page(service: Service, case: Invited, page: Page) -> None:
    answer(page, FIRST)
    page.locator('#page-form .actions button[value="next"]').dblclick()
    at(page, 2)
    page.wait_for_load_state("networkidle")
    at(page, 2)
    assert service.stored(case) == FIRST


def test_what_needs_a_look_is_named_and_everything_else_is_saved(
    service: Service, case: Invited, page: Page
) -> None:
    answer(page, FIRST)
    is_saved(page)
    page.locator("#id_number").fill("-3")
    is_not_saved(page, "How many")
    asks_before_it_is_left(page)
    page.locator("#id_words").fill("More words")
    service.wait_for(case, FIRST | {"words": "More words"})
    press(page, "next")
    expect(page.locator("#error-summary")).to_be_focused()
    at(page, 1)
    expect(page.locator("#id_number")).to_have_value("-3")
    expect(page).to_have_title(re.compile("^Error: "))
    page.locator("#id_number").fill("7")
    is_saved(page)
    expect(page.locator("#error-summary, .kern-error, [aria-invalid]")).to_have_count(0)
    expect(page).to_have_title(re.compile("^(?!Error)"))
    page.locator("#id_day").press("Delete")  # takes the month away: half a date
    is_not_saved(page, "Please complete the date")
    press(page, "next")
    expect(page.locator("#id_day")).to_be_focused()
    assert service.stored(case) == FIRST | {"words": "More words"}


def asks_before_it_is_left(page: Page) -> None:
    with page.expect_event("dialog") as dialog:
        page.close(run_before_unload=True)
    assert dialog.value.type == "beforeunload"
    dialog.value.dismiss()


def test_too_long_a_text_is_not_cut_off_but_named(service: Service, case: Invited, page: Page) -> None:
    answer(page, FIRST)
    is_saved(page)
    page.locator("#id_words").fill("x" * 9_000)
    is_not_saved(page, "Please shorten your text")
    assert len(page.locator("#id_words").input_value()) == 9_000
    expect(page.get_by_text("characters too many")).to_be_visible()
    page.locator("#id_words").fill("Short words")
    is_saved(page)
    assert service.stored(case) == FIRST | {"words": "Short words"}


def test_the_wheel_changes_no_number(page: Page) -> None:
    answer(page, FIRST)
    page.locator("#id_number").click()
    page.mouse.wheel(0, 200)
    assert page.locator("#id_number").input_value() == FIRST["number"]


def test_a_page_that_is_loaded_again_at_once_shows_what_was_typed_last(
    service: Service, case: Invited, page: Page
) -> None:
    answer(page, FIRST)
    is_saved(page)
    for words in ("Some more", "The last words"):
        page.locator("#id_words").fill(words)
        page.reload()
        expect(page.locator("#id_words")).to_have_value(words)


def test_the_page_says_when_saving_takes_long(page: Page) -> None:
    def late(route: Route) -> None:
        time.sleep(4)
        route.continue_()

    page.route("**/form/1/", late, times=1)
    choose(page, "one", 1)
    expect(page.locator("#saved")).to_have_text("Saving …")
    is_saved(page)


def test_without_a_network_the_page_waits_warns_and_goes_on_later(
    service: Service, case: Invited, context: BrowserContext, page: Page
) -> None:
    context.set_offline(True)
    answer(page, FIRST)
    is_not_saved(page, "the server cannot be reached")
    press(page, "next")
    at(page, 1)
    asks_before_it_is_left(page)
    assert shown(page) == FIRST
    context.set_offline(False)
    at(page, 2)
    assert service.stored(case) == FIRST


# --- without scripts ---


def come_back(page: Page, problem: str) -> None:
    """The page comes back with what was typed and says why it is not stored."""
    press(page, "next")
    at(page, 1)
    expect(page.locator("#problem")).to_contain_text(problem)
    expect(page.locator("#id_words")).to_have_value("First words")


def again(page: Page) -> None:
    press(page, "next")
    at(page, 2)


def after_a_lost_session(page: Page, case: Invited) -> None:
    page.context.clear_cookies(name="sessionid")
    come_back(page, "your session has expired")
    opened(page.context, case)
    again(page)


def after_a_lost_token(page: Page, case: Invited) -> None:
    page.context.clear_cookies(name="csrftoken")
    come_back(page, "the page was open for too long")
    again(page)


def after_all_cookies_are_lost(page: Page, case: Invited) -> None:
    page.context.clear_cookies()
    come_back(page, "your session has expired")
    opened(page.context, case)
    again(page)


@pytest.mark.parametrize(
    "happens",
    [after_a_lost_session, after_a_lost_token, after_all_cookies_are_lost, lambda page, case: again(page)],
)
def test_without_scripts_a_page_is_stored_when_it_is_left_or_comes_back(
    service: Service, case: Invited, chromium: Browser, happens: Callable[[Page, Invited], None]
) -> None:
    context = chromium.new_context(locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = opened(context, case)
    answer(page, FIRST)
    happens(page, case)
    assert service.stored(case) == FIRST
    context.close()
