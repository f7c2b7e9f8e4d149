"""The report computed again: every published finding beside what the returns say. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from analysis.codebook import Returns
from analysis.publishedfile import Claim, Flag, PublishedFile, Statement
from analysis.replication.lines import Line, Lines, Verdict
from analysis.replication.measures import Data
from analysis.results import Findings

__all__ = ["Comparison", "Figure", "Summary", "Verdict", "as_of", "by_figure", "replicate", "summary_of"]


@dataclass(frozen=True)
class Comparison:
    """One published statement, held against the data line by line.

    flags: code and meaning of the contradictions in the report that it is part of.
    """

    id: str
    figure: str
    place: str
    lines: tuple[Line, ...]
    verdict: Verdict
    flags: tuple[tuple[str, Flag], ...]
    note: str


@dataclass(frozen=True)
class Summary:
    """How many statements agree, differ or cannot be computed."""

    agree: int
    differ: int
    not_computable: int

    @property
    def total(self) -> int:
        """All statements."""
        return self.agree + self.differ + self.not_computable


@dataclass(frozen=True)
class Figure:
    """All that is printed in one table, figure or passage."""

    label: str
    summary: Summary
    comparisons: tuple[Comparison, ...]


def as_of(returns: Returns, until: date) -> Returns:
    """The returns submitted up to a day, that day included: those that the report describes."""
    return replace(returns, frame=returns.frame.filter(pl.col("submitted_on") <= until))


def replicate(published: PublishedFile, returns: Returns, findings: Findings) -> list[Comparison]:
    """Hold every published statement against the data.

    returns: as of the report's cut-off date (`as_of`). findings: computed from just these returns.
    """
    lines = Lines(Data(returns, findings))
    return [
        _compared(str(place[1]), statement, lines, published) for place, statement in published.statements()
    ]


def _compared(figure: str, statement: Statement, lines: Lines, published: PublishedFile) -> Comparison:
    by_claim = [(claim, lines.of(claim)) for claim in statement.claims]
    flags = tuple((code, published.flags[code]) for code in statement.flags)
    everything = tuple(line for _, found in by_claim for line in found) or (_unheld(statement),)
    verdicts = [_verdict_of(claim, found) for claim, found in by_claim] or [Verdict.NOT_COMPUTABLE]
    return Comparison(
        statement.id, figure, statement.place, everything, _worst(verdicts), flags, statement.note
    )


def _unheld(statement: Statement) -> Line:
    return Line(statement.says, "", "–", "", Verdict.NOT_COMPUTABLE, statement.not_computable)


def _verdict_of(claim: Claim, lines: Sequence[Line]) -> Verdict:
    """A claim agrees if all of its lines do, or with `mostly` more than half."""
    agreeing = sum(line.verdict is Verdict.AGREE for line in lines)
    if claim.mostly and agreeing * 2 > len(lines):
        return Verdict.AGREE
    return _worst([line.verdict for line in lines])


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    return next(v for v in (Verdict.DIFFER, Verdict.NOT_COMPUTABLE, Verdict.AGREE) if v in found)


def summary_of(comparisons: Iterable[Comparison]) -> Summary:
    """The count of each verdict."""
    verdicts = [comparison.verdict for comparison in comparisons]
    return Summary(*(verdicts.count(verdict) for verdict in Verdict))


def by_figure(comparisons: Iterable[Comparison], verdict: str = "") -> list[Figure]:
    """The comparisons of each figure, of one verdict if it is given; the summaries count all."""
    groups: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        groups.setdefault(comparison.figure, []).append(comparison)
    figures = [
        Figure(label, summary_of(group), tuple(c for c in group if verdict in ("", c.verdict)))
        for label, group in groups.items()
    ]
    return [figure for figure in figures if figure.comparisons]
