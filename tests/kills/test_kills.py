"""Workers are killed over and over, and every letter is accounted for; a broken service is found out."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests.journeys.machine import ROOT
from tests.servers import NoServerError, postgresql_binaries

ON_SERVERS = bool(settings.DATABASE_URL)
# `repeating` and `unfenced` need more kills to show for certain: they are for runs by hand, see saboteur.py.
MUTANT, FAULT = "marked_early", "missing"


@pytest.fixture(autouse=True)
def own_servers() -> None:
    """The bench restarts PostgreSQL, so it takes none that belongs to somebody else."""
    if ON_SERVERS:
        try:
            postgresql_binaries()
        except NoServerError as error:
            pytest.skip(str(error))


def bench(kills: int, *words: str) -> tuple[int, str]:
    """Exit code and books of a run."""
    command = [sys.executable, "-m", "tests.kills", "--kills", str(kills), *words]
    servers = ["--servers"] if ON_SERVERS else []
    ended = subprocess.run([*command, *servers], cwd=ROOT, capture_output=True, text=True, check=False)
    print(ended.stdout, ended.stderr)
    return ended.returncode, ended.stdout


def test_no_letter_goes_out_twice_or_is_lost_however_workers_and_servers_die() -> None:
    code, books = bench(20 if ON_SERVERS else 10)
    assert ", 0 twice, 0 missing" in books
    assert "FAULT" not in books
    assert code == 0


@pytest.mark.skipif(not ON_SERVERS, reason="once is enough: it is the bench that is tried")
def test_the_bench_finds_out_a_service_that_is_broken() -> None:
    code, books = bench(10, "--mutants", MUTANT)
    assert f"FAULT: {FAULT}" in books
    assert code == 1
