"""The numbers that a statement speaks of, exact to the last digit. Pure.

Printed numbers are decimal, so ours must be: 0.285 as a binary fraction lies a hair off the tie at which
28.5 is rounded, and 9.5 - 9.4 exceeds 0.1. Every number here is the shortest decimal that means the
float which the statistics found. For a quotient of two counts that is the quotient itself wherever it
ends within 15 digits, which every tie does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import dist

import polars as pl
from scipy import stats

from analysis import statistics
from analysis.codebook import Returns
from analysis.publishedfile import ABOUT_RETURNS, MUNICIPALITIES, Claim
from analysis.results import Findings, describe
from analysis.statistics import DECLARED_MISSING, Statistic

IN_PER_CENT = ("rate", "share", "share_top2", "share_bottom2")


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as the report would state it (shares in per cent), its base, or why there is none."""

    value: Decimal | None
    n: int
    stars: str = ""
    reason: str = ""


class NotComputable(Exception):
    """A statement about numbers that the data do not give."""


@dataclass(frozen=True)
class Data:
    """The returns and what was found in them."""

    returns: Returns
    findings: Findings

    def measure(self, claim: Claim, variable: str | None, office: str) -> Measured:
        """The number that a claim speaks of, about one variable in one kind of office."""
        match claim.statistic:
            case "iqr":
                return self._iqr(variable, office)
            case "codes":
                return self._codes_named(variable, office, claim.category)
            case "outliers":
                return _how_often(self._found(variable, office, "outliers", None), claim.category)
            case name:
                return measured(self._found(variable, office, str(name), claim.category))

    def measure_category(self, claim: Claim, variable: str, office: str, slug: str) -> Measured:
        """The same for one category of an open answer."""
        return measured(self._found(variable, office, str(claim.statistic), slug))

    def measure_part(self, claim: Claim, variable: str | None, column: str, part: str) -> Measured:
        """The same for the returns from one Land or of one size class."""
        rows = self.returns.frame.filter(pl.col(column).cast(pl.String) == part)
        if variable is None:
            return Measured(Decimal(len(rows)), len(rows))
        for found in describe(self.returns.codebook.variable(variable), rows):
            if (found.name, found.category) == (claim.statistic, claim.category):
                return measured(found)
        raise NotComputable(f"{claim.statistic} wird für {variable} nicht berechnet")

    def parts(self, column: str) -> list[str]:
        """The Länder or size classes from which there are returns."""
        return sorted(self.returns.frame[column].cast(pl.String).unique())

    def sum_of_labels(self, claim: Claim, variable: str, office: str, decimals: int) -> list[Decimal]:
        """The shares of a scale's two highest or lowest steps, each as its bar is labelled."""
        codes = sorted(self.returns.codebook.variable(variable).codes)
        pair = codes[-2:] if claim.statistic == "share_top2" else codes[:2]
        shares = [measured(self._found(variable, office, "share", code)).value for code in pair]
        return [rounded(share, decimals) for share in shares if share is not None]

    def dependence(self, variable: str, on: str) -> Measured:
        """How probable such differences by kind of office or size class are by chance: p in [0, 1].

        Of a coded open answer each code of the first level is tested by itself, for an office may name
        several; the smallest p counts. Source: Pearson's chi-square, scipy.stats.chi2_contingency.
        """
        known = self.returns.codebook.variable(variable)
        main = [f"{variable}__{category.slug}" for category in known.categories if not category.parent]
        tables = [self._table(column, on) for column in main or [variable]]
        found = [(independence_p(table), sum(map(sum, table))) for table in tables if len(table) > 1]
        if not found:
            return Measured(None, 0, reason="nicht genug Antworten")
        p, n = min(found)
        return Measured(Decimal(str(p)), n)

    def _table(self, column: str, on: str) -> list[list[int]]:
        """How often each answer was given in each part: one row a part, nothing that never occurs."""
        valid = self.returns.frame.filter(~pl.col(column).is_between(*DECLARED_MISSING))
        counts = valid.group_by(on, column).len().pivot(column, index=on, values="len").fill_null(0)
        rows = [list(row) for row in counts.drop(on).rows()]
        return rows if rows and len(rows[0]) > 1 else []

    def _found(self, variable: str | None, office: str, name: str, category: int | str | None) -> Statistic:
        about = None if name in ABOUT_RETURNS and not variable else variable
        if about == MUNICIPALITIES and not self.findings.has(about, office, name, category):
            raise NotComputable("ohne Register nicht berechenbar")
        if not self.findings.has(about, office, name, category):
            raise NotComputable(f"{name} wird für {variable} nicht berechnet")
        return self.findings.find(about, office, name, category)

    def _iqr(self, variable: str | None, office: str) -> Measured:
        upper, lower = (measured(self._found(variable, office, q, None)) for q in ("q3", "q1"))
        if upper.value is None or lower.value is None:
            return upper
        return Measured(upper.value - lower.value, upper.n)

    def _codes_named(self, variable: str | None, office: str, under: int | str | None) -> Measured:
        """How many codes of the first level, or under one code, were named at all."""
        codes = [c for c in self.returns.codebook.variable(str(variable)).categories if c.parent == under]
        counts = [self._found(variable, office, "count", code.slug) for code in codes]
        return Measured(Decimal(sum(bool(count.value) for count in counts)), counts[0].n if counts else 0)


def measured(found: Statistic) -> Measured:
    """A statistic as a printed number would state it."""
    if found.number is None:
        reason = "zu wenige gültige Antworten" if found.n else "keine gültige Antwort"
        return Measured(None, found.n, reason=reason)
    value = Decimal(str(found.number))
    return Measured(value * 100 if found.name in IN_PER_CENT else value, found.n, found.stars)


def _how_often(outliers: Statistic, code: int | str | None) -> Measured:
    if not isinstance(outliers.value, tuple):
        return measured(outliers)
    return Measured(Decimal(sum(each == code for each in outliers.value)), outliers.n)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up, as the report rounds."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def decimals_of(printed: Decimal) -> int:
    """With how many decimals a number is printed."""
    return max(0, -int(printed.as_tuple().exponent))


def ranks(values: Mapping[str, Decimal]) -> dict[str, int]:
    """The place of each name from the highest value down; equal values share the better place."""
    return dict(zip(values, statistics.ranks([float(value) for value in values.values()]), strict=True))


def distance(one: Sequence[Decimal], other: Sequence[Decimal]) -> float:
    """How unlike two profiles are: Euclidean distance, in points of the scale."""
    return dist([float(value) for value in one], [float(value) for value in other])


def independence_p(table: Sequence[Sequence[int]]) -> float:
    """The p value of the hypothesis that rows and columns of a table of counts are independent."""
    return float(stats.chi2_contingency(table, correction=False).pvalue)
