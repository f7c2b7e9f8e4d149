"""Returns of a small made-up survey, valid by default, and the five kinds of office of 2019."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import repeat

import polars as pl

from analysis.codebook import Category, Codebook, Group, Returns, Value, Variable

AGREEMENT = (
    Value(1, "trifft gar nicht zu"),
    Value(2, "trifft eher nicht zu"),
    Value(3, "trifft eher zu"),
    Value(4, "trifft voll zu"),
)
RELEVANCE = (
    Value(1, "gar keine Rolle"),
    *(Value(code, str(code)) for code in range(2, 10)),
    Value(10, "sehr wichtige Rolle"),
)
YES_NO_DONT_KNOW = (Value(1, "ja"), Value(0, "nein"), Value(9, "weiß nicht"))

OFFICES_2019 = (
    Group("ordnung", "Ordnung", 206),
    Group("stadtplanung", "Stadtplanung", 206),
    Group("soziales", "Soziales", 170),
    Group("jugend", "Jugend", 187),
    Group("integration", "Integration", 182),
)
RETURNED_2019 = {"ordnung": 47, "stadtplanung": 30, "soziales": 32, "jugend": 29, "integration": 48}
SIZES = (50_000, 100_000, 200_000)
TWO_OFFICES = (Group("ordnung", "Ordnung", 10), Group("jugend", "Jugend", 10))


def item(
    name: str,
    values: Sequence[Value] = AGREEMENT,
    *,
    level: str = "ordinal",
    kind: str = "choice",
    short: str = "",
) -> Variable:
    """A variable that every kind of office was asked."""
    wordings = {group.code: f"Frage {name}" for group in (*OFFICES_2019, *TWO_OFFICES)}
    return Variable(name, f"Frage {name}", short or name, kind, level, tuple(values), wordings)


def coded_item(name: str, categories: Sequence[Category], *, short: str = "") -> Variable:
    """An open question whose answers are coded."""
    asked = item(name, (), level="nominal", kind="text", short=short)
    return replace(asked, categories=tuple(categories))


def cells(counts: Mapping[int, int]) -> list[int]:
    """A column from how often each code occurs."""
    return [code for code, count in counts.items() for _ in range(count)]


def returns(
    offices: Iterable[str],
    columns: Mapping[str, Sequence[object]],
    variables: Sequence[Variable],
    *,
    groups: Sequence[Group] = TWO_OFFICES,
    places: int = 20,
) -> Returns:
    """Submitted returns, one an office, each from a municipality of its own."""
    office_types = list(offices)
    frame = pl.DataFrame(
        {
            "id": range(1, len(office_types) + 1),
            "office_type": pl.Series(office_types, dtype=pl.String),
            "state": pl.Series(["NW", "BY"] * len(office_types), dtype=pl.String).head(len(office_types)),
            "size_class": pl.Series([1, 2, 3] * len(office_types), dtype=pl.Int8).head(len(office_types)),
            "submitted_on": pl.Series(repeat(date(2020, 1, 31), len(office_types)), dtype=pl.Date),
            "municipality": pl.Series([f"Ort {n}" for n in range(len(office_types))], dtype=pl.String),
            **{name: _typed(name, column, variables) for name, column in columns.items()},
        }
    )
    codebook = Codebook("probe", "Probebefragung", tuple(groups), tuple(variables), places, SIZES)
    return Returns(frame, codebook)


def _typed(name: str, column: Sequence[object], variables: Sequence[Variable]) -> pl.Series:
    kinds = {variable.name: variable.kind for variable in variables}
    types = {"number": pl.Float64, "text": pl.String, "date": pl.Date}
    return pl.Series(column, dtype=types.get(kinds.get(name, "choice"), pl.Int16))
