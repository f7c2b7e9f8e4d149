"""The line to the mail server: kept open between letters, one a worker, and sure of how far it got."""

import smtplib
import threading
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend

IDLE = 2.0  # seconds after which the server is asked whether it is still there
kept = threading.local()


class Telling:
    """Remembers whether the content of the last message was begun: before that nothing was handed over."""

    content_begun = False

    def sendmail(self, *arguments: Any, **options: Any) -> Any:
        self.content_begun = False
        return super().sendmail(*arguments, **options)  # type: ignore[misc]

    def data(self, message: Any) -> Any:
        self.content_begun = True
        return super().data(message)  # type: ignore[misc]


class PlainLine(Telling, smtplib.SMTP):
    """SMTP, perhaps with STARTTLS."""


class SecureLine(Telling, smtplib.SMTP_SSL):
    """SMTP inside TLS."""


class EmailBackend(smtp.EmailBackend):
    """Django's way out, over a line that tells how far a message got."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return SecureLine if self.use_ssl else PlainLine

    @property
    def content_begun(self) -> bool:
        """Whether the server may hold the last message."""
        return bool(getattr(self.connection, "content_begun", False))

    @property
    def is_alive(self) -> bool:
        """Whether the server still answers; asked only after a pause."""
        if self.connection is None or time.monotonic() - self.used_at < IDLE:
            return self.connection is not None
        try:
            return bool(self.connection.noop()[0] == 250)
        except (OSError, smtplib.SMTPException):
            return False

    used_at = 0.0

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        self.used_at = time.monotonic()
        return super().send_messages(email_messages)


def line(backend: str | None = None) -> BaseEmailBackend:
    """The open line of this thread, made anew if the server has left it; OSError if there is none."""
    kind = (backend or settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
    known: BaseEmailBackend | None = getattr(kept, "connection", None)
    if known and kept.kind == kind and getattr(known, "is_alive", False):
        return known
    hang_up()
    connection: BaseEmailBackend = get_connection(backend)
    connection.open()
    kept.kind, kept.connection = kind, connection
    return connection


def hang_up() -> None:
    """Let go of this thread's line; the next letter gets a new one."""
    connection = getattr(kept, "connection", None)
    kept.connection = None
    if connection is not None:
        connection.close()
