"""Runs a command with a real PostgreSQL and a real Redis: `python -m tests.servers -- pytest`.

Each server is the one that DATABASE_URL or REDIS_URL names; else one that runs on this machine already; else
a private one from Debian's binaries in a temporary folder, which ends with the command, however that ends.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg2
import redis

# Django puts `test_` before the name; the number keeps two runs at a time apart.
DATABASE = f"ruecklauf_{os.getpid()}"
PATIENCE = 30.0  # seconds until a private server must answer, or be gone
ENDS_WITH_US = ["setpriv", "--pdeathsig=INT"]  # even if we are killed


class NoServerError(Exception):
    """No server can be had; the message says what to do."""


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(answers: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a private server answers; its own words if it ends or stays silent."""
    deadline = time.monotonic() + PATIENCE
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoServerError(f"A private server did not start:\n{log.read_text()}")
        time.sleep(0.05)


@dataclass
class PrivateServer:
    """A server process of our own, which can be stopped and started again where it was."""

    command: list[str]
    log: Path
    answers: Callable[[], bool]
    url: str = ""

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(self.command, stdout=out, stderr=out, start_new_session=True)
        wait_until(self.answers, self.process, self.log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ask it to stop; to PostgreSQL SIGINT means fast, SIGQUIT immediately."""
        self.process.send_signal(how)
        self.process.wait(PATIENCE)

    @contextmanager
    def running(self) -> Iterator["PrivateServer"]:
        """The server, asked to stop at the end."""
        try:
            self.start()
            yield self
        finally:
            self.stop()


# --- PostgreSQL ---


def can_create_databases(url: str) -> bool:
    """Whether we can log in there and Django may create its test database."""
    try:
        connection = psycopg2.connect(url, connect_timeout=2)
    except psycopg2.OperationalError:
        return False
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    connection.close()
    return bool(row and row[0])


def local_postgresql() -> str | None:
    """The user's own PostgreSQL that already runs here and lets us in without a password."""
    servers = (f"postgresql://{user}@127.0.0.1:5432" for user in (getpass.getuser(), "postgres"))
    return next((server for server in servers if can_create_databases(f"{server}/postgres")), None)


def postgresql_binaries() -> Path:
    """The folder of Debian's newest PostgreSQL."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not folders:
        raise NoServerError("No PostgreSQL: set DATABASE_URL, or run `apt-get install postgresql`.")
    return max(folders, key=lambda folder: int(folder.parent.name))


@contextmanager
def private_postgresql() -> Iterator[PrivateServer]:
    """A PostgreSQL of our own; root runs it as the user postgres, for it refuses to run as root."""
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    user = as_postgres if os.geteuid() == 0 else []
    binaries, port = postgresql_binaries(), free_port()
    server_url = f"postgresql://postgres@127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="ruecklauf-") as folder:
        data, log = Path(folder, "data"), Path(folder, "log")
        if user:
            shutil.chown(folder, "postgres", "postgres")
        made = [*user, str(binaries / "initdb"), "--pgdata", str(data), "--username=postgres", "--auth=trust"]
        subprocess.run(
            [*made, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.PIPE
        )
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "fsync": "off",
        }
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [*user, *ENDS_WITH_US, str(binaries / "postgres"), "-D", str(data), *flags]
        ready = partial(can_create_databases, f"{server_url}/postgres")
        with PrivateServer(command, log, ready, server_url).running() as server:
            yield server


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a database that Django can make its test database from."""
    if url := os.environ.get("DATABASE_URL"):
        say("PostgreSQL", "as DATABASE_URL says")
        yield url
    elif server := local_postgresql():
        say("PostgreSQL", "the one that runs on this machine")
        yield f"{server}/{DATABASE}"
    else:
        with private_postgresql() as own:
            say("PostgreSQL", "a private one")
            yield f"{own.url}/{DATABASE}"


# --- Redis ---


def answers_ping(url: str) -> bool:
    """Whether a Redis is there and lets us in."""
    try:
        return bool(redis.Redis.from_url(url, socket_timeout=2).ping())
    except redis.RedisError:
        return False


def unused_database(server: str) -> str | None:
    """A database of this Redis that is empty and that no client has selected, for tests flush theirs."""
    connection = redis.Redis.from_url(server)
    in_use = {f"db{client['db']}" for client in connection.client_list()} | set(connection.info("keyspace"))
    return next((f"{server}/{number}" for number in range(9, 16) if f"db{number}" not in in_use), None)


def local_redis() -> str | None:
    """An unused database of the Redis that already runs here."""
    server = "redis://127.0.0.1:6379"
    return unused_database(server) if answers_ping(server) else None


@contextmanager
def private_redis() -> Iterator[PrivateServer]:
    """A Redis of our own that keeps nothing."""
    if not shutil.which("redis-server"):
        raise NoServerError("No Redis: set REDIS_URL, or run `apt-get install redis-server`.")
    port = free_port()
    url = f"redis://127.0.0.1:{port}/9"
    with tempfile.TemporaryDirectory(prefix="ruecklauf-") as folder:
        log = Path(folder, "log")
        keep_nothing = ["--save", "", "--appendonly", "no", "--dir", folder]
        command = [*ENDS_WITH_US, "redis-server", "--port", str(port), "--bind", "127.0.0.1", *keep_nothing]
        with PrivateServer(command, log, partial(answers_ping, url), url).running() as server:
            yield server


@contextmanager
def redis_database() -> Iterator[str]:
    """The URL of a Redis database that tests may fill and flush."""
    if url := os.environ.get("REDIS_URL"):
        say("Redis", "as REDIS_URL says")
        yield url
    elif url := local_redis():
        say("Redis", "the one that runs on this machine")
        with redis.Redis.from_url(url, single_connection_client=True):  # shows others that it is taken
            yield url
    else:
        with private_redis() as own:
            say("Redis", "a private one")
            yield own.url


# --- the command ---


def say(server: str, origin: str) -> None:
    """One line on where the tests run."""
    print(f"{server}: {origin}", flush=True)


def end_on_termination(number: int, frame: object) -> None:
    """Leave through every `finally` when asked to terminate."""
    sys.exit(128 + number)


def main(words: list[str]) -> int:
    """Run the words after `--` with both variables set; return their exit code."""
    if words[:1] != ["--"] or not words[1:]:
        print("usage: python -m tests.servers -- COMMAND ...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, end_on_termination)
    try:
        with postgresql() as database_url, redis_database() as redis_url:
            urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
            return subprocess.run(words[1:], check=False, env=os.environ | urls).returncode
    except NoServerError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(128 + signal.SIGINT)
