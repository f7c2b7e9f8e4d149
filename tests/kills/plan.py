"""Who is killed when: a seeded list of cut points for each letter, and a note of each that was reached.

Workers and bench share nothing but this folder, as a killed process can tell nobody anything any more.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path


class Cut(StrEnum):
    """A point in the delivery of a letter at which its worker dies, or falls asleep."""

    BEFORE_CLAIM = "before the claim is committed"
    AFTER_CLAIM = "after the claim"
    BEFORE_FENCE = "before the fenced UPDATE"
    AFTER_FENCE = "after the fenced UPDATE"
    BEFORE_SMTP = "before SMTP"
    HALF = "after half of the content"
    WHOLE = "after the content, before the server's answer"
    ANSWERED = "after the server's answer"
    BEFORE_MARK = "before the outcome is marked"
    AFTER_MARK = "after the outcome is marked"
    ASLEEP = "no kill: asleep before the fenced UPDATE until the letter is given to another"


REPEATABLE = (Cut.BEFORE_CLAIM, Cut.AFTER_CLAIM, Cut.BEFORE_FENCE)  # the letter goes out all the same
HANDING_OVER = (Cut.AFTER_FENCE, Cut.BEFORE_SMTP, Cut.HALF, Cut.WHOLE, Cut.ANSWERED, Cut.BEFORE_MARK)
KILLS = tuple(cut for cut in Cut if cut != Cut.ASLEEP)


class Plan:
    """The orders in a folder: what each letter's attempts are to run into, one after another."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "plan.json"
        self.reached = folder / "reached"

    @classmethod
    def drawn(cls, folder: Path, dice: random.Random, letters: list[int], kills: int) -> "Plan":
        """So many kills over these letters, each cut point as often as any other, and some long sleeps."""
        plan = cls(folder)
        plan.reached.mkdir(parents=True)
        orders: dict[int, list[Cut]] = {letter: [] for letter in letters}
        open_ended = list(letters)
        for cut in islice(cycle(KILLS), kills):
            letter = dice.choice(open_ended)
            orders[letter].append(cut)
            if cut not in REPEATABLE:
                open_ended.remove(letter)
        for letter in dice.sample(letters, 1 + len(letters) // 20):
            orders[letter].insert(0, Cut.ASLEEP)
        plan.file.write_text(json.dumps(orders))
        return plan

    @cached_property
    def orders(self) -> dict[int, list[Cut]]:
        """Every letter's cut points, in the order in which its attempts run into them."""
        found = json.loads(self.file.read_text())
        return {int(letter): [Cut(cut) for cut in cuts] for letter, cuts in found.items()}

    def met(self, letter: int) -> list[Cut]:
        """The cut points that this letter's attempts have run into already."""
        note = self.reached / str(letter)
        return [Cut(line) for line in note.read_text().splitlines()] if note.exists() else []

    def is_due(self, letter: int, cut: Cut) -> bool:
        """Whether the letter's next order is this one."""
        return self.orders.get(letter, [])[len(self.met(letter)) :][:1] == [cut]

    def note(self, letter: int, cut: Cut) -> None:
        with (self.reached / str(letter)).open("a") as note:
            note.write(f"{cut}\n")

    def all_met(self) -> Iterator[tuple[int, Cut]]:
        for note in self.reached.iterdir():
            yield from ((int(note.name), cut) for cut in self.met(int(note.name)))

    @property
    def kills(self) -> Counter[Cut]:
        """How many workers have died at each cut point."""
        return Counter(cut for _, cut in self.all_met() if cut != Cut.ASLEEP)
