"""How many letters go out a minute, in all and to one receiving domain. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The most letters a minute; None is no limit."""

    per_minute: int | None = None
    per_domain: int | None = None

    def chosen(self, waiting: Iterable[tuple[int, str]], lately: Iterable[str]) -> list[int]:
        """The ids that may go now, of (id, address), given the addresses written to in the last minute."""
        if self.per_minute is None and self.per_domain is None:
            return [letter for letter, _ in waiting]
        gone = Counter(map(domain, lately))
        ids: list[int] = []
        for letter, address in waiting:
            if self.per_minute is not None and gone.total() >= self.per_minute:
                break
            if self.per_domain is None or gone[domain(address)] < self.per_domain:
                gone[domain(address)] += 1
                ids.append(letter)
        return ids


def domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
