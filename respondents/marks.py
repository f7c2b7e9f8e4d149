"""The mark of a letter: stands in its envelope sender and Message-ID, so what comes back finds the letter."""

import hmac
import re
from collections.abc import Iterator
from itertools import islice

from django.conf import settings

MARK = re.compile(r"(?<![0-9])([1-9][0-9]{0,18})(?:-|=2D|%2D)([0-9a-f]{12})(?![0-9a-f])", re.IGNORECASE)
BREAK = re.compile(r"=\r?\n|\r?\n[ \t]+")  # a folded header, a line of quoted-printable
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # soft hyphens, directions
MOST = 500  # candidates in one text that are worth a check


def mark(letter_id: int) -> str:
    """What proves that a mail belongs to this letter; only who knows LINK_SECRET can make it."""
    proof = hmac.digest(settings.LINK_SECRET.encode(), f"mark of a letter: {letter_id}".encode(), "sha256")
    return f"{letter_id}-{proof.hex()[:12]}"


def marked_letters(text: str) -> list[int]:
    """Ids of the letters whose genuine marks stand in the text, in order, each once.

    A mark is found inside whatever a forwarder has wrapped around the address (SRS, BATV, VERP), in
    capitals, and across folded lines. Forged marks count for nothing.
    """
    candidates = dict.fromkeys(islice(_candidates(text), MOST))
    return [letter for letter, proof in candidates if hmac.compare_digest(mark(letter), f"{letter}-{proof}")]


def _candidates(text: str) -> Iterator[tuple[int, str]]:
    """All that looks like a mark: as it stands first, then with folded lines joined."""
    joined = BREAK.sub("", INVISIBLE.sub("", text))
    for version in (text, joined) if joined != text else (text,):
        yield from ((int(found[1]), found[2].lower()) for found in MARK.finditer(version))
