"""What the codebook says of each column: wording, codes and what was counted, as printed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from analysis import statistics
from analysis.codebook import Codebook, Missing, Returns, Variable
from analysis.exports.columns import Code, Column, about, columns_of, missing_codes
from analysis.exports.words import MISSING, WORDS
from analysis.numbers import day, enumerated, percent, written
from analysis.statistics import DECLARED_MISSING, Answers

DASH = "–"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Wording:
    """How some kinds of office read the question; no groups if all of them read the same."""

    groups: str
    text: str


@dataclass(frozen=True)
class Row:
    """One code: what it means, how often it occurs, its share of the valid answers."""

    code: str
    label: str
    count: str
    percent: str = ""
    width: str = "0"  # of the bar, in per cent
    is_sub: bool = False


@dataclass(frozen=True)
class Counts:
    """How often each code occurs; the missing ones leave the base."""

    rows: tuple[Row, ...]
    valid: str
    missing: tuple[Row, ...]
    total: str

    @property
    def has_worded_codes(self) -> bool:
        """Whether codes are words, which need more room than numbers."""
        return any(len(row.code) > len("-99") for row in self.rows)


@dataclass(frozen=True)
class Entry:
    """All that the codebook says of one column or variable."""

    name: str
    short: str
    counts: Counts
    kind: str = ""
    level: str = ""
    wordings: tuple[Wording, ...] = ()
    not_asked: str = ""
    condition: str = ""
    columns: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    has_several: bool = False


def about_returns(returns: Returns, language: str) -> tuple[Entry, ...]:
    """One entry for each column that says something of the return itself."""
    return tuple(_about(column, returns.frame, language) for column in about(returns.codebook, language))


def of_variables(returns: Returns, language: str) -> tuple[Entry, ...]:
    """One entry a variable, in questionnaire order."""
    return tuple(_of_variable(variable, returns, language) for variable in returns.codebook.variables)


def _about(column: Column, frame: pl.DataFrame, language: str) -> Entry:
    cells = frame[column.name]
    codes: dict[Code, str] = dict(column.values)
    if column.name not in ("id", "submitted_on"):
        codes |= {code: "" for code in cells.drop_nulls().unique().sort() if code not in codes}
    found = {code: int((cells == code).sum()) for code in codes}
    rows = tuple(_row(str(code), codes[code], n, len(frame), language) for code, n in found.items())
    number = written(len(frame), language)
    facts = _days(cells, language) if column.name == "submitted_on" else ()
    return Entry(column.name, column.label, Counts(rows, number, (), number), facts=tuple(facts))


def _of_variable(variable: Variable, returns: Returns, language: str) -> Entry:
    frame, says = returns.frame, WORDS[language]
    names = tuple(column.name for column in columns_of(variable, language))
    coded = frame[names[1] if variable.kind in ("text", "date") else variable.name]
    answers = Answers.of(coded)
    counts = Counts(
        tuple(_valid(variable, frame, answers, language)),
        written(answers.n, language),
        tuple(_missing(variable, coded, returns.codebook, language)),
        written(len(frame), language),
    )
    return Entry(
        name=variable.name,
        short=variable.short,
        counts=counts,
        kind=says[f"kind_{variable.kind}"],
        level="" if variable.kind == "text" else says[f"level_{variable.level}"],
        wordings=_wordings(variable, returns.codebook, language),
        not_asked=_not_asked(variable, returns.codebook, language),
        condition=variable.condition,
        columns=names if len(names) > 1 else (),
        facts=tuple(_facts(variable, frame, answers, language)),
        has_several=bool(variable.categories),
    )


def _wordings(variable: Variable, codebook: Codebook, language: str) -> tuple[Wording, ...]:
    """Each different wording with its readers, in the survey's order; one that all share stands alone."""
    readers: dict[str, list[str]] = {}
    for group in codebook.groups:
        if group.code in variable.wordings:
            readers.setdefault(variable.wordings[group.code], []).append(group.label)
    if len(readers) <= 1:
        return (Wording("", next(iter(readers), variable.label)),)
    return tuple(Wording(enumerated(groups, language), text) for text, groups in readers.items())


def _not_asked(variable: Variable, codebook: Codebook, language: str) -> str:
    """The kinds of office that were not shown the question."""
    others = (group.label for group in codebook.groups if group.code not in variable.wordings)
    return enumerated(others, language)


def _valid(variable: Variable, frame: pl.DataFrame, answers: Answers, language: str) -> Iterator[Row]:
    """Codes in scale order, then any that the scale does not know; of an open answer its categories."""
    for category in variable.categories:
        n = int((frame[f"{variable.name}__{category.slug}"] == 1).sum())
        row = _row(category.slug, category.label, n, answers.n, language)
        yield replace(row, is_sub=category.parent is not None)
    if variable.kind not in ("choice", "flag"):
        return
    labels = {value.code: value.label for value in variable.values if value.code >= 0}
    labels |= {code: "" for code in answers.valid.unique().sort() if code not in labels}
    for code, label in labels.items():
        meaning = "" if label == str(code) else label
        yield _row(str(code), meaning, int((answers.valid == code).sum()), answers.n, language)


def _missing(variable: Variable, coded: pl.Series, codebook: Codebook, language: str) -> Iterator[Row]:
    """Why cells hold no answer: each reason that this variable can have, and any other that occurs."""
    cells = coded.fill_null(Missing.NO_ANSWER.value)
    found = {int(code) for code in cells.filter(cells.is_between(*DECLARED_MISSING)).unique()}
    possible = {Missing.NO_ANSWER.value, *(value.code for value in variable.values if value.code < 0)}
    if variable.condition:
        possible.add(Missing.NOT_APPLICABLE.value)
    if any(group.code not in variable.wordings for group in codebook.groups):
        possible.add(Missing.NOT_IN_VARIANT.value)
    labels = missing_codes(variable, language)
    for code in sorted(found | possible, reverse=True):
        yield Row(signed(code), labels.get(code, ""), written(int((cells == code).sum()), language))


def _row(code: str, label: str, n: int, base: int, language: str) -> Row:
    if not base:
        return Row(code, label, written(n, language), DASH)
    share = n / base
    of_valid = percent(share, language, decimals=1)
    return Row(code, label, written(n, language), of_valid, f"{share * 100:.2f}")


def signed(code: int) -> str:
    """A missing code with a minus that screen readers read."""
    return f"{MINUS}{-code}"


def _facts(
    variable: Variable, frame: pl.DataFrame, answers: Answers, language: str
) -> Iterator[tuple[str, str]]:
    """What sums up the valid answers, as far as kind and level allow it."""
    if variable.kind == "date":
        yield from _days(frame[variable.name], language)
    if variable.kind not in ("choice", "number") or not variable.is_rated:
        return
    wanted = {"mean": statistics.mean, "sd": statistics.sd} if variable.level == "interval" else {}
    wanted |= {"median": statistics.median}
    if variable.kind == "number":
        wanted |= {"min": statistics.minimum, "max": statistics.maximum}
    for name, statistic in wanted.items():
        number = statistic(answers).number
        if number is not None:
            yield WORDS[language][name], _figure(number, name, language)


def _figure(number: float, name: str, language: str) -> str:
    """Means to two decimals; values that occur with no more decimals than they have."""
    decimals = 2 if name in ("mean", "sd") or not float(number).is_integer() else 0
    return written(number, language, decimals=decimals)


def _days(days: pl.Series, language: str) -> Iterator[tuple[str, str]]:
    for name, found in (("first", days.min()), ("last", days.max())):
        if isinstance(found, date):
            yield WORDS[language][name], day(found, language)


def missing_legend(language: str) -> tuple[tuple[str, str], ...]:
    """Every missing code and what it means, as printed."""
    return tuple((signed(code), MISSING[language][code]) for code in sorted(Missing, reverse=True))
