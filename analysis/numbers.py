"""How numbers, dates and the few words around them are written in the survey's language. Pure."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

SMALLEST_PRINTED = 0.005  # less rounds to 0 per cent

PHRASES = {
    "de": {
        "all": "Gesamt",
        "office": "Gruppe",
        "item": "Aussage",
        "invited": "angeschrieben",
        "returned": "Rücklauf",
        "rate": "Quote",
        "under_one_percent": "unter 1\N{NO-BREAK SPACE}%",
        "mean": "Mittelwert",
        "no_returns": "Bisher ist kein Fragebogen eingegangen.",
        "no_answers": "Bisher liegt keine Antwort auf diese Fragen vor.",
        "unanswered": "keine Antwort",
        "base": "n = {n}",
        "base_range": "n = {least} bis {most}",
        "means_note": "Mittelwerte auf der Skala von {low} bis {high}. {base}.",
        "means_order": "n je Gruppe in der Reihenfolge {items}.",
        "means_alt": "Mittelwerte je Gruppe auf der Skala von {low} bis {high}.",
        "means_alt_item": "{item}: {values}.",
        "value": "{what} {value}",
        "shares_note": "Anteile an den gültigen Antworten in Prozent, gerundet. {base}.",
        "shares_alt": "Anteile in Prozent. {items}",
        "shares_alt_item": "{item} ({base}): {values}.",
        "contents": "Inhalt",
        "report": "Ergebnisbericht",
        "method": "Methode und Rücklauf",
        "findings": "Ergebnisse",
        "as_of": "Stand der Daten: {date}",
    },
    "en": {
        "all": "Total",
        "office": "Group",
        "item": "Statement",
        "invited": "invited",
        "returned": "returned",
        "rate": "rate",
        "under_one_percent": "under 1%",
        "mean": "Mean",
        "no_returns": "No questionnaire has been returned so far.",
        "no_answers": "Nobody has answered these questions so far.",
        "unanswered": "no answer",
        "base": "n = {n}",
        "base_range": "n = {least} to {most}",
        "means_note": "Means on the scale from {low} to {high}. {base}.",
        "means_order": "n per group in the order {items}.",
        "means_alt": "Means by group on the scale from {low} to {high}.",
        "means_alt_item": "{item}: {values}.",
        "value": "{what} {value}",
        "shares_note": "Shares of valid answers in per cent, rounded. {base}.",
        "shares_alt": "Shares in per cent. {items}",
        "shares_alt_item": "{item} ({base}): {values}.",
        "contents": "Contents",
        "report": "Report of results",
        "method": "Method and response",
        "findings": "Results",
        "as_of": "Data as of {date}",
    },
}


def say(language: str, phrase: str, **parts: str) -> str:
    """A phrase in the survey's language, its places filled; KeyError for a language that we do not write."""
    return PHRASES[language][phrase].format(**parts)


def written(value: float | Decimal, language: str, *, decimals: int = 0) -> str:
    """A number as printed, rounded half up: 9.55 with one decimal is 9,6 in German."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(_rounded(value, decimals), pattern, locale=language)


def percent(share: float, language: str, *, decimals: int = 0) -> str:
    """A share in [0, 1] in per cent, without the sign: 0.7055 with one decimal is 70,6 in German."""
    return written(Decimal(str(share)) * 100, language, decimals=decimals)


def rate(share: float, language: str) -> str:
    """A rate in [0, 1] as whole per cent with the sign on its line; what is not nothing is not called 0 %."""
    if 0 < share < SMALLEST_PRINTED:
        return say(language, "under_one_percent")
    sign = {"de": "\N{NO-BREAK SPACE}%", "en": "%"}[language]
    return percent(share, language) + sign


def _rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Commercial rounding of the shortest decimal that means this number, so that a printed tie is a tie."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def day(value: date, language: str) -> str:
    """A date in words: 4. November 2019."""
    return format_date(value, "long", locale=language)


def enumerated(items: Iterable[str], language: str) -> str:
    """Items in a sentence: a, b und c."""
    return format_list(list(items), locale=language)
