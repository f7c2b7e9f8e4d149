"""Opens a mail that anybody may have sent: leniently, in bounded time, without raising.

Python's modern header parser raises on some malformed headers and is slow on others, so headers are read raw
here and decoded by ourselves. Only the beginning of a long mail is looked at.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cached_property
from html import unescape

LONGEST = 256 * 1024  # bytes of a mail that are read: a report and the original's headers stand far before
LONGEST_TEXT = 20_000  # characters of text that are kept
LONGEST_HEADER = 2_000
MOST_PARTS = 40
CONTAINERS = re.compile(rb"\b(?:multipart|message)/", re.IGNORECASE)
LONG_LINE = re.compile(rb"([^\n]{1000})[^\n]+")
LONG_HEADER = re.compile(rb"((?:\n[ \t][^\n]*){20})(?:\n[ \t][^\n]*)+")
CHARSETS = re.compile(
    r"(?:us-)?ascii|utf-?(?:7|8|16|32)(?:-?[bl]e)?|(?:iso-?8859|windows|cp|latin|koi8|mac|gb|big5|euc|shift_jis|iso-2022)[\w-]{0,12}",
    re.IGNORECASE,
)

TAG_WITH_CONTENT = re.compile(r"<(?:style|script|title)\b[^<>]*>[^<]*", re.IGNORECASE)
LINE_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
# Control characters that no database takes, and marks that turn the direction of a line around.
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
QUOTE = re.compile(
    r"^[ \t]{0,20}(?:>|-{2,} ?(?:Urspr|Original|Weitergeleitet|Forwarded|Below|This is a copy|Kopie"
    r"|Returned|Die urspr)|_{10,}[ \t]{0,20}$|(?:Received|Return-Path|Message-ID): |(?:Am"
    r"|On) .{5,120}(?:schrieb|wrote)\b|(?:Von|From): .{0,200}[@<]|>>> )",
    re.IGNORECASE | re.MULTILINE,
)


def clean(text: str) -> str:
    """The text without what a database or a reader would stumble over."""
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\xa0", " "))


def decoded(raw: bytes, charset: str | None = None) -> str:
    """The bytes as text: as declared, else as UTF-8, else as Windows does it."""
    for name in (charset or "", "utf-8"):
        if CHARSETS.fullmatch(name):
            with suppress(LookupError, UnicodeError):
                return raw.decode(name)
    return raw.decode("cp1252", "replace")


def decoded_header(value: str) -> str:
    """One header in plain characters, on one line."""
    value = decoded(value.encode("utf-8", "surrogateescape"))[:LONGEST_HEADER]
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return clean(" ".join(value.split()))
    texts = (decoded(piece, charset) if isinstance(piece, bytes) else piece for piece, charset in pieces)
    return clean(" ".join("".join(texts).split()))


def without_tags(html: str) -> str:
    """The words of an HTML mail, a line for a line."""
    html = LINE_TAG.sub("\n", TAG_WITH_CONTENT.sub("", html[: 3 * LONGEST_TEXT]))
    return unescape(TAG.sub("", html))


@dataclass(frozen=True)
class Headers:
    """The headers of one message or of one block of a report, by name in small letters."""

    values: dict[str, list[str]]

    @classmethod
    def of(cls, message: Message) -> "Headers":
        values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            values.setdefault(name.lower(), []).append(str(value))
        return cls(values)

    def get(self, *names: str) -> str:
        """The first value of the first of these headers that is there."""
        found = (self.values[name][0] for name in names if name in self.values)
        return decoded_header(next(found, ""))

    def all(self, *names: str) -> str:
        """Every value of these headers, in this order, as it was sent."""
        return "\n".join(value for name in names for value in self.values.get(name, ())[:MOST_PARTS])

    @property
    def everything(self) -> str:
        return self.all(*self.values)

    def __contains__(self, name: str) -> bool:
        return name in self.values


@dataclass(frozen=True)
class Incoming:
    """One mail, opened. `raw` is its beginning, `shallow` what is safe to take apart."""

    raw: bytes = field(repr=False)
    shallow: bytes = field(repr=False)
    message: Message = field(repr=False)

    @classmethod
    def open(cls, raw: bytes) -> "Incoming":
        """A mail with more containers than any mail program makes is not taken apart."""
        raw = LONG_LINE.sub(rb"\1", raw[:LONGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        raw = LONG_HEADER.sub(rb"\1", raw)
        nested = sum(1 for _ in CONTAINERS.finditer(raw)) > MOST_PARTS
        shallow = raw.partition(b"\n\n")[0] + b"\n\n" if nested else raw
        return cls(raw, shallow, message_from_bytes(shallow))

    @cached_property
    def headers(self) -> Headers:
        return Headers.of(self.message)

    @cached_property
    def parts(self) -> list[Message]:
        """All parts of the mail itself and of reports, without the parts of an enclosed message."""
        return list(_parts(self.message))[:MOST_PARTS]

    def of_type(self, *types: str) -> Iterator[Message]:
        return (part for part in self.parts if part.get_content_type() in types)

    @cached_property
    def blocks(self) -> list[Headers]:
        """The blocks of delivery reports: one about the message, then one a recipient."""
        reports = self.of_type("message/delivery-status", "message/global-delivery-status")
        return [Headers.of(block) for report in reports for block in _enclosed(report)[:MOST_PARTS]]

    @cached_property
    def originals(self) -> list[Headers]:
        """The headers of the messages that are returned inside, whole or headers only."""
        whole = [Headers.of(inner) for part in self.of_type("message/rfc822") for inner in _enclosed(part)]
        only = self.of_type("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
        return whole + [Headers.of(message_from_bytes(_content(part))) for part in only]

    @cached_property
    def text(self) -> str:
        """What the mail says, in plain characters."""
        plain = "\n".join(_text(part) for part in self.of_type("text/plain")).strip()
        text = plain or without_tags("\n".join(_text(part) for part in self.of_type("text/html"))).strip()
        return re.sub(r"\n{3,}", "\n\n", clean(text)[:LONGEST_TEXT])

    @cached_property
    def own_text(self) -> str:
        """What the mail says before it quotes another."""
        quote = QUOTE.search(self.text)
        return self.text[: quote.start()] if quote else self.text

    @cached_property
    def subject(self) -> str:
        return self.headers.get("subject")[:300]

    @cached_property
    def date(self) -> datetime | None:
        try:
            return parsedate_to_datetime(self.headers.get("date"))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


def _enclosed(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _parts(message: Message) -> Iterator[Message]:
    yield message
    if message.get_content_maintype() == "multipart":
        for inner in _enclosed(message):
            yield from _parts(inner)


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    return decoded(_content(part), part.get_content_charset())
