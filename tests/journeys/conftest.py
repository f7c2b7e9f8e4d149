"""Machines for journeys; each is set up once in a run, for starting a service takes its time."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import builders
from tests.journeys.machine import FieldPhase, Machine, machine

INVITED = 40
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def own_machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine that nobody has used yet."""
    with machine(tmp_path) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine whose web server answers; shared, so that each test takes links of its own."""
    with machine(tmp_path_factory.mktemp("service")) as shared:
        yield shared


@pytest.fixture(scope="session")
def field_2019(service: Machine) -> Iterator[FieldPhase]:
    """The 2019 survey on its second day, served, with some offices of every kind invited."""
    register = service.folder / "register.csv"
    with (builders.STUDY_2019 / "register.csv").open() as rows:
        register.write_text("".join(itertools.islice(rows, 1 + INVITED)))
    field = service.field(builders.STUDY_2019, register, clock="2019-11-05T12:00")
    with service.web():
        yield field


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; ended with each module, for the database is out of reach while it is driven."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()
