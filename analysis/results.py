"""Every number of a survey, computed once and found again by page, report and statistics.json. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from analysis import statistics
from analysis.codebook import Codebook, Returns, Variable
from analysis.reportfile import ReportFile
from analysis.statistics import Answers, Statistic

ALL = "all"
MUNICIPALITIES = "municipalities"
FOUR_STEPS = 4  # of two steps the halves are the shares themselves, of ten the "two highest" are no half


@dataclass(frozen=True, slots=True)
class Result:
    """One row of statistics.json: a statistic, whom it describes and where the report shows it."""

    figure: str | None
    variable: str | None
    office: str
    statistic: Statistic

    def row(self) -> dict[str, object]:
        """The row as written to statistics.json; only what applies is there."""
        found = self.statistic
        row: dict[str, object] = {"figure": self.figure, "variable": self.variable, "office": self.office}
        row["statistic"] = found.name
        if found.category is not None:
            row["category"] = found.category
        row |= {"value": found.value, "n": found.n, "missing": dict(found.missing), "method": found.method}
        if found.p is not None:
            row |= {"p": found.p, "stars": found.stars}
        if found.reason is not None:
            row["reason"] = found.reason
        return row


@dataclass(frozen=True)
class Findings:
    """All results of one survey, what its variables mean, and the cells for what compares them."""

    codebook: Codebook
    results: list[Result]
    frame: pl.DataFrame

    @cached_property
    def _by_subject(self) -> dict[tuple[str | None, str, str, int | str | None], Statistic]:
        return {
            (each.variable, each.office, each.statistic.name, each.statistic.category): each.statistic
            for each in self.results
        }

    def find(
        self, variable: str | None, office: str, name: str, category: int | str | None = None
    ) -> Statistic:
        """The statistic of that name about a variable (None: the returns themselves) in a kind of office."""
        return self._by_subject[variable, office, name, category]

    def has(self, variable: str | None, office: str, name: str, category: int | str | None = None) -> bool:
        """Whether there is such a statistic, be its value known or not."""
        return (variable, office, name, category) in self._by_subject


def find_all(returns: Returns, spec: ReportFile) -> Findings:
    """Compute everything once; each number is the same object wherever it is shown."""
    return Findings(returns.codebook, results(returns, spec), returns.frame)


def results(returns: Returns, spec: ReportFile) -> list[Result]:
    """The rows of statistics.json: return rates, all variables in questionnaire order, correlations.

    Each is computed for every kind of office and for all. A variable that several exhibits name has its
    rows under each of them; one that none names has the figure None.
    """
    offices = _offices(returns)
    return [
        *_return_rates(returns, offices, spec.figure_of_return_rates),
        *_variables(returns.codebook, offices, spec),
        *_correlations(offices, spec),
    ]


def _offices(returns: Returns) -> dict[str, pl.DataFrame]:
    """The returns of each kind of office, an empty frame where there are none, and of all."""
    parts = returns.frame.partition_by("office_type", as_dict=True)
    nothing = returns.frame.clear()
    groups = {group.code: parts.get((group.code,), nothing) for group in returns.codebook.groups}
    return {**groups, ALL: returns.frame}


def _return_rates(
    returns: Returns, offices: Mapping[str, pl.DataFrame], figure: str | None
) -> Iterator[Result]:
    codebook = returns.codebook
    invited = {group.code: group.invited for group in codebook.groups}
    invited[ALL] = sum(invited.values())
    for office, frame in offices.items():
        for statistic in _reached(len(frame), invited[office]):
            yield Result(figure, None, office, statistic)
    places = returns.frame["municipality"].drop_nulls().n_unique()
    reached = statistics.rate(places, codebook.places_invited, "municipalities with a return / all invited")
    yield Result(figure, MUNICIPALITIES, ALL, reached)


def _reached(returned: int, invited: int) -> tuple[Statistic, ...]:
    return (
        Statistic("n", returned, returned, {}, "submitted returns"),
        Statistic("invited", invited, invited, {}, "cases of the register"),
        statistics.rate(returned, invited, "submitted returns / invited"),
    )


def _variables(codebook: Codebook, offices: Mapping[str, pl.DataFrame], spec: ReportFile) -> Iterator[Result]:
    for variable in codebook.variables:
        figures = spec.figures_of(variable.name) or (None,)
        found = {office: describe(variable, frame) for office, frame in offices.items()}
        for figure in figures:
            for office, about in found.items():
                yield from (Result(figure, variable.name, office, statistic) for statistic in about)


def _correlations(offices: Mapping[str, pl.DataFrame], spec: ReportFile) -> Iterator[Result]:
    for pair in spec.correlations:
        one, other = pair.of
        for office, frame in offices.items():
            yield Result(pair.figure, pair.name, office, statistics.correlation(frame[one], frame[other]))


def describe(variable: Variable, frame: pl.DataFrame) -> list[Statistic]:
    """All statistics that suit a variable's kind and level, about the returns in `frame`."""
    answers = Answers.of(frame[_coded_column(variable)])
    found = [statistics.count(answers)]
    if variable.kind == "number" or (variable.kind == "choice" and variable.is_rated):
        found += _distribution(answers)
    if variable.kind == "choice":
        for code in variable.codes:
            found += [statistics.count_of(answers, code), statistics.share(answers, code)]
        if variable.is_rated and len(variable.codes) == FOUR_STEPS:
            found.append(statistics.share_top2(answers, variable.codes))
            found.append(statistics.share_bottom2(answers, variable.codes))
    if variable.kind == "flag":
        found += [statistics.count_of(answers, 1), statistics.share(answers, 1)]
    for category in variable.categories:
        coded = Answers.of(frame[f"{variable.name}__{category.slug}"])
        found += statistics.naming(coded, category.slug)
    return found


def _coded_column(variable: Variable) -> str:
    """The column that says whether there is an answer: a text or a date has its missing codes beside it."""
    return f"{variable.name}__status" if variable.kind in ("text", "date") else variable.name


def _distribution(answers: Answers) -> list[Statistic]:
    return [
        statistics.mean(answers),
        statistics.sd(answers),
        statistics.median(answers),
        statistics.quartile(answers, "q1"),
        statistics.quartile(answers, "q3"),
        statistics.minimum(answers),
        statistics.maximum(answers),
        statistics.outliers(answers),
    ]
