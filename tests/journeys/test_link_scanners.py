"""Mail gateways that follow every link of a real letter, up to one that clicks all it finds, decide nothing.

And the same page in the hands of a person: without scripts, on a telephone, to the end and back.
"""

import json
import re
from email import message_from_string, policy
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.machine import FieldPhase, Invited, Machine
from tests.journeys.test_browser import visitor

pytestmark = pytest.mark.once

OFFICE_TYPE, NUMBER = "soziales", 5
LETTER = """
from respondents.letters import compose
from respondents.models import Letter
print(compose(Letter.objects.get(case={case})).message().as_string())
"""
STANDING = """
import hashlib, json
from respondents.models import Case
from tests.respondents.rows import contents
case = Case.objects.with_disposition().get(pk={case})
response = case.response
print(json.dumps(dict(
    disposition=case.disposition,
    contacts=[contact.kind for contact in case.contacts.all()],
    answered=bool(response and (response.saved_at or response.submitted_at or response.answers)),
    rows=hashlib.sha256(repr(contents()).encode()).hexdigest(),
)))
"""
CLICKABLE = "a[href], button, input, label, summary"


def told(service: Machine, steps: str, case: Invited) -> str:
    return service.manage("shell", "--verbosity=0", "-c", steps.format(case=case.id))


@pytest.fixture(scope="module")
def case(field_2019: FieldPhase) -> Invited:
    """An office that no other journey writes to."""
    return field_2019.of(OFFICE_TYPE)[NUMBER]


@pytest.fixture(scope="module")
def links(service: Machine, case: Invited) -> list[str]:
    """Every address in the letter that this office got: text, HTML and headers; a scanner sends no mail."""
    letter = message_from_string(told(service, LETTER, case), policy=policy.default)
    bodies = [letter.get_body((kind,)) for kind in ("plain", "html")]
    texts = [letter["List-Unsubscribe"], *(body.get_content() for body in bodies if body is not None)]
    found = {link for text in texts for link in re.findall(r"https?://[^\s\"'<>]+", text)}
    return sorted(found)


def now(service: Machine, case: Invited) -> dict[str, object]:
    found: dict[str, object] = json.loads(told(service, STANDING, case))
    return found


@pytest.fixture
def standing(service: Machine, case: Invited) -> dict[str, object]:
    """How the case stands before."""
    return now(service, case)


def test_a_letter_holds_the_personal_link_and_the_way_to_say_no(links: list[str], case: Invited) -> None:
    assert case.url in links
    assert [link for link in links if "/no/" in link]


def test_scanners_that_fetch_every_link_again_and_again_change_no_row(
    service: Machine, links: list[str], case: Invited, standing: dict[str, object]
) -> None:
    for link in links:
        for method in ("HEAD", *["GET"] * 20):
            with urlopen(Request(link, method=method)) as page:  # noqa: S310  # our own address
                assert page.status == 200
                assert not page.headers.get_all("Set-Cookie")
    assert now(service, case) == standing


def test_a_scanner_with_a_browser_and_scripts_changes_no_row(
    service: Machine, chromium: Browser, links: list[str], case: Invited, standing: dict[str, object]
) -> None:
    for link in links:
        with visitor(chromium) as page:
            page.goto(link, wait_until="networkidle")
            page.mouse.wheel(0, 5_000)
            page.wait_for_timeout(500)
    assert now(service, case) == standing


def come_to_rest(page: Page) -> None:
    """Let a click lead wherever it leads."""
    page.wait_for_timeout(200)
    page.wait_for_load_state("networkidle")


def click_everything(page: Page, link: str) -> int:
    """Click each thing on the page, every time on a fresh one, and then all of them one after another."""
    page.goto(link)
    count = page.locator(CLICKABLE).count()
    for number in range(count):
        page.goto(link)
        page.locator(CLICKABLE).nth(number).evaluate("thing => thing.click()")
        come_to_rest(page)
    page.goto(link)
    page.evaluate(f"document.querySelectorAll('{CLICKABLE}').forEach((thing) => thing.click())")
    come_to_rest(page)
    return count


def test_a_scanner_that_clicks_everything_decides_nothing_and_uses_no_link_up(
    service: Machine, chromium: Browser, links: list[str], case: Invited, standing: dict[str, object]
) -> None:
    """It begins a response, as anybody who presses the button does; that alone counts as nothing."""
    for link in links:
        with visitor(chromium, strict=False) as page:
            assert click_everything(page, link) > 5
    assert {**now(service, case), "rows": ""} == {**standing, "rows": ""}
    with visitor(chromium) as page:
        page.goto(case.url)
        page.locator("#start-form button").click()
        expect(page).to_have_url(re.compile("/form/1/$"))


# --- a person ---


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_a_person_says_no_and_takes_it_back_without_scripts(
    service: Machine, chromium: Browser, links: list[str], case: Invited, narrow: bool
) -> None:
    (link,) = {link for link in links if "/no/" in link}
    with visitor(chromium, scripts=False, narrow=narrow) as page:
        page.goto(link)
        page.get_by_role("button", name="Weiter").click()
        expect(page.get_by_text("Bitte wählen Sie aus, was zutrifft.").first).to_be_visible()
        page.get_by_label("nicht mehr an").check()
        page.get_by_role("button", name="Weiter").click()
        page.get_by_role("button", name="Ja, bitte festhalten").click()
        expect(page.get_by_role("status")).to_contain_text("nicht mehr an")
        assert now(service, case)["disposition"] == "2.11"
        page.get_by_role("button", name="Wieder Schreiben erhalten").click()
        page.get_by_role("button", name="Ja, bitte festhalten").click()
        expect(page.get_by_role("status")).to_contain_text("wieder Schreiben")
    assert now(service, case)["disposition"] != "2.11"
