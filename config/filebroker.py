"""The broker of the embedded default: kombu's messages in files, made safe against death at any moment.

Messages could be read half written, and workers waited for a lock which a killed process took with it; see
docs/decisions/0013-a-broker-of-files-that-survives.md.
"""

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from json import JSONDecodeError
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Messages appear whole or not at all; what is broken all the same is dropped."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder, name = Path(self.data_folder_out), uuid.uuid4()
        draft = folder / f".{name}"
        draft.write_text(dumps(payload))
        draft.rename(folder / f"{time.monotonic_ns():020}_{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except JSONDecodeError:  # the power failed while it was written; its letter is handed out again
            raise Empty from None

    def _queue_bind(self, exchange: str, *details: Any) -> None:
        with self.bindings_of(exchange):
            super()._queue_bind(exchange, *details)

    def get_table(self, exchange: str) -> Any:
        with self.bindings_of(exchange):
            return super().get_table(exchange)

    @contextmanager
    def bindings_of(self, exchange: str) -> Iterator[None]:
        """The file of an exchange, for us alone; one that was left empty is made anew."""
        folder = Path(self.control_folder)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            bindings = folder / f"{exchange}.exchange"
            with suppress(FileNotFoundError):
                if not bindings.stat().st_size:
                    bindings.unlink()
            yield


class Transport(filesystem.Transport):
    """Joins the loop of a worker, whose processes then have a pipe each: a killed one blocks no other."""

    Channel = Channel
    implements = filesystem.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        loop.call_repeatedly(self.polling_interval, self.look)

    def look(self) -> None:
        """Take up what has come, as much as the worker wants."""
        with suppress(Empty):
            while self.cycle:
                self.cycle.get(self._deliver)
