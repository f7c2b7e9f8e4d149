"""python -m benchmarks: measure everything, in a database of its own beside the one of DATABASE_URL."""

import os
import subprocess
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
RETURNS = int(os.environ.get("BENCH_RETURNS", "100000"))


def main() -> None:
    """Build the data, measure, write var/bench/bench.json."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    from benchmarks import letters, numbers, pages
    from benchmarks.large import survey_of
    from benchmarks.measure import figure, write

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print("sending letters", flush=True)
        sending = [*letters.figures(url_of(name))]
        print("answering", flush=True)
        answering = [*pages.figures(url_of(name))]
        print(f"building {RETURNS} returns", flush=True)
        survey = survey_of(RETURNS)
        figures = [
            *answering,
            *sending,
            *numbers.figures(survey),
            figure("peak_100k", peak(name), "MB"),
            numbers.report(),
        ]
        write(figures, ROOT / "var" / "bench" / "bench.json")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


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
