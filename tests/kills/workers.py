"""Workers that can be killed as a whole, in part, or by the head, and that are started again."""

import os
import random
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.journeys.machine import ROOT, program

HANDS = 2  # processes of a worker that deliver letters


class Worker:
    """A Celery worker with a beat of its own, in a session of its own."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str]) -> None:
        self.name, self.folder, self.environment = name, folder, environment
        self.sessions: list[int] = []
        self.start()

    def start(self) -> None:
        command = [
            "setpriv", "--pdeathsig=KILL", program("celery"), "-A", "tests.kills.app", "worker",
            f"--hostname={self.name}@%h", f"--concurrency={HANDS}", "--loglevel=WARNING",
            "--beat", f"--schedule={self.folder / self.name}-beat", "--without-mingle",
        ]  # fmt: skip
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, start_new_session=True, stdout=log, stderr=log
            )
        self.sessions.append(self.process.pid)

    @property
    def pool(self) -> list[int]:
        """Its living processes that deliver letters."""
        family = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = family.read_text().split() if family.exists() else []
        return [int(child) for child in children if (self.folder / "pool" / child).exists()]

    def come_back(self) -> bool:
        """Start it again if it has ended by itself, as Docker does; whether it had."""
        if self.process.poll() is None:
            return False
        self.start()
        return True

    def kill_one(self, dice: random.Random) -> int:
        """Kill one of its processes at whatever it is doing; how many died."""
        if not self.pool:
            return 0
        with suppress(ProcessLookupError):
            os.kill(dice.choice(self.pool), signal.SIGKILL)
            return 1
        return 0

    def kill_all(self) -> None:
        """As if its machine lost power; it comes up again."""
        self.end_session(self.process.pid)
        self.start()

    def kill_head(self) -> None:
        """Its main process dies and leaves the others behind; it comes up again beside them."""
        self.process.kill()
        self.process.wait()
        self.start()

    def end(self) -> None:
        for session in self.sessions:
            self.end_session(session)

    def end_session(self, session: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(session, signal.SIGKILL)
        if session == self.process.pid:
            self.process.wait()
