"""Respondents with a real browser: by mouse and keyboard, without scripts, on a small telephone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.journeys.machine import FieldPhase, Invited

pytestmark = pytest.mark.once

RECEIPT = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")
PAGES = 12
PATIENCE = 20_000  # milliseconds
expect.set_options(timeout=PATIENCE)
NARROW: ViewportSize = {"width": 320, "height": 640}


@contextmanager
def visitor(
    browser: Browser, *, scripts: bool = True, narrow: bool = False, strict: bool = True
) -> Iterator[Page]:
    """A page of a fresh browser profile; a fault or a request to elsewhere fails the test, unless told."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport=NARROW if narrow else None,
        locale="de-DE",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if elsewhere(request.url) else None)
    yield page
    context.close()
    assert not strict or wrong == []


def elsewhere(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:"))


def unused(field: FieldPhase, office_type: str, number: int) -> Invited:
    """A link that no other test uses: the first of each kind belongs to another journey."""
    return field.of(office_type)[number]


def press(page: Page, go: str) -> None:
    page.locator(f'#page-form button[name="go"][value="{go}"]').click()


def go_on(page: Page) -> None:
    """Press on until the next page is there."""
    before = page.url
    press(page, "next")
    expect(page).not_to_have_url(before)


def option(page: Page, variable: str, code: int) -> Locator:
    return page.locator(f'input[name="{variable}"][value="{code}"]')


def choose(page: Page, variable: str, code: int) -> None:
    """Click on the words beside the button, as people do."""
    identifier = option(page, variable, code).get_attribute("id")
    page.locator(f'label[for="{identifier}"]').click()


def open_form(page: Page, case: Invited) -> None:
    page.goto(case.url)
    page.locator("#start-form button").click()
    expect(page).to_have_url(re.compile("/form/1/$"))


def receipt(page: Page) -> str:
    found = RECEIPT.search(page.locator("main").inner_text())
    assert found
    return found[0]


def at_page(page: Page, number: int) -> None:
    expect(page).to_have_url(re.compile(f"/form/{number}/$"))


def write_by_keyboard(page: Page) -> None:
    """Page 1: two texts, from one to the other by the tabulator."""
    page.locator("#id_o1_chancen").click()
    page.keyboard.type("Mehr Austausch")
    page.keyboard.press("Tab")
    expect(page.locator("#id_o2_herausforderungen")).to_be_focused()
    page.keyboard.type("Wenig Zeit")
    go_on(page)


def rate_by_keyboard(page: Page) -> None:
    """Page 2: a scale by the arrow keys, the other one by mouse, and on by Enter."""
    option(page, "v4_sicherheit", 1).focus()
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(option(page, "v4_sicherheit", 7)).to_be_checked()
    choose(page, "v4_vielfalt", 10)
    page.locator('#page-form button[value="next"]').focus()
    page.keyboard.press("Enter")
    at_page(page, 3)


def make_a_filtered_item_appear(page: Page) -> None:
    """Page 3: the open question comes and goes with the answer before it."""
    proposals = page.locator("#item_o6_neu")
    expect(proposals).to_be_hidden()
    for code, visible in ((2, False), (4, True), (1, False), (4, True)):
        choose(page, "v6_neu", code)
        expect(proposals).to_be_visible(visible=visible)
        expect(page.locator("#item_o6_anpassen")).to_be_hidden()
    page.locator("#id_o6_neu").fill("Runder Tisch")
    go_on(page)


def find_it_again_after_reload_and_back(page: Page) -> None:
    """By the browser's buttons as well as by ours."""
    page.reload()
    at_page(page, 4)
    page.go_back()
    at_page(page, 3)
    expect(page.locator("#id_o6_neu")).to_have_value("Runder Tisch")
    expect(page.locator("#item_o6_neu")).to_be_visible()
    page.go_forward()
    at_page(page, 4)
    press(page, "back")
    at_page(page, 3)
    expect(option(page, "v6_neu", 4)).to_be_checked()


def go_to_the_review(page: Page) -> None:
    while "review" not in page.url:
        go_on(page)


def test_a_respondent_gets_by_mouse_and_keyboard_from_the_link_to_the_receipt(
    field_2019: FieldPhase, chromium: Browser
) -> None:
    case = unused(field_2019, "ordnung", 1)
    with visitor(chromium) as page:
        open_form(page, case)
        write_by_keyboard(page)
        rate_by_keyboard(page)
        make_a_filtered_item_appear(page)
        find_it_again_after_reload_and_back(page)
        go_to_the_review(page)
        page.locator('#page-form button[value="submit"]').dblclick()
        expect(page).to_have_url(re.compile("/form/receipt/$"))
        given = receipt(page)
        page.reload()
        assert receipt(page) == given
        page.goto(case.url)
        assert receipt(page) == given
        for words in ("Mehr Austausch", "Wenig Zeit", "7 (1 = gar keine Rolle", "Runder Tisch"):
            expect(page.locator("main")).to_contain_text(words)
        expect(page.locator("#page-form")).to_have_count(0)


def test_a_browser_that_only_looks_with_all_its_scripts_opens_nothing(
    field_2019: FieldPhase, chromium: Browser
) -> None:
    case = unused(field_2019, "soziales", 1)
    with visitor(chromium) as page:
        for _ in range(2):
            page.goto(case.url, wait_until="networkidle")
            expect(page.locator("#start-form button")).to_have_text("Fragebogen öffnen")
        assert page.context.cookies() == []


def test_two_tabs_of_one_browser_end_with_one_receipt(field_2019: FieldPhase, chromium: Browser) -> None:
    with visitor(chromium) as page:
        open_form(page, unused(field_2019, "stadtplanung", 1))
        other = page.context.new_page()
        for tab in (page, other):
            tab.goto(re.sub("/form/.*", "/form/review/", page.url))
        receipts = set()
        for tab in (page, other):
            press(tab, "submit")
            expect(tab).to_have_url(re.compile("/form/receipt/$"))
            receipts.add(receipt(tab))
        assert len(receipts) == 1


def test_a_respondent_without_scripts_gets_to_the_receipt(field_2019: FieldPhase, chromium: Browser) -> None:
    with visitor(chromium, scripts=False) as page:
        open_form(page, unused(field_2019, "integration", 1))
        page.locator("#id_o1_chancen").fill("Ohne Skript")
        go_on(page)
        go_on(page)
        expect(page.locator("#item_o6_neu")).to_be_visible()
        expect(page.locator("#item_o6_neu .item__condition")).to_contain_text("Nur wenn")
        choose(page, "v6_neu", 3)
        page.locator("#id_o6_neu").fill("Auch ohne Skript")
        go_to_the_review(page)
        for words in ("Ohne Skript", "Auch ohne Skript"):
            expect(page.locator("main")).to_contain_text(words)
        press(page, "submit")
        expect(page).to_have_url(re.compile("/form/receipt/$"))
        assert receipt(page)


def width(page: Page) -> int:
    """How wide the page is; more than the window means scrolling sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def pages_of_a_respondent(page: Page, case: Invited) -> Iterator[str]:
    """Every page from the link to the copy, with a word in it that breaks nowhere by itself."""
    page.goto(case.url)
    yield "welcome"
    open_form(page, case)
    page.locator("#id_o1_chancen").fill("Donaudampfschifffahrt" * 20)
    while "review" not in page.url:
        yield page.url
        go_on(page)
    yield page.url
    press(page, "submit")
    expect(page).to_have_url(re.compile("/form/receipt/$"))
    yield page.url
    page.goto(case.url)
    yield "copy"


def test_no_page_of_a_respondent_scrolls_sideways_on_a_small_telephone(
    field_2019: FieldPhase, chromium: Browser
) -> None:
    widths: dict[str, int] = {}
    with visitor(chromium, narrow=True) as page:
        for name in pages_of_a_respondent(page, unused(field_2019, "jugend", 1)):
            widths[name] = width(page)
    assert len(widths) > PAGES
    assert {name: wide for name, wide in widths.items() if wide > NARROW["width"]} == {}
