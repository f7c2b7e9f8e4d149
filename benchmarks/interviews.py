"""Whole interviews: a form filled in page by page, as a browser does it with its scripts, or without them.

Every request is counted: the link with stylesheet, fonts, icon and scripts; the click that opens the form; a
save for each choice, and for each text one in every `BETWEEN_SAVES` seconds of typing; every page left and
the next one fetched; review, submission and receipt. Only the pauses for thought are left out. Without
scripts nothing is saved before a page is left, as in systems that save page by page.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any, TypeVar

from benchmarks.browser import Browser, Reply
from benchmarks.measure import Figure, figure
from respondents.rehearsal import page_answers
from surveys.instrument import Instrument

CLIENTS, ROUNDS, HELD = 8, 3, 48  # interviews a round
KEYS_A_SECOND, BETWEEN_SAVES = 4.0, 1.2
REVIEW, RECEIPT = "/form/review/", "/form/receipt/"
Link = tuple[str, Instrument]
Bare = Callable[[], tuple[Browser, str]]
T = TypeVar("T")
R = TypeVar("R")


class Interview:
    """One person fills in one form in a fresh browser, from the link to the receipt."""

    def __init__(self, port: int, link: Link, rng: random.Random) -> None:
        self.browser, self.rng = Browser(port), rng
        self.link, self.instrument = link
        self.answers: dict[str, Any] = {}

    def hold(self) -> Counter[str]:
        """All of it; how often the browser asked for something, by method."""
        browser = self.browser
        browser.visit(self.link)
        page = browser.follow(browser.post(self.link, {}))
        while browser.at != REVIEW:
            page = self.fill_in(page, int(browser.at.split("/")[2]))
        receipt = browser.follow(browser.post(REVIEW, page.hidden | {"go": "submit"}))
        if browser.at != RECEIPT:
            raise RuntimeError(f"no receipt, but {receipt.status} at {browser.at}")
        return Counter(browser.asked)

    def fill_in(self, page: Reply, number: int) -> Reply:
        """One page: each answer is saved as it is given, and the whole page when it is left."""
        carried, given = page.hidden, dict[str, Any]()
        for name, answer in page_answers(self.instrument, number, self.answers, self.rng).items():
            given[name] = answer
            for _ in range(saves(answer)):
                carried = self.save(carried, given)
        left = self.send(carried, given | {"go": "next"})
        return self.browser.visit(json.loads(left.body)["next"])

    def save(self, carried: dict[str, str], given: dict[str, Any]) -> dict[str, str]:
        """One save by the page's script, and what the page carries from then on."""
        said = json.loads(self.send(carried, given).body)
        if said["wrong"] or said["conflicts"]:
            raise RuntimeError(f"not saved: {said}")
        kept = {name: json.dumps(said[name]) for name in ("shown", "theirs")}
        return carried | kept | {"turn": str(int(carried["turn"]) + 1)}

    def send(self, carried: dict[str, str], given: dict[str, Any]) -> Reply:
        return self.browser.post(self.browser.at, carried | given, Accept="application/json")


class InterviewWithoutScripts(Interview):
    """The same in a browser that runs no scripts."""

    def fill_in(self, page: Reply, number: int) -> Reply:
        """One page, sent when it is left."""
        given = page_answers(self.instrument, number, self.answers, self.rng)
        browser = self.browser
        return browser.follow(browser.post(browser.at, page.hidden | given | {"go": "next"}))


def saves(answer: Any) -> int:
    """How often one answer is saved: a choice once, a text while it is typed."""
    typing = len(answer) / KEYS_A_SECOND if isinstance(answer, str) else 0
    return max(1, ceil(typing / BETWEEN_SAVES))


def interviews(name: str, kind: type[Interview], port: int, bare: Bare, links: Iterator[Link]) -> Figure:
    """Interviews a second, beside as many GETs and POSTs of the bare view; the best turn of each counts."""
    rng = random.Random(2019)  # noqa: S311  # the same answers in every run
    rounds = []
    for _ in range(ROUNDS):
        counts, ours = timed(hold, [kind(port, next(links), rng) for _ in range(HELD)])
        _, theirs = timed(repeat, [(bare(), count) for count in counts])
        rounds.append((HELD / ours, HELD / theirs))
    asked = sum(counts, Counter[str]())
    print(f"{name}: {asked['GET'] / HELD:.0f} GET and {asked['POST'] / HELD:.0f} POST each", flush=True)
    return figure(name, max(r[0] for r in rounds), "interviews/s", max(r[1] for r in rounds))


def timed(work: Callable[[T], R], parts: list[T]) -> tuple[list[R], float]:
    """The parts done by all clients, each taking the next one that is left; and the seconds it took."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        done = list(clients.map(work, parts))
    return done, time.perf_counter() - begun


def hold(interview: Interview) -> Counter[str]:
    return interview.hold()


def repeat(plain: tuple[tuple[Browser, str], Counter[str]]) -> None:
    """As many requests of the bare view, over one connection as well."""
    (browser, path), count = plain
    for _ in range(count["GET"]):
        browser.get(path)
    for number in range(count["POST"]):
        browser.post(path, {"answer": number})
