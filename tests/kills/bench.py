"""One run: a mail-out by two workers that are killed over and over, and the books afterwards."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from signal import SIGINT, SIGQUIT, Signals
from typing import TypeVar

import redis
from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from respondents.models import Case
from tests import builders
from tests.kills.ledger import WAITING, Expected, Ledger, Troubles
from tests.kills.plan import Plan
from tests.kills.post import DROPPING, REFUSING, Post
from tests.kills.workers import HANDS, Worker
from tests.respondents.sink import Sink
from tests.servers import PrivateServer

Found = TypeVar("Found")


@dataclass(frozen=True)
class Order:
    """What a run is to be: all chance in it comes from the seed."""

    kills: int
    seed: int
    mutants: str = ""
    database: PrivateServer | None = None
    broker: PrivateServer | None = None


def persistently(ask: Callable[[], Found]) -> Found:
    """Ask the database until it is there."""
    while True:
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.1)


@dataclass
class Run:
    """The service, its mail server, and everything that is done to them."""

    order: Order
    folder: Path
    sink: Sink
    troubles: Troubles = field(default_factory=Troubles)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.order.seed)
        self.workers: list[Worker] = []

    # --- before ---

    def prepare(self) -> None:
        """A released mailing, orders for its letters, a mood for some of its recipients."""
        call_command("migrate", verbosity=0)
        survey = builders.load(builders.SMALL_STUDY)
        variants = list(survey.variants.all())
        for number in range(30 + self.order.kills * 6 // 5):
            place = builders.municipality(f"Town {number // len(variants)}")
            builders.case_for(variants[number % len(variants)], place)
        self.mailing = survey.mailings.get(name="invitation")
        self.mailing.release()
        cases = dict(Case.objects.values_list("office__email", "pk"))
        self.post = Post.drawn(self.dice, sorted(cases))
        self.sink.answers_each(self.post.script_for)
        withdrawn = self.dice.sample(sorted(set(cases) - set(self.post.moods)), 3)
        for address in withdrawn:
            builders.withdrawn(Case.objects.get(pk=cases[address]))
        refused, dropped = self.post.with_mood(*REFUSING), self.post.with_mood(*DROPPING)
        self.expected = Expected(*({cases[a] for a in some} for some in (refused, dropped, withdrawn)))
        self.draw_plan(self.expected.refused | self.expected.dropped | self.expected.withdrawn)

    def draw_plan(self, spared: set[int]) -> None:
        others = self.mailing.letters.exclude(case__in=spared).order_by("pk")
        letters = list(others.values_list("pk", flat=True))
        (self.folder / "pool").mkdir()
        self.plan = Plan.drawn(self.folder, self.dice, letters, self.order.kills)

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the workers are told beside our own settings."""
        own = {"EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}", "KILLS_FOLDER": str(self.folder)}
        return os.environ | own | {"KILLS_MUTANTS": self.order.mutants}

    # --- meanwhile ---

    @cached_property
    def misfortunes(self) -> list[Callable[[], None]]:
        """What happens beside the kills at cut points, shuffled; mutants are left in peace."""
        if self.order.mutants:
            return []
        whole = max(1, self.order.kills // 200)
        some = [self.kill_at_random] * max(2, self.order.kills // 20)
        some += [self.kill_a_worker, self.kill_a_head, self.empty_the_queue] * whole
        if self.order.broker:
            some += [self.restart_broker] * whole
        if self.order.database:
            some += [lambda: self.restart_database(SIGINT), lambda: self.restart_database(SIGQUIT)] * whole
        self.dice.shuffle(some)
        return some

    def living(self) -> Worker:
        """One of the workers that are at work."""
        return self.dice.choice([worker for worker in self.workers if worker.pool])

    def kill_at_random(self) -> None:
        died = self.living().kill_one(self.dice)
        self.troubles.note("process killed at random", killed=died)

    def kill_a_worker(self) -> None:
        worker = self.living()
        self.troubles.note("worker killed as a whole", killed=len(worker.pool))
        worker.kill_all()

    def kill_a_head(self) -> None:
        """The processes that it leaves behind finish their letter."""
        worker = self.living()
        self.troubles.note("main process of a worker killed", killed=len(worker.pool))
        worker.kill_head()

    def empty_the_queue(self) -> None:
        if self.order.broker:
            redis.Redis.from_url(self.order.broker.url).flushall()
        else:
            for message in Path(settings.BROKER_DIR).glob("*.msg"):
                message.unlink(missing_ok=True)
        self.troubles.note("queue emptied")

    def restart_broker(self) -> None:
        assert self.order.broker
        self.order.broker.stop()
        time.sleep(0.3)
        self.order.broker.start()
        self.troubles.note("Redis restarted")

    def restart_database(self, how: Signals) -> None:
        assert self.order.database
        self.order.database.stop(how)
        time.sleep(0.3)
        self.order.database.start()
        words = {SIGINT: "PostgreSQL restarted fast", SIGQUIT: "PostgreSQL restarted immediately"}
        self.troubles.note(words[how], in_flight=HANDS * len(self.workers))

    def through(self) -> None:
        """Let the workers work until nothing is left to do, and trouble them all the while."""
        deadline = time.monotonic() + 180 + 2 * self.order.kills
        cases, all_of_them = self.mailing.letters.count(), len(self.misfortunes)
        while (waiting := persistently(self.count_waiting)) or self.misfortunes:
            if time.monotonic() > deadline or self.went_out_twice():
                break  # the books will say so
            ready = any(worker.pool for worker in self.workers)
            if self.misfortunes and ready and waiting / cases <= len(self.misfortunes) / (all_of_them + 1):
                self.misfortunes.pop()()
            persistently(self.go_on)
            time.sleep(0.1)

    def went_out_twice(self) -> bool:
        """Whether a recipient has two letters: nothing can heal that."""
        taken = [mail.recipients[0] for mail in self.sink.taken]
        return len(taken) > len(set(taken))

    def count_waiting(self) -> int:
        return self.mailing.letters.filter(state__in=WAITING).count()

    def go_on(self) -> None:
        """What time, staff and Docker do: a next try comes, a mailing is resumed, a worker comes back."""
        if self.mailing.letters.filter(next_try_at__gt=self.mailing.survey.now(), state="planned").exists():
            survey = self.mailing.survey
            survey.set_clock(survey.now() + timedelta(minutes=1))
        if self.mailing.resume():
            self.troubles.note("paused itself after refusals, resumed")
        for worker in self.workers:
            if worker.come_back():
                self.troubles.note("worker ended by itself, started again")

    # --- after ---

    def ledger(self) -> Ledger:
        return Ledger(self.mailing, self.sink.taken, self.plan, self.troubles, self.expected)

    def shortfalls(self, books: Ledger) -> Iterator[str]:
        """What the run was to do and did not."""
        if books.kills < self.order.kills:
            yield f"{books.kills} kills, but {self.order.kills} were ordered"
        if self.misfortunes:
            yield f"{len(self.misfortunes)} misfortunes did not happen"


@contextmanager
def finished(order: Order, folder: Path) -> Iterator[Run]:
    """A run from the first letter to the last."""
    with Sink() as sink:
        run = Run(order, folder, sink)
        run.prepare()
        try:
            run.workers += [Worker(name, folder, run.environment) for name in ("one", "two")]
            run.through()
        finally:
            for worker in run.workers:
                worker.end()
        yield run
