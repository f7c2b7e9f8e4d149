"""A program of somebody else: it fills in forms and knows of the project only what its contract promises.

The start form has the id start-form, a page's form page-form; inputs are named by variable; buttons are
named "go". Standard library and lxml only.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from lxml import html  # type: ignore[import-untyped]  # it comes without types

Choose = Callable[[str, list[str]], str | None]
TIMEOUT = 20
MOST_PAGES = 40


@dataclass
class Page:
    """What came back."""

    url: str
    status: int
    tree: html.HtmlElement

    def form(self, name: str) -> html.FormElement | None:
        """The form with this id, if the page has it."""
        found = self.tree.xpath("//form[@id=$name]", name=name)
        return found[0] if found else None

    @property
    def text(self) -> str:
        """What a reader sees, with single spaces."""
        return " ".join(self.tree.text_content().split())


class Browser:
    """Follows links, keeps cookies, sends forms."""

    def __init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, url: str, content: list[tuple[str, str]] | None = None) -> Page:
        body = None if content is None else urlencode(content).encode()
        try:
            answer = self.opener.open(Request(url, body), timeout=TIMEOUT)  # noqa: S310  # our own address
        except HTTPError as error:
            answer = error
        with answer:
            tree = html.fromstring(
                answer.read(), base_url=answer.url, parser=html.HTMLParser(encoding="utf-8")
            )
            return Page(answer.url, answer.status, tree)

    def send(self, page: Page, name: str, button: str | None) -> Page:
        """Send the form with what stands in it, by this button."""
        form = page.form(name)
        assert form is not None, f"no form {name} at {page.url}: {page.text[:300]}"
        values = form.form_values()
        if button is not None:
            assert form.xpath(".//button[@name='go' and @value=$go]", go=button), f"no button {button}"
            values.append(("go", button))
        return self.open(form.action or page.url, values)


@dataclass
class Visit:
    """One form filled in: what was offered, what was put in, and what the visitor saw at the end."""

    variables: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    last: Page | None = None


def fill_in(url: str, choose: Choose) -> Visit:
    """Open a personal link, answer every page as `choose` says, and submit."""
    browser, visit = Browser(), Visit()
    page = browser.send(browser.open(url), "start-form", None)
    for _ in range(MOST_PAGES):
        assert page.status == 200, f"{page.status} at {page.url}"
        form = page.form("page-form")
        assert form is not None, f"no form at {page.url}: {page.text[:300]}"
        if form.xpath(".//button[@name='go' and @value='submit']"):
            visit.last = browser.send(page, "page-form", "submit")
            return visit
        answer(form, choose, visit)
        page = browser.send(page, "page-form", "next")
    raise AssertionError(f"no end after {MOST_PAGES} pages")


def answer(form: html.FormElement, choose: Choose, visit: Visit) -> None:
    """Put an answer into every input that a person could fill in."""
    names = form.xpath(".//input[not(@type='hidden')]/@name | .//textarea/@name | .//select/@name")
    for name in dict.fromkeys(names):
        visit.variables.append(name)
        codes = form.xpath(".//input[@name=$name and @type='radio']/@value", name=name)
        chosen = choose(name, codes)
        if chosen is None:
            continue
        visit.given[name] = form.fields[name] = chosen
        if codes:
            visit.labels[name] = label(form, name, chosen)


def label(form: html.FormElement, name: str, code: str) -> str:
    """The words beside a radio button."""
    (button,) = form.xpath(".//input[@name=$name and @value=$code]", name=name, code=code)
    (words,) = form.xpath(".//label[@for=$id]", id=button.get("id"))
    return " ".join(words.text_content().split())


def read_table(path: Path) -> list[dict[str, str]]:
    """A CSV file with a header, as contract and spreadsheets write it."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
