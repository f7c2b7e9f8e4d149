"""Letters as files, for the embedded default: <EMAIL_FILE_PATH>/<mailing>/<case>.eml."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class FileBackend(BaseEmailBackend):
    """Writes each message whole or not at all, under the mailing and case that its headers name.

    A message of another kind goes to `other/`, named by its Message-ID.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            write(message)
        return len(email_messages)


def write(message: EmailMessage) -> None:
    parsed = message.message()
    folder = Path(settings.EMAIL_FILE_PATH) / safe(parsed.get("X-Mailing", "other"))
    folder.mkdir(parents=True, exist_ok=True)
    name = safe(parsed.get("X-Case") or parsed["Message-ID"])
    draft = folder / f".{name}.{os.getpid()}"
    with draft.open("wb") as file:
        file.write(parsed.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / f"{name}.eml")


def safe(name: str) -> str:
    """The name with nothing in it that could lead out of its folder."""
    return "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in name)
