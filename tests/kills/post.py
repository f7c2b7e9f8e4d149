"""A mail server in all its moods, one for each recipient."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.respondents.sink import HANG_UP, Script

SLOW = 0.03  # seconds that every message takes, so that things happen at the same time
LONGER_THAN_PATIENCE = 2.5
MOODS = {
    "550": Script(recipient="550 5.1.1 no such mailbox"),
    "550 to the content": Script(content="550 5.7.1 not wanted"),
    "451": Script(recipient="451 4.7.1 greylisted"),
    "451 to the content": Script(content="451 4.3.0 scanner is down"),
    "421": Script(sender="421 4.3.2 closing", recipient="421 4.3.2 closing"),
    "line dropped after DATA, taken": Script(content=HANG_UP, keeps=True),
    "line dropped after DATA, lost": Script(content=HANG_UP),
    "stalls too long, taken": Script(keeps=True, stall=LONGER_THAN_PATIENCE),
    "stalls": Script(stall=0.7),
}
REFUSING = ("550", "550 to the content")
PASSING = ("451", "451 to the content", "421", "stalls")  # at first; then the letter is taken
DROPPING = tuple(mood for mood in MOODS if mood not in (*REFUSING, *PASSING))


@dataclass
class Post:
    """What the server says to whom."""

    moods: dict[str, str] = field(default_factory=dict)
    heard: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def drawn(cls, dice: random.Random, addresses: list[str]) -> "Post":
        """Three in ten recipients meet a server in a mood, and all moods are there."""
        moody = dice.sample(addresses, max(len(MOODS), len(addresses) * 3 // 10))
        return cls({address: list(MOODS)[i % len(MOODS)] for i, address in enumerate(moody)})

    def with_mood(self, *moods: str) -> set[str]:
        return {address for address, mood in self.moods.items() if mood in moods}

    def script_for(self, recipient: str) -> Script:
        mood = self.moods.get(recipient, "")
        with self.lock:
            self.heard[recipient] += 1
            again = self.heard[recipient] > 1
        return Script(stall=SLOW) if not mood or (mood in PASSING and again) else MOODS[mood]
