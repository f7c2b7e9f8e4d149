"""A pretest in a real browser: from the desk to a comment and back to the desk, with scripts and without."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.machine import FieldPhase, Machine
from tests.journeys.test_browser import (
    choose,
    go_on,
    go_to_the_review,
    press,
    receipt,
    visitor,
)

pytestmark = pytest.mark.once

COMMENT = "Was heißt <b>Kontext</b>?"
BOX = "#id_comment__chancen"


@contextmanager
def researcher(chromium: Browser, service: Machine, field: FieldPhase) -> Iterator[Page]:
    """Somebody at the desk, on the page of the pretest groups."""
    with visitor(chromium) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{service.base_url}/desk/{field.survey}/pretest/")
        page.locator('input[name="username"]').fill("administrator")
        page.locator('input[name="password"]').fill(field.password)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/pretest/$"))
        yield page


def new_group(page: Page, name: str) -> str:
    """The link of a group that is created at the desk, as the button copies it."""
    page.locator("#id_name").fill(name)
    page.get_by_role("button", name="Gruppe anlegen").click()
    group = page.locator("section.mailing", has=page.get_by_role("heading", name=name, exact=True))
    group.get_by_role("button", name="Link kopieren").click()
    expect(group.get_by_role("status")).to_have_text("Kopiert")
    return str(page.evaluate("navigator.clipboard.readText()"))


def try_the_form(page: Page, link: str, variant: str) -> None:
    page.goto(link)
    page.locator("#start-form").get_by_text(variant, exact=True).click()
    page.locator("#start-form button").click()
    expect(page).to_have_url(re.compile("/form/1/$"))
    expect(page.locator(".rehearsal", has_text="Pretest:")).to_be_visible()


def comments(page: Page) -> list[str]:
    page.get_by_role("link", name="Anmerkungen nach Fragen lesen").click()
    return page.locator("main li > p:first-child").all_inner_texts()


@pytest.fixture
def without_comments(service: Machine, field_2019: FieldPhase) -> None:
    """No pretest of another test is left."""
    survey = f"models.Survey.objects.get(name={field_2019.survey!r})"
    steps = f"from surveys import models, pretesting; pretesting.discard({survey})"
    service.manage("shell", "--verbosity=0", "-c", steps)


@pytest.mark.usefixtures("without_comments")
def test_a_comment_is_saved_while_it_is_typed_and_read_at_the_desk(
    service: Machine, field_2019: FieldPhase, chromium: Browser
) -> None:
    with researcher(chromium, service, field_2019) as desk:
        link = new_group(desk, "Runde mit Skript")
        with visitor(chromium) as page:
            try_the_form(page, link, "Ordnungsamt")
            page.locator(BOX).fill(COMMENT)
            expect(page.locator("#saved")).to_contain_text("Gespeichert")
            page.goto(link)
            page.get_by_role("button", name="Fortsetzen").click()
            expect(page.locator(BOX)).to_have_value(COMMENT)
        assert comments(desk) == [COMMENT]


@pytest.mark.usefixtures("without_comments")
def test_a_comment_without_scripts_is_saved_with_its_page_and_submitted_with_the_form(
    service: Machine, field_2019: FieldPhase, chromium: Browser
) -> None:
    with researcher(chromium, service, field_2019) as desk:
        link = new_group(desk, "Runde ohne Skript")
        with visitor(chromium, scripts=False, narrow=True) as page:
            try_the_form(page, link, "Sozialamt")
            page.locator(BOX).fill(COMMENT)
            go_on(page)
            choose(page, "v4_sicherheit", 7)
            go_to_the_review(page)
            expect(page.locator("main")).to_contain_text(COMMENT)
            press(page, "submit")
            assert receipt(page)
            page.goto(link)
            expect(page.locator("main")).to_contain_text("abgegeben")
        assert comments(desk) == [COMMENT]
