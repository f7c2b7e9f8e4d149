"""A mail server for tests: speaks SMTP, keeps what it took, and refuses or hangs up where it is told to."""

import socketserver
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self

OK, GO_AHEAD = "250 fine", "354 go ahead"
HANG_UP = ""


@dataclass
class Taken:
    """One message that the server said 250 to, and to whom it is addressed."""

    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class Script:
    """What the server answers at each point of the conversation; "" hangs up.

    A message is taken with a 250, or before the line drops if the server `keeps` it. It may `stall` for some
    seconds before it says anything to a message.
    """

    greeting: str = "220 here"
    sender: str = OK
    recipient: str = OK
    data: str = GO_AHEAD
    content: str = OK
    keeps: bool = False
    stall: float = 0.0

    @property
    def takes(self) -> bool:
        return self.content == OK or self.keeps


@dataclass
class Record:
    """What has reached the server."""

    taken: list[Taken] = field(default_factory=list)
    contents: int = 0


class Conversation(socketserver.StreamRequestHandler):
    """One client on the line."""

    server: "Server"
    timeout = 10

    def handle(self) -> None:
        """Answer line by line until the client quits or the script hangs up."""
        recipients: list[str] = []
        self.script = self.server.script_for("")
        on_the_line = self.say(self.script.greeting)
        while on_the_line and (line := self.rfile.readline()):
            verb = line[:4].upper()
            if verb == b"DATA":
                on_the_line = self.begin(recipients)
            else:
                if verb == b"MAIL":
                    recipients, self.script = [], self.server.script_for("")
                if verb == b"RCPT":
                    recipients.append(line.decode().partition("<")[2].partition(">")[0])
                    self.script = self.server.script_for(recipients[-1])
                on_the_line = self.say(self.answer(verb))

    def answer(self, verb: bytes) -> str:
        known = {b"MAIL": self.script.sender, b"RCPT": self.script.recipient, b"QUIT": "221 bye"}
        return known.get(verb, OK)

    def begin(self, recipients: list[str]) -> bool:
        """Ask for the message, or refuse to hear it."""
        asked = self.script.data
        return self.say(asked) and (asked != GO_AHEAD or self.take(recipients))

    def take(self, recipients: list[str]) -> bool:
        """Read the message up to its last line, then say what the script says to it; half a one is none."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.record.contents += 1
        if self.script.takes:
            self.server.record.taken.append(Taken(list(recipients), b"".join(lines)))
        time.sleep(self.script.stall)
        return self.say(self.script.content)

    def say(self, words: str) -> bool:
        """Whether the client is still on the line afterwards."""
        if words:
            self.wfile.write(f"{words}\r\n".encode(errors="surrogateescape"))
        return bool(words) and not words.startswith("221")


class Server(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.script_for: Callable[[str], Script] = lambda recipient: Script()
        self.record = Record()
        super().__init__(("127.0.0.1", 0), Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is gone is no fault of the server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Sink:
    """The server in a thread of its own, as tests use it."""

    def __enter__(self) -> Self:
        self.server = Server()
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    @property
    def port(self) -> int:
        port: int = self.server.server_address[1]
        return port

    @property
    def taken(self) -> list[Taken]:
        """The messages that were accepted."""
        return self.server.record.taken

    @property
    def contents(self) -> int:
        """How often a whole message arrived, whatever was said to it."""
        return self.server.record.contents

    def answers(self, **words: str) -> None:
        """From now on say this at these points; everything else as usual."""
        script = Script(**words)  # type: ignore[arg-type]
        self.server.script_for = lambda recipient: script

    def answers_each(self, script_for: Callable[[str], Script]) -> None:
        """From now on speak to each recipient as told, and before there is one as to "" ."""
        self.server.script_for = script_for
