"""The kill bench: `python -m tests.kills --kills 100`, with `--servers` on PostgreSQL and Redis of its own.

It needs servers of its own because it restarts them. Prints the books; exits with 1 if a letter went out
twice, is missing, or stands wrong in them. `--mutants` breaks the service on purpose, to see that it is seen.
"""

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.servers import NoServerError, private_postgresql, private_redis

LEFT_OUT = ("MODE", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "RETURNS_URL")


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="at cut points; those at random come on top")
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--servers", action="store_true", help="on PostgreSQL and Redis")
    parser.add_argument("--mutants", default="", help="unfenced, repeating or marked_early")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    chosen = options(words)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ruecklauf-kills-")))
        for name in LEFT_OUT:
            os.environ.pop(name, None)
        os.environ |= {"VAR_DIR": str(folder), "RELEASE_NEEDS_SECOND_PERSON": "false", "LOG_LEVEL": "WARNING"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        database = stack.enter_context(private_postgresql()) if chosen.servers else None
        broker = stack.enter_context(private_redis()) if chosen.servers else None
        if database and broker:
            os.environ |= {"DATABASE_URL": f"{database.url}/postgres", "REDIS_URL": broker.url}
        import django

        django.setup()
        from tests.kills.bench import Order, finished

        began = time.monotonic()
        order = Order(chosen.kills, chosen.seed, chosen.mutants, database, broker)
        with finished(order, folder) as run:
            books = run.ledger()
            faults = [*books.faults(), *run.shortfalls(books)]
            print(*books.lines(), f"{time.monotonic() - began:.0f} s", sep="\n")
            print(*(f"FAULT: {fault}" for fault in faults), sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoServerError as error:
        sys.exit(str(error))
