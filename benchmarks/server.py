"""The production web server on a port of its own, as `gunicorn.conf.py` sets it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@contextmanager
def serving(application: str, database_url: str) -> Iterator[int]:
    """The port on which this application answers."""
    port = free_port()
    environment = os.environ | {"DATABASE_URL": database_url, "BASE_URL": f"http://127.0.0.1:{port}"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)  # each application names its own
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "--log-level=warning"], cwd=ROOT, env=environment)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until it answers; TimeoutError if it takes too long, RuntimeError if it ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the web server ended: {server.returncode}")
        try:
            HTTPConnection("127.0.0.1", port, timeout=PATIENCE).request("GET", "/")
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the web server does not answer")
