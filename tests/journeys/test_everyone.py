"""Everyone can answer: axe looks at every state of every page; by keyboard alone; with large fingers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.machine import ROOT, FieldPhase
from tests.journeys.test_browser import (
    NARROW,
    RECEIPT,
    choose,
    go_on,
    open_form,
    press,
    unused,
    visitor,
)

pytestmark = pytest.mark.once

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
FINDINGS = """async ([rules, least]) => {
  const {violations, passes} = await axe.run(document, {runOnly: rules});
  if (passes.length < least) throw new Error(`axe has looked at ${passes.length} rules only`);
  return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(" ")}`));
}"""
# A colleague in another window gives an answer to the same item.
COLLEAGUE = """async ([name, code]) => {
  const page = new DOMParser().parseFromString(await (await fetch(location)).text(), "text/html");
  const body = new URLSearchParams(new FormData(page.querySelector("#page-form")));
  body.set(name, code);
  const headers = {Accept: "application/json"};
  if (!(await fetch(location, {method: "POST", body, headers})).ok) throw new Error("not stored");
}"""
FIRST_CHOICE = """() => {
  const radio = document.querySelector(".item:not([hidden]) input[type=radio]");
  return radio && [radio.name, [...document.getElementsByName(radio.name)].map((each) => each.value)];
}"""
# What no button or key can send: an answer that the item does not offer.
SPOIL = """() => {
  const control = document.querySelector(".item:not([hidden]) :is(input, textarea)");
  if (control.matches("textarea")) control.value = "x".repeat(9000);
  else Object.assign(control, {value: "99", checked: true});
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "main :is(.option, button, textarea, input), .site-header__language :is(a, button), .site-footer__links a"
  )]
  .filter((target) => target.checkVisibility() && !target.closest(".option :scope, .kern-sr-only"))
  .filter((target) => !(target.matches("input") && target.closest(".option")) && target.type !== "hidden")
  .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 44)
  .map(([html, box]) => `${box.width} x ${box.height}: ${html}`)"""
FOCUSED = """() => {
  const {activeElement: e} = document, style = getComputedStyle(e);
  const marked = [e, e.parentElement].some((each) => {
    const {outlineStyle, boxShadow} = getComputedStyle(each);
    return outlineStyle !== "none" || boxShadow !== "none";
  });
  return {
    kind: e.type ?? e.localName, name: e.name ?? "", value: e.value ?? "", marked,
    done: Boolean(e.type === "radio" ? document.querySelector(`[name="${e.name}"]:checked`) : e.value),
  };
}"""


def findings(page: Page, *, dark: bool = False, small: bool = False, letter: bool = False) -> list[str]:
    """What axe finds wrong with the page as it stands; a letter is no page, with landmarks and a heading."""
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.set_viewport_size(NARROW if small else {"width": 1280, "height": 900})
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(FINDINGS, [RULES[:-1], 4] if letter else [RULES, 15])
    return found


def pages_of_the_form(page: Page) -> Iterator[str]:
    """Each page of the questionnaire from the first to the last."""
    while "review" not in page.url:
        yield page.url.split("/form/")[1]
        go_on(page)


def in_every_state(page: Page) -> Iterator[tuple[str, list[str]]]:
    """One page empty, with an answer that two people gave differently, filled in, and with a mistake."""
    yield "empty", findings(page)
    if found := page.evaluate(FIRST_CHOICE):
        name, codes = found
        page.evaluate(COLLEAGUE, [name, codes[0]])
        choose(page, name, int(codes[1]))
        expect(page.locator("#conflicts fieldset")).to_have_count(1)
        yield "conflict", findings(page, small=True)
        yield "conflict, dark", findings(page, dark=True)
        page.locator("#conflicts label").first.click()
        expect(page.locator("#conflicts fieldset")).to_have_count(0)
    yield "filled", findings(page, dark=True)
    address = page.url
    page.evaluate(SPOIL)
    press(page, "next")
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.title().startswith("Fehler:")
    yield "error", findings(page, small=True)
    yield "error, dark", findings(page, dark=True)
    page.goto(address)


def test_axe_finds_nothing_on_any_page_of_a_form_in_any_state(
    field_2019: FieldPhase, chromium: Browser
) -> None:
    found: dict[str, list[str]] = {}
    with visitor(chromium) as page:
        page.goto(unused(field_2019, "integration", 2).url)
        found["welcome"] = findings(page) + findings(page, dark=True, small=True)
        open_form(page, unused(field_2019, "integration", 2))
        for number in pages_of_the_form(page):
            found |= {f"{number} {state}": wrong for state, wrong in in_every_state(page)}
        found["review"] = findings(page) + findings(page, dark=True, small=True)
        press(page, "submit")
        expect(page).to_have_url(re.compile("/form/receipt/$"))
        found["receipt"] = findings(page) + findings(page, dark=True, small=True)
        page.goto(unused(field_2019, "integration", 2).url)
        found["copy"] = findings(page) + findings(page, dark=True, small=True)
    assert len(found) > 40
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def answer_by_keyboard(page: Page) -> None:
    """From control to control by the tabulator: digits for choices, words for texts, Enter to go on."""
    for _ in range(200):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        assert here["marked"], f"nothing shows that {here} has the focus"
        if here["kind"] == "radio" and not here["done"]:
            page.keyboard.press("1")
        elif here["kind"] == "textarea" and not here["done"]:
            page.keyboard.type("1 oder 2")  # digits stay digits in a text
        elif here["kind"] == "submit" and here["value"] in ("next", "submit"):
            before = page.url
            page.keyboard.press("Enter")
            return expect(page).not_to_have_url(before)
    raise AssertionError("the tabulator does not get to the end of the page")


def test_a_whole_form_can_be_filled_in_by_keyboard_alone(field_2019: FieldPhase, chromium: Browser) -> None:
    with visitor(chromium) as page:
        page.goto(unused(field_2019, "jugend", 2).url)
        while page.evaluate(FOCUSED)["kind"] != "submit":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/form/1/$"))
        while "review" not in page.url:
            answer_by_keyboard(page)
        expect(page.locator("main")).to_contain_text("1 oder 2")
        expect(page.locator("main")).not_to_contain_text("keine Angabe")
        answer_by_keyboard(page)
        expect(page.locator(".receipt-number")).to_have_text(RECEIPT)


def test_a_digit_chooses_on_a_scale_of_ten_and_the_choice_can_be_taken_back(
    field_2019: FieldPhase, chromium: Browser
) -> None:
    with visitor(chromium) as page:
        open_form(page, unused(field_2019, "jugend", 3))
        go_on(page)
        scale = page.locator('input[name="v4_vielfalt"]')
        chosen = page.locator('input[name="v4_vielfalt"]:checked')
        expect(chosen).to_have_count(0)
        scale.first.focus()
        for digit in "1790":
            page.keyboard.press(digit)
            expect(chosen).to_have_value("10" if digit == "0" else digit)
            expect(chosen).to_be_focused()
        page.locator("#item_v4_vielfalt .clear").press("Enter")
        expect(chosen).to_have_count(0)
        go_on(page)
        press(page, "back")
        expect(page).to_have_url(re.compile("/form/2/$"))
        expect(chosen).to_have_count(0)


def test_every_target_of_a_form_is_large_enough_for_a_finger(
    field_2019: FieldPhase, chromium: Browser
) -> None:
    small: dict[str, list[str]] = {}
    for narrow in (True, False):
        with visitor(chromium, narrow=narrow) as page:
            open_form(page, unused(field_2019, "soziales", 2 if narrow else 3))
            for number in pages_of_the_form(page):
                small[f"{number} {narrow}"] = page.evaluate(SMALL_TARGETS)
    assert len(small) > 20
    assert {number: targets for number, targets in small.items() if targets} == {}


@pytest.mark.parametrize("form", [False, True])
def test_the_first_page_is_light(field_2019: FieldPhase, chromium: Browser, form: bool) -> None:
    case = unused(field_2019, "stadtplanung", 2)
    context = chromium.new_context()
    with visitor(chromium) as page:
        page.goto(case.url)
        if form:
            open_form(page, case)
        cookies, address = page.context.cookies(), page.url
    context.add_cookies(cookies)  # type: ignore[arg-type]  # what a browser gives it also takes
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    context.close()
    assert len(sizes) <= 7
    assert 20_000 < sum(sizes) <= 75_000
