"""What several opened pages send comes together: variable by variable, nothing overwritten unseen.

Three values count: what the page showed when it was opened, what it sends, and what is stored by now.
See `docs/decisions/0010-a-page-carries-what-it-showed.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.visits import Visit

Hands = Mapping[str, tuple[int, list[str]]]


@dataclass(frozen=True)
class Sent:
    """What an opened page sends: its answers (None for nothing), what it showed, and which page it is.

    `hand` names the page as it was opened once, `turn` counts what that page has sent, `visit` goes into the
    paradata. A program that does not say what it was shown means every answer as it stands.
    """

    answers: Mapping[str, Any]
    shown: Mapping[str, Any] | None = None
    hand: str = ""
    turn: int = 0
    visit: Visit | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The answers that differ from what the page showed."""
        shown = self.shown or {}
        return {name: value for name, value in self.answers.items() if value != shown.get(name)}


@dataclass
class Merged:
    """The stored answers after a page came in, and what this page did not know.

    In `conflicts` both sides changed an answer, differently: the stored one stands until a person chooses.
    In `newer` only another page did. Both say what is stored. What `is_late` was overtaken by a later save of
    the same page, and changes nothing.
    """

    answers: dict[str, Any]
    written: set[str] = field(default_factory=set)
    conflicts: dict[str, Any] = field(default_factory=dict)
    newer: dict[str, Any] = field(default_factory=dict)
    is_late: bool = False


def merged(stored: Mapping[str, Any], hands: Hands, sent: Sent) -> Merged:
    """What is stored once this page came in."""
    last_turn, own = hands.get(sent.hand, (0, []))
    if last_turn > sent.turn:
        return Merged(dict(stored), is_late=True)
    outcome = Merged(dict(stored))
    for name, value in sent.answers.items():
        before = stored.get(name)
        shown = before if sent.shown is None or name in own else sent.shown.get(name)
        if value == before:
            continue
        if shown == before:
            outcome.answers[name] = value
            outcome.written.add(name)
        elif value == shown:
            outcome.newer[name] = before
        else:
            outcome.conflicts[name] = before
    outcome.answers = {name: value for name, value in outcome.answers.items() if value not in (None, "", [])}
    return outcome


def hands_after(hands: Hands, sent: Sent, outcome: Merged) -> dict[str, tuple[int, list[str]]]:
    """Which opened page wrote which answers last, and its latest turn; pages that own none are forgotten."""
    kept = {hand: (turn, [n for n in own if n not in outcome.written]) for hand, (turn, own) in hands.items()}
    turn, own = kept.pop(sent.hand, (0, []))
    after = {hand: (turn, own) for hand, (turn, own) in kept.items() if own}
    if sent.hand:
        after[sent.hand] = (max(turn, sent.turn), sorted({*own, *outcome.written}))
    return after
