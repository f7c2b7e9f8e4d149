"""When a comparison in words holds: one rule a verb; each says what speaks against it. Pure.

"etwa" is at most 0.1 points or 5 percentage points; "gering" at most 0.3 points or 10 percentage points.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, pairwise, product

from analysis.publishedfile import ALL, Claim
from analysis.replication.measures import IN_PER_CENT, distance, ranks
from analysis.replication.words import Words, difference

Values = Mapping[str, Decimal]
ABOUT, ABOUT_PER_CENT = Decimal("0.1"), Decimal(5)
SMALL, SMALL_PER_CENT = Decimal("0.3"), Decimal(10)
PODIUM = 3


def about(statistic: str | None) -> Decimal:
    """The largest difference that "etwa" allows."""
    return ABOUT_PER_CENT if statistic in IN_PER_CENT else ABOUT


def small(statistic: str | None) -> Decimal:
    """The largest range that counts as small."""
    return SMALL_PER_CENT if statistic in IN_PER_CENT else SMALL


def spread(values: Iterable[Decimal]) -> Decimal:
    """From the lowest to the highest."""
    known = list(values)
    return max(known) - min(known)


def against(claim: Claim, values: Values, words: Words) -> list[str]:
    """What speaks against a comparison of these values; nothing if it holds."""
    if wanted := list(higher_than(claim, values)):
        shown = {name: words.value(claim, name, value) for name, value in values.items()}
        return [
            f"{shown[one]} liegt nicht über {shown[other]}"
            for one, other in wanted
            if values[one] <= values[other]
        ]
    match claim.verb:
        case "about_equal":
            return unequal(claim, values, words)
        case "inside":
            return outside(claim, values, words)
        case "small_range":
            return wrong_range(claim, values)
        case _:
            return misplaced(claim, values, words)


def higher_than(claim: Claim, values: Values) -> Iterator[tuple[str, str]]:
    """Which name must be higher than which, for the verbs that say so."""
    for name in claim.highest or ():
        yield from ((name, other) for other in others(claim, values))
    for name in claim.lowest or ():
        yield from ((other, name) for other in others(claim, values))
    for upper, lower in pairwise(tiers(claim)):
        yield from product(upper, lower)


def others(claim: Claim, values: Values) -> list[str]:
    """All that are compared and not named; the total is none of them."""
    return [name for name in values if name not in claim.names and name != ALL]


def tiers(claim: Claim) -> tuple[tuple[str, ...], ...]:
    """The steps of an order; of variables on average, each step is one value."""
    order = claim.order or ()
    if claim.on_average and claim.compare == "variables":
        return tuple((" + ".join(tier),) for tier in order)
    return order


def unequal(claim: Claim, values: Values, words: Words) -> list[str]:
    limit = about(claim.statistic)
    return [
        f"{words.name(claim, one)} und {words.name(claim, other)} liegen um "
        f"{difference(abs(values[one] - values[other]), claim.statistic)} auseinander"
        for one, other in combinations(claim.about_equal or (), 2)
        if abs(values[one] - values[other]) > limit
    ]


def outside(claim: Claim, values: Values, words: Words) -> list[str]:
    around = [values[name] for name in others(claim, values)]
    return [
        f"{words.value(claim, name, values[name])} liegt nicht zwischen den anderen"
        for name in claim.inside or ()
        if not min(around) < values[name] < max(around)
    ]


def wrong_range(claim: Claim, values: Values) -> list[str]:
    found, limit = spread(values.values()), small(claim.statistic)
    if (found <= limit) == claim.small_range:
        return []
    size = "mehr als" if found > limit else "höchstens"
    return [f"Spannweite {size} {difference(limit, claim.statistic)}"]


def misplaced(claim: Claim, values: Values, words: Words) -> list[str]:
    places = ranks(values)
    wanted = claim.rank or dict.fromkeys(claim.top3 or (), PODIUM)
    return [
        f"{words.name(claim, name)} steht auf Platz {places[name]}"
        for name, place in wanted.items()
        if places[name] > place or (claim.rank and places[name] != place)
    ]


def unparallel(claim: Claim, gaps: Values, words: Words) -> list[str]:
    """Whether one curve stays above the other at about its mean distance."""
    middle = sum(gaps.values(), Decimal(0)) / len(gaps)
    limit = about(claim.statistic)
    return [
        f"{words.name(claim, office)}: Abstand {difference(gap, claim.statistic)}"
        for office, gap in gaps.items()
        if gap <= 0 or abs(gap - middle) > limit
    ]


def distances(claim: Claim, profiles: Mapping[str, Sequence[Decimal]]) -> tuple[float, float]:
    """The largest distance within a cluster and the smallest between two."""
    home = {name: number for number, cluster in enumerate(claim.clusters or ()) for name in cluster}
    apart = {(a, b): distance(profiles[a], profiles[b]) for a, b in combinations(home, 2)}
    within = [far for (a, b), far in apart.items() if home[a] == home[b]]
    between = [far for (a, b), far in apart.items() if home[a] != home[b]]
    return max(within, default=0.0), min(between, default=0.0)
