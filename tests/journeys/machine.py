"""The service as its operators run it: commands, workers and web server, each in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg2
import redis
from django.conf import settings

from tests import servers

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0
LEFT_OUT = (
    "MODE",
    "DEBUG",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "RETURNS_URL",
    "LOG_LEVEL",
)

# What an operator types before the first letter goes out, and what a test then needs to know.
FIELD_PHASE = """
import io, json
from django.core.management import call_command
from respondents.models import Case
from surveys.models import Survey

said = io.StringIO()
call_command("migrate", verbosity=0)
call_command("load_study", {study!r}, stdout=said)
call_command("import_register", {register!r}, survey={name!r}, stdout=said)
call_command("set_clock", {clock!r}, survey={name!r}, stdout=said)
call_command("add_staff", "researcher", role="Researcher", stdout=said)
call_command("propose_mailing", "invitation", survey={name!r}, by="researcher", stdout=said)
call_command("add_staff", "administrator", role="Administrator", stdout=said)
password = said.getvalue().split()[-1]
call_command("release_mailing", "invitation", survey={name!r}, by="administrator", stdout=said)
cases = [
    dict(id=c.pk, office_type=c.variant.code, municipality=c.office.municipality.name,
         email=c.office.email, url=c.link)
    for c in Case.objects.order_by("pk")
]
print(json.dumps(dict(password=password, cases=cases)))
"""


@dataclass(frozen=True)
class Invited:
    """One office of the field phase and its personal link."""

    id: int
    office_type: str
    municipality: str
    email: str
    url: str


@dataclass(frozen=True)
class FieldPhase:
    """A survey whose invitation was released: who is asked, and how staff log in."""

    survey: str
    cases: list[Invited]
    password: str

    def of(self, office_type: str) -> list[Invited]:
        return [case for case in self.cases if case.office_type == office_type]


@dataclass(frozen=True)
class Machine:
    """One installation with files, database and queue of its own."""

    folder: Path
    environment: dict[str, str]
    port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words: str) -> str:
        """What a command says; AssertionError with all that it said if it fails."""
        command = [sys.executable, "manage.py", *words]
        with self.running(command, "manage", stdout=subprocess.PIPE, text=True) as process:
            said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, f"{words[0]}: {said}"
        return str(said)

    def field(self, study: Path, register: Path, clock: str) -> FieldPhase:
        """Load the study, import the register, and release the invitation by this clock."""
        steps = FIELD_PHASE.format(study=str(study), register=str(register), name=study.name, clock=clock)
        told = json.loads(self.manage("shell", "--verbosity=0", "-c", steps).splitlines()[-1])
        return FieldPhase(study.name, [Invited(**case) for case in told["cases"]], told["password"])

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A Celery worker with beat, as the embedded service runs it."""
        command = [program("celery"), "-A", "config", "worker", "--beat", "--concurrency=2"]
        with self.running([*command, "--loglevel=WARNING"], "celery"):
            yield

    @contextmanager
    def web(self) -> Iterator[subprocess.Popen[str]]:
        """The web server, ready to answer."""
        command = [program("gunicorn"), "config.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        with self.running(command, "gunicorn") as server:
            wait_until(self.answers, "the web server", server)
            yield server

    def answers(self) -> bool:
        """Whether the web server is there; its first answer takes longer than all others."""
        try:
            urlopen(f"{self.base_url}/desk/login/", timeout=PATIENCE).close()  # noqa: S310  # our own address
        except URLError:
            return False
        return True

    @contextmanager
    def running(self, command: list[str], name: str, **options: object) -> Iterator[subprocess.Popen[str]]:
        """A process that ends with the test: asked first, its main process only, then the whole session."""
        with (self.folder / f"{name}.log").open("ab") as log:
            ends_with_us = ["setpriv", "--pdeathsig=TERM"]  # even if the tests are killed
            process = subprocess.Popen(  # type: ignore[call-overload]
                [*ends_with_us, *command], cwd=ROOT, env=self.environment, start_new_session=True,
                **{"stdout": log, "stderr": subprocess.STDOUT, **options},
            )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def wait_until(done: Callable[[], bool], what: str, process: subprocess.Popen[str] | None = None) -> None:
    """Wait for something that other processes do; AssertionError if it takes too long or one ends."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE:.0f} s"
        assert process is None or process.poll() is None, f"{what} has ended"
        time.sleep(0.1)


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A fresh installation of the kind that these tests run on: embedded, or with PostgreSQL and Redis."""
    port = servers.free_port()
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    own = {"VAR_DIR": str(folder), "BASE_URL": f"http://127.0.0.1:{port}", "PYTHONUNBUFFERED": "1"}
    with database(settings.DATABASE_URL) as database_url, broker(settings.REDIS_URL) as redis_url:
        urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        yield Machine(folder, kept | own | {name: url for name, url in urls.items() if url}, port)


@contextmanager
def database(url: str) -> Iterator[str]:
    """A database of its own on the same server; "" where there is none."""
    if not url:
        yield ""
        return
    name = f"ruecklauf_journey_{uuid.uuid4().hex[:12]}"
    ask(url, f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        ask(url, f"DROP DATABASE {name} WITH (FORCE)")


def ask(url: str, sentence: str) -> None:
    """Tell the server something that is not part of a transaction."""
    connection = psycopg2.connect(url, dbname="postgres", connect_timeout=5)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sentence)
    connection.close()


@contextmanager
def broker(url: str) -> Iterator[str]:
    """A Redis database that no other test uses, emptied afterwards; "" where files do its work."""
    if not url:
        yield ""
        return
    own = servers.unused_database(url.rpartition("/")[0]) or url
    try:
        yield own
    finally:
        redis.Redis.from_url(own).flushdb()
