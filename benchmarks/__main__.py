"""python -m benchmarks [pages] [letters] [numbers]: measure, in databases beside that of DATABASE_URL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from benchmarks.measure import Figure, figure, write

ROOT = Path(__file__).resolve().parent.parent
RETURNS = int(os.environ.get("BENCH_RETURNS", "100000"))


def main() -> None:
    """Measure the named parts, all of them by default; write var/bench/bench.json after each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    parts = {"pages": pages, "letters": letters, "numbers": numbers}
    for part in sys.argv[1:] or parts:
        with database() as name:
            write([*parts[part](name)], ROOT / "var" / "bench" / "bench.json")


@contextmanager
def database() -> Iterator[str]:
    """An empty database, for no part is to find what another has left; its name."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield name
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def letters(database: str) -> Iterator[Figure]:
    """Sending."""
    from benchmarks import letters

    return letters.figures(url_of(database))


def pages(database: str) -> Iterator[Figure]:
    """Filling in."""
    from benchmarks import pages

    return pages.figures(url_of(database))


def numbers(database: str) -> Iterator[Figure]:
    """Analysing."""
    from benchmarks import numbers
    from benchmarks.large import survey_of

    survey = survey_of(RETURNS)
    yield from numbers.figures(survey)
    yield figure("peak_100k", peak(database), "MB")
    yield numbers.report()


def peak(database: str) -> float:
    """Largest resident memory, in MB, of a fresh process that reads, computes and writes everything."""
    command = [sys.executable, "-m", "benchmarks.peak"]
    environment = os.environ | {"DATABASE_URL": url_of(database)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=ROOT)
    return float(done.stdout)


def url_of(database: str) -> str:
    """Where another process finds the database of this bench."""
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database}"


if __name__ == "__main__":
    main()
