"""The mail-out of the 2019 study through real workers, beside a loop that does nothing but compose and send.

The mail server is a process of its own that takes each message after 20 ms, or at once. Workers, database,
broker and mail server share the machine. Loop and workers are measured in turns, from the first to the last
message taken; the best turn of each counts.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from django.core.mail import get_connection

from benchmarks.measure import Figure, figure
from benchmarks.pages import survey_in_the_field
from config.celery import app
from respondents.letters import compose
from respondents.models import Letter, Mailing
from respondents.tasks import release_due_mailings
from surveys.models import Survey

ROOT = Path(__file__).resolve().parent.parent
DELAY = 0.02  # seconds until the slow mail server has taken a message
LETTERS, ROUNDS, PATIENCE = 951, 2, 300.0


@dataclass(frozen=True)
class MailServer:
    """The sink's process: what it is asked and what it tells."""

    questions: IO[str]
    answers: IO[str]
    port: int

    def taken(self, question: str = "") -> list[Any]:
        """[how many, when the first, when the last] since the question `again`."""
        self.questions.write(f"{question}\n")
        self.questions.flush()
        answer: list[Any] = json.loads(self.answers.readline())
        return answer

    def rate(self, expected: int, alive: Callable[[], bool]) -> float:
        """Messages a second once all have come; RuntimeError if they do not, or one comes twice."""
        deadline = time.monotonic() + PATIENCE
        while self.taken()[0] < expected and time.monotonic() < deadline and alive():
            time.sleep(0.2)
        number, first, last = self.taken("again")
        if number != expected:
            raise RuntimeError(f"{number} messages for {expected} letters")
        return float((number - 1) / (last - first))


@contextmanager
def mail_server(delay: float) -> Iterator[MailServer]:
    """A sink that takes each message after this many seconds."""
    command = [sys.executable, "-m", "benchmarks.sink", str(delay)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        questions, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        yield MailServer(questions, answers, int(answers.readline()))
        process.terminate()


def figures(database_url: str) -> Iterator[Figure]:
    """One worker, two workers, and one worker with a mail server that takes everything at once."""
    survey = survey_in_the_field()
    with mail_server(DELAY) as server:
        bench = MailOut(survey, server, database_url)
        rounds = [(bench.loop(), bench.workers(1), bench.workers(2)) for _ in range(ROUNDS)]
        loop, one, two = (max(rates) for rates in zip(*rounds, strict=True))
        yield figure("letters_1", one, "letters/s", loop)
        yield figure("letters_2", two, "letters/s", loop)
    with mail_server(0) as server:
        bench = MailOut(survey, server, database_url)
        instant = [(bench.workers(1), bench.loop()) for _ in range(ROUNDS)]
        yield figure("letters_instant", max(r[0] for r in instant), "letters/s", max(r[1] for r in instant))


@dataclass(frozen=True)
class MailOut:
    """One mailing to all cases of the survey, again and again."""

    survey: Survey
    server: MailServer
    database_url: str

    @contextmanager
    def mailing(self) -> Iterator[Mailing]:
        """The invitation once more, released and due; it is gone afterwards."""
        mailing = self.survey.mailings.get(name="invitation")
        mailing.pk, mailing.name, mailing.position = None, "bench", 99
        mailing.planned_for = mailing.released_at = mailing.begun_at = self.survey.now()
        mailing.save(force_insert=True)
        mailing.write_letters()
        mailing.letters.filter(pk__in=mailing.letters.order_by("pk").values("pk")[LETTERS:]).delete()
        try:
            yield mailing
        finally:
            mailing.letters.all().delete()
            mailing.delete()

    def loop(self) -> float:
        """The baseline: the same messages to the same recipients over one connection, and nothing else."""
        connection = get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=self.server.port
        )
        with self.mailing() as mailing, connection:
            letters = mailing.letters.select_related(
                "mailing__survey", "case__variant__survey", "case__office__municipality"
            )
            for letter in letters:
                message = compose(letter)
                message.connection = connection
                message.send()
            return self.server.rate(mailing.letters.count(), lambda: True)

    def workers(self, number: int) -> float:
        """The mailing through this many workers of one process each; every letter must end as sent."""
        app.control.purge()
        with self.mailing() as mailing, working(number, self.database_url, self.server.port) as alive:
            release_due_mailings.delay()  # a little before the beat does
            rate = self.server.rate(mailing.letters.count(), alive)
            wait_until(lambda: not mailing.letters.exclude(state=Letter.State.SENT).exists())
            return rate


@contextmanager
def working(number: int, database_url: str, mail_port: int) -> Iterator[Callable[[], bool]]:
    """Celery workers that are ready, and a beat; whether they are all alive."""
    environment = os.environ | {"DATABASE_URL": database_url, "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}"}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        beat = stack.enter_context(celery("beat", f"--schedule={folder}/beat", environment=environment))
        processes = [beat]
        for n in range(number):
            words = ("worker", "--concurrency=1", f"--hostname=bench{n}@%h")
            processes.append(stack.enter_context(celery(*words, environment=environment)))
        wait_until(lambda: len(app.control.ping(timeout=0.5) or ()) == number)
        yield lambda: all(process.poll() is None for process in processes)


@contextmanager
def celery(*words: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Celery, asked to end at the end."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", *words, "--loglevel=WARNING"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_until(done: Callable[[], bool]) -> None:
    """TimeoutError if it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("workers are not ready, or letters are not sent")
        time.sleep(0.1)
