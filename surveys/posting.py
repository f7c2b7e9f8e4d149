"""A page on its way: what a browser sends with the answers, and what it is told about them."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer

from surveys.chapters import in_words
from surveys.forms import PageForm
from surveys.instrument import Item
from surveys.merging import Merged, Sent
from surveys.models import Response
from surveys.visits import sealed

NOTE = Signer(salt="surveys.page")
MINE, THEIRS = "mine", "theirs"
HAND = re.compile(r"[\w-]{0,16}", re.ASCII)


@dataclass(frozen=True)
class Conflict:
    """One item that two sides answered differently, for a person to choose; "" where nothing was answered."""

    item: Item
    mine: str
    theirs: str
    chosen: str


class Posting:
    """A page's form together with what the browser knew when it sent it, or will send it."""

    def __init__(self, form: PageForm) -> None:
        self.form = form
        data = form.data if form.is_bound else {}
        self.says_what_it_showed = not form.is_bound or "shown" in data
        self.shown = document(data.get("shown")) if form.is_bound else filled(form.initial)
        self.theirs = document(data.get("theirs"))
        self.hand, self.turn = hand_of(data), whole(data.get("turn"))

    def choice(self, variable: str) -> str:
        """Whose answer a person chose after a conflict; "" if none was chosen."""
        return str(self.form.data.get(f"keep.{variable}", "")) if self.form.is_bound else ""

    @property
    def sent(self) -> Sent:
        """What the page means, choices included: what was chosen against was seen, what was chosen stays."""
        answers, shown = self.form.answers(), dict(self.shown)
        for name, value in self.theirs.items():
            if self.choice(name) == MINE:
                shown[name] = value
            if self.choice(name) == THEIRS:
                answers.pop(name, None)
        return Sent(answers, shown if self.says_what_it_showed else None, self.hand, self.turn)

    def stored(self, sent: Sent, outcome: Merged) -> dict[str, Any]:
        """Let the page show what is stored where that is not what was sent; returns those answers."""
        ours = {name: value for name, value in sent.answers.items() if name not in outcome.conflicts}
        given_up = [name for name in self.theirs if self.choice(name) == THEIRS and name in self.form.fields]
        replaced = {name: outcome.answers.get(name) for name in given_up} | outcome.newer
        self.shown = filled(self.shown | ours | replaced)
        self.theirs = outcome.conflicts
        self.form.show_instead(replaced)
        return replaced

    @property
    def conflicts(self) -> list[Conflict]:
        items, mine = self.form.instrument.items, self.form.answers() if self.theirs else {}
        return [
            Conflict(
                items[name],
                in_words(items[name], mine.get(name)),
                in_words(items[name], value),
                self.choice(name),
            )
            for name, value in self.theirs.items()
            if name in self.form.fields
        ]

    def hidden(self, response: Response) -> dict[str, str]:
        """What the browser will send back unseen; every page that goes out is a new hand."""
        return {
            "response": note_of(response),
            "shown": json.dumps(self.shown),
            "theirs": json.dumps(self.theirs),
            "hand": secrets.token_urlsafe(6),
            "turn": "1",
            **self.visit(response),
        }

    def visit(self, response: Response) -> dict[str, str]:
        """What tells of the visit; a page that comes back with a mistake is the same visit."""
        data = self.form.data if self.form.is_bound else {}
        mark = data.get("visit", "") or sealed(self.form.page.code, response.variant.survey.now())
        return {"visit": mark, "first_answer": data.get("first_answer", ""), "device": data.get("device", "")}


def note_of(response: Response) -> str:
    """What a page carries to say which form it belongs to; only we can make it, and it opens nothing."""
    return NOTE.sign(str(response.pk))


def response_named(data: Mapping[str, str]) -> int | None:
    """Which response a page that we made belongs to; None if it does not say or we did not make it."""
    try:
        return int(NOTE.unsign(data.get("response", "")))
    except BadSignature:
        return None


def document(text: str | None) -> dict[str, Any]:
    """A JSON object that came back; empty if it is none, so that nothing counts as seen."""
    try:
        value = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def hand_of(data: Mapping[str, str]) -> str:
    """Which opened page sends this; "" if it does not say, or says what we never gave it."""
    hand = data.get("hand", "")
    return hand if HAND.fullmatch(hand) else ""


def filled(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if value is not None}


def whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
