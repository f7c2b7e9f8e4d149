"""The report's sentences: their numbers are the results, so that text and data cannot disagree. Pure."""

from collections.abc import Mapping

from analysis import placeholders
from analysis.numbers import enumerated, percent, rate, say, written
from analysis.placeholders import COUNTED, PLACE, SHARES, Place, parsed
from analysis.results import Findings
from analysis.statistics import Statistic

MOST = 3  # codes that a sentence names


def filled(text: str, findings: Findings, language: str) -> str:
    """A text with its numbers; a sentence in its place while one of them is not known."""
    words = {each: _said(parsed(each), findings, language) for each in placeholders.places(text)}
    if not all(words.values()):
        return say(language, "not_yet")
    return PLACE.sub(lambda found: words[found[1]], text.strip())


def _said(place: Place | None, findings: Findings, language: str) -> str:
    """The number in words; empty if it is not known."""
    if place is None:
        return ""
    if place.choice == "most":
        return _most(place, findings, language)
    if place.choice:
        return _extreme(place, findings, language)
    if not findings.has(place.variable, place.office, place.statistic, place.category):
        return ""
    return printed(findings.find(place.variable, place.office, place.statistic, place.category), language)


def printed(statistic: Statistic, language: str) -> str:
    """A statistic as the text prints it: shares in per cent, means with a decimal; empty without a value."""
    value = statistic.number
    if value is None:
        return ""
    if statistic.name == "rate":
        return rate(value, language)
    if statistic.name in SHARES:
        return say(language, "per_cent", number=percent(value, language, decimals=1))
    if statistic.name in COUNTED:
        return written(value, language)
    if statistic.name == "r":
        return written(value, language, decimals=2) + statistic.stars
    return written(value, language, decimals=1)


def _extreme(place: Place, findings: Findings, language: str) -> str:
    """The kinds of office with the highest or lowest value, and the value; ties as printed are all named."""
    found: dict[str, Statistic] = {}
    for group in findings.codebook.groups:
        subject = (place.variable, group.code, place.statistic, place.category)
        if findings.has(*subject) and findings.find(*subject).number is not None:
            found[group.label] = findings.find(*subject)
    return _with_ties(found, place.choice == "highest", language) if found else ""


def _with_ties(found: Mapping[str, Statistic], highest: bool, language: str) -> str:
    values = {label: statistic.number or 0 for label, statistic in found.items()}
    choose = max if highest else min
    best = printed(found[choose(values, key=lambda label: values[label])], language)
    labels = [label for label, statistic in found.items() if printed(statistic, language) == best]
    return say(language, "with_value", what=enumerated(labels, language), value=best)


def _most(place: Place, findings: Findings, language: str) -> str:
    """The codes that were named most and have none below them, each with its count."""
    variable = findings.codebook.variable(place.subject)
    parents = {category.parent for category in variable.categories}
    counts = {
        category.label: findings.find(variable.name, place.office, "count", category.slug).number or 0
        for category in variable.categories
        if category.slug not in parents
    }
    named = sorted((label for label, count in counts.items() if count), key=lambda label: -counts[label])
    return enumerated(
        (
            say(language, "with_value", what=label, value=written(counts[label], language))
            for label in named[:MOST]
        ),
        language,
    )
