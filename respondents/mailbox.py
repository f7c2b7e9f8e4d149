"""Where returned mail waits: an IMAP folder or a Maildir. What is dealt with is put away, the rest stays.

RETURNS_URL names it: imaps://user:password@host/INBOX (TLS), imap://... (STARTTLS, never without), or
maildir:///folder.
"""

import logging
import ssl
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from respondents.incoming import LONGEST

logger = logging.getLogger(__name__)

PUT_AWAY = "Verarbeitet"
AT_ONCE = 500  # mails in one go; the rest waits for the next
PATIENCE = 30  # seconds for an answer of the server

MailboxError = (OSError, IMAPClientError)  # the mailbox is out of reach, or its server refuses


@dataclass(frozen=True)
class Waiting:
    """One mail that waits: its beginning, and the deed that puts it away."""

    raw: bytes = field(repr=False)
    put_away: Callable[[], object] = field(repr=False)


def waiting(url: str) -> Generator[Waiting, None, None]:
    """The mails that wait there, oldest first; one that cannot be fetched is passed over and stays."""
    parts = urlsplit(url)
    return _in_maildir(Path(unquote(parts.path))) if parts.scheme == "maildir" else _on_server(parts)


# --- Maildir ---


def _in_maildir(folder: Path) -> Generator[Waiting, None, None]:
    """Everything new, and what a mail program has only listed; put away is what carries the flag S (seen)."""
    unseen = [path for path in (folder / "cur").iterdir() if "S" not in path.name.rpartition(":2,")[2]]
    for path in sorted([*(folder / "new").iterdir(), *unseen], key=lambda path: path.name)[:AT_ONCE]:
        try:
            with path.open("rb") as mail:
                raw = mail.read(LONGEST)
        except OSError:
            logger.exception("A mail in the Maildir cannot be read; it stays")
        else:
            yield Waiting(raw, partial(_mark_seen, folder, path))


def _mark_seen(folder: Path, path: Path) -> None:
    name, _, flags = path.name.partition(":2,")
    with suppress(FileNotFoundError):  # another collector was a moment earlier
        path.rename(folder / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}")


# --- IMAP ---


def _on_server(parts: SplitResult) -> Generator[Waiting, None, None]:
    """Everything in the folder; put away is what has been moved to the folder beside it."""
    with _logged_in(parts) as server:
        server.select_folder(unquote(parts.path.strip("/")) or "INBOX")
        for uid in sorted(server.search("UNDELETED"))[:AT_ONCE]:
            try:
                raw = _beginning(server, uid)
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                logger.exception("The server does not hand out mail %s; it stays", uid)
            else:
                if raw:
                    yield Waiting(raw, partial(_move, server, uid))


@contextmanager
def _logged_in(parts: SplitResult) -> Iterator[IMAPClient]:
    """A session over TLS whose certificate has been checked."""
    secure, context = parts.scheme == "imaps", ssl.create_default_context()
    options = {"ssl": secure, "ssl_context": context if secure else None, "timeout": PATIENCE}
    with IMAPClient(parts.hostname, parts.port, **options) as server:
        if not secure:
            server.starttls(context)
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield server


def _beginning(server: IMAPClient, uid: int) -> bytes:
    """The first bytes of a mail, without marking it as read; empty if somebody took it away meanwhile."""
    answer = server.fetch([uid], [f"BODY.PEEK[]<0.{LONGEST}>"])
    raw: bytes = answer.get(uid, {}).get(b"BODY[]<0>") or b""
    return raw


def _move(server: IMAPClient, uid: int) -> None:
    folder = _folder(server)
    if server.has_capability("MOVE"):
        server.move([uid], folder)
    else:
        server.copy([uid], folder)
        server.delete_messages([uid])  # not expunged: that would also remove what others have deleted


def _folder(server: IMAPClient) -> str:
    """The folder for what has been dealt with, made if it is not there."""
    personal = server.namespace().personal if server.has_capability("NAMESPACE") else None
    folder = (personal[0][0] if personal else "") + PUT_AWAY
    if not server.folder_exists(folder):
        server.create_folder(folder)
    return folder
