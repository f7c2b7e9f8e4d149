"""The form under eight respondents at a time, beside a bare view with the same SELECT and UPDATE.

Server, database and the eight browsers share the machine. Both servers run with the settings of
`gunicorn.conf.py`; they are measured in turns, and the best turn of each counts.
"""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.management import call_command

from benchmarks.browser import Browser, Reply
from benchmarks.interviews import CLIENTS, ROUNDS, Interview, InterviewWithoutScripts, Link, interviews
from benchmarks.measure import Figure, figure
from benchmarks.server import serving
from respondents.models import Case
from surveys.instrument import instrument_of
from surveys.models import Survey

STUDY = Path(__file__).resolve().parent.parent / "studies" / "divercity_2019"
IN_THE_FIELD = datetime(2019, 11, 5, 12, tzinfo=ZoneInfo("Europe/Berlin"))
SECONDS = 3.0
INTERVIEWS = {"interviews": Interview, "interviews_without_scripts": InterviewWithoutScripts}
Work = Callable[[], object]


def figures(database_url: str) -> Iterator[Figure]:
    """Looking at a page, sending it, and whole interviews."""
    links = unused_links(survey_in_the_field())
    with serving("config.wsgi", database_url) as port, serving("benchmarks.bare", database_url) as bare:
        visits = [Visit(port, next(links)) for _ in range(CLIENTS)]
        plain = [Plain(bare, visit) for visit in visits]
        yield faster("page_get", [v.look for v in visits], [p.look for p in plain])
        yield faster("page_post", [v.send for v in visits], [p.send for p in plain])
        seats = itertools.cycle(plain)  # each client writes a row of its own
        for name, kind in INTERVIEWS.items():
            yield interviews(name, kind, port, lambda: (Browser(bare), next(seats).path), links)


def survey_in_the_field() -> Survey:
    quiet = StringIO()
    call_command("load_study", STUDY, stdout=quiet)
    call_command("import_register", STUDY / "register.csv", survey=STUDY.name, stdout=quiet)
    survey = Survey.objects.get(name=STUDY.name)
    survey.set_clock(IN_THE_FIELD)
    return survey


def unused_links(survey: Survey) -> Iterator[Link]:
    """Personal links that nobody has used yet, kinds of office in turns."""
    kinds = [
        Case.objects.of(survey).filter(variant=variant).select_related("variant__survey")
        for variant in survey.variants.all()
    ]
    for turn in zip(*kinds, strict=False):
        for case in turn:
            yield f"/b/{case.token}", instrument_of(case.variant)


class Visit:
    """One respondent on the page with the most items, all of them answered."""

    def __init__(self, port: int, link: Link) -> None:
        address, instrument = link
        self.browser = Browser(port)
        self.browser.follow(self.browser.post(address, {}))
        page = max(instrument.pages, key=lambda page: len(page.items))
        self.path = f"/form/{page.number}/"
        self.codes = {
            item.variable: [point.code for point in item.points] for item in page.items if item.points
        }
        self.hidden = self.look().hidden
        self.shown: dict[str, int] = {}
        self.turns = 0
        self.send()
        self.size = len(self.look().body)

    def look(self) -> Reply:
        return self.browser.get(self.path)

    def send(self) -> Reply:
        """Every answer another one than before, as if the page had shown the last ones."""
        self.turns += 1
        given = {name: codes[self.turns % len(codes)] for name, codes in self.codes.items()}
        carried = self.hidden | {"shown": json.dumps(self.shown), "turn": str(self.turns)}
        self.shown = given
        reply = self.browser.post(self.path, carried | given | {"go": "next"})
        if not reply.location:
            raise RuntimeError("the page was not taken")
        return reply


class Plain:
    """The same number of bytes for the same row, from the bare view."""

    def __init__(self, port: int, visit: Visit) -> None:
        self.browser = Browser(port)
        pk = visit.hidden["response"].partition(":")[0]
        self.path = f"/{pk}/{visit.size}/"
        self.answers = visit.hidden | visit.shown

    def look(self) -> Reply:
        return self.browser.get(self.path)

    def send(self) -> Reply:
        return self.browser.post(self.path, self.answers | {"answer": time.monotonic()})


def faster(name: str, ours: list[Work], bare: list[Work]) -> Figure:
    """Both in turns, so that a noisy machine hits both."""
    rounds = [(rate(ours), rate(bare)) for _ in range(ROUNDS)]
    return figure(name, max(r[0] for r in rounds), "requests/s", max(r[1] for r in rounds))


def rate(works: list[Work]) -> float:
    """How often a second all clients together get their work done."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(works)) as clients:
        done = sum(clients.map(lambda work: repeated(work, begun + SECONDS), works))
    return done / (time.perf_counter() - begun)


def repeated(work: Work, end: float) -> int:
    done = 0
    while time.perf_counter() < end:
        work()
        done += 1
    return done
