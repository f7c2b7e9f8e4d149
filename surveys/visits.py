"""When a page was opened, first answered and left, and on what kind of device; never who or where.

docs/paradata.md says what each entry means.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer

SEAL = Signer(salt="surveys.visit")
DEVICES = ("phone", "tablet", "desktop")
MOST = 300  # visits kept of one response: a form of twelve pages, opened on many days


@dataclass(frozen=True)
class Visit:
    """One visit of a page as it is kept; times in ISO 8601 by the survey's clock, None where unknown."""

    page: str
    opened: str
    first_answer: str | None
    left: str | None
    device: str
    mode: str
    language: str

    def after(self, earlier: Mapping[str, Any]) -> dict[str, Any]:
        """This visit as it stands now, with what was known of it before."""
        return asdict(self) | {
            "first_answer": earlier["first_answer"] or self.first_answer,
            "left": self.left or earlier["left"],
            "device": self.device or earlier["device"],
        }


def sealed(page: str, now: datetime) -> str:
    """That this page is opened now; it comes back with the page, so that looking writes nothing."""
    return SEAL.sign(f"{page} {now.isoformat(timespec='seconds')}")


def unsealed(mark: str) -> tuple[str, datetime] | None:
    """Which page was opened when; None if we never said so."""
    try:
        page, _, opened = SEAL.unsign(mark).rpartition(" ")
    except BadSignature:
        return None
    return page, datetime.fromisoformat(opened)


def visit_in(
    data: Mapping[str, str], mobile: str, *, now: datetime, mode: str, language: str
) -> Visit | None:
    """What a browser sends about its visit of a page; None if it does not say which.

    mobile: the client hint Sec-CH-UA-Mobile, for browsers without script.
    """
    known = unsealed(data.get("visit", ""))
    if known is None:
        return None
    page, opened = known
    return Visit(
        page=page,
        opened=opened.isoformat(),
        first_answer=first_answer(data.get("first_answer", ""), opened, now),
        left=now.isoformat(timespec="seconds") if "go" in data else None,
        device=device(data.get("device", ""), mobile),
        mode=mode,
        language=language,
    )


def first_answer(seconds: str, opened: datetime, now: datetime) -> str | None:
    """When the first answer was given, by the seconds that the page's script counted."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 8):
        return None
    return min(opened + timedelta(seconds=int(seconds)), now).isoformat(timespec="seconds")


def device(said: str, mobile: str) -> str:
    """The class of device that the page's script judged by its window; "" if nobody knows."""
    if said in DEVICES:
        return said
    return "phone" if mobile == "?1" else ""


def recorded(visits: list[dict[str, Any]], visit: Visit | None) -> list[dict[str, Any]]:
    """The visits of a response with this one; the same visit again only adds what is new."""
    if visit is None:
        return visits
    for place, earlier in enumerate(visits):
        if (earlier["page"], earlier["opened"]) == (visit.page, visit.opened):
            return [*visits[:place], visit.after(earlier), *visits[place + 1 :]]
    return [*visits, asdict(visit)] if len(visits) < MOST else visits
