"""The field phase in numbers as printed: who was invited, who answered, and from where. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.numbers import enumerated, points, rate, written
from analysis.reportfile import Earlier
from analysis.results import ALL, MUNICIPALITIES, Findings


@dataclass(frozen=True)
class Extreme:
    """The kinds of office with the highest or the lowest return rate, and this rate, as printed."""

    offices: str
    rate: str


@dataclass(frozen=True)
class Fieldwork:
    """What the chapter on method says in numbers, as printed; empty where there is nothing to say."""

    invited: str
    returned: str
    rate: str
    is_single: bool
    has_variants: bool
    highest: Extreme | None
    lowest: Extreme | None
    silent: str
    places: str
    places_reached: str
    places_rate: str
    earlier: str
    earlier_rate: str
    change: str


def fieldwork(findings: Findings, earlier: Earlier | None, language: str) -> Fieldwork:
    """The numbers of the field phase in words, taken from the same results as table and statistics.json."""
    returned, of_all = findings.find(None, ALL, "n").n, findings.find(None, ALL, "rate").number
    places = findings.find(MUNICIPALITIES, ALL, "rate")
    reached = round((places.number or 0) * places.n)
    groups = [(group.label, findings.find(None, group.code, "n").n) for group in findings.codebook.groups]
    highest, lowest = _extremes(findings, language)
    return Fieldwork(
        invited=written(findings.find(None, ALL, "invited").n, language),
        returned=written(returned, language) if returned else "",
        rate="" if of_all is None else rate(of_all, language),
        is_single=returned == 1,
        has_variants=len(groups) > 1,
        highest=highest,
        lowest=lowest,
        silent=enumerated((label for label, n in groups if n == 0), language) if returned else "",
        places=written(places.n, language) if places.n else "",
        places_reached=written(reached, language),
        places_rate="" if places.number is None else rate(places.number, language),
        earlier=earlier.wave if earlier else "",
        earlier_rate=rate(earlier.rate, language) if earlier else "",
        change=_change(of_all, earlier, language) if returned else "",
    )


def _change(now: float | None, earlier: Earlier | None, language: str) -> str:
    """The difference to the earlier wave's printed rate in whole points of per cent, with its sign."""
    if now is None or earlier is None:
        return ""
    change = points(now) - points(earlier.rate)
    return f"{'+' if change > 0 else '−' if change else '±'}{written(abs(change), language)}"


def _extremes(findings: Findings, language: str) -> tuple[Extreme | None, Extreme | None]:
    """Who answered most and least among those who answered; nobody where the printed rates do not differ."""
    rates = {
        group.label: findings.find(None, group.code, "rate").number for group in findings.codebook.groups
    }
    answered = {label: share for label, share in rates.items() if share}
    if len({rate(share, language) for share in answered.values()}) <= 1:
        return None, None
    shares = answered.values()
    return _with_rate(answered, max(shares), language), _with_rate(answered, min(shares), language)


def _with_rate(rates: Mapping[str, float], share: float, language: str) -> Extreme:
    labels = [label for label, each in rates.items() if each == share]
    return Extreme(enumerated(labels, language), rate(share, language))
