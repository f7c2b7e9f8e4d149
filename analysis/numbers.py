"""How numbers, dates and the few words around them are written in the survey's language. Pure."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from analysis.phrases import PHRASES

SMALLEST_PRINTED = 0.005  # less rounds to 0 per cent


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


def points(share: float) -> int:
    """A share in [0, 1] in whole per cent, as `percent` prints it: for differences of printed rates."""
    return int(_rounded(Decimal(str(share)) * 100, 0))


def rate(share: float, language: str) -> str:
    """A rate in [0, 1] as whole per cent with the sign on its line; what is not nothing is not called 0 %."""
    if 0 < share < SMALLEST_PRINTED:
        return say(language, "under_one_percent")
    sign = {"de": "\N{NO-BREAK SPACE}%", "en": "%"}[language]
    return percent(share, language) + sign


def p_value(p: float, language: str) -> str:
    """A p value with three decimals; below 0.001 only that it is."""
    if p < 0.001:
        return "<\N{NO-BREAK SPACE}" + written(0.001, language, decimals=3)
    return written(p, language, decimals=3)


def _rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Commercial rounding of the shortest decimal that means this number, so that a printed tie is a tie."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def day(value: date, language: str) -> str:
    """A date in words: 4. November 2019."""
    return format_date(value, "long", locale=language)


def enumerated(items: Iterable[str], language: str) -> str:
    """Items in a sentence: a, b und c."""
    return format_list(list(items), locale=language)
