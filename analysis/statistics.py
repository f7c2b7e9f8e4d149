"""What can be said in one number about the answers to an item. Pure; Polars and SciPy do the arithmetic.

Every statistic rests on the valid answers. A code from -99 to -1 is declared missing, leaves the base `n`
and is counted by kind in `missing`. What cannot be computed has the value None and says why in `reason`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, Self

import polars as pl
from scipy import stats

from analysis.codebook import Missing

DECLARED_MISSING = (-99, -1)
LEAST_PAIRS = 3  # two points always lie on a line
SIGNIFICANT, HIGHLY_SIGNIFICANT = 0.05, 0.01
QUARTILES = {"q1": 0.25, "q3": 0.75}


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number, what it rests on and how it came about.

    value: shares and rates in [0, 1], never per cent; means and quartiles in points of the scale or in the
    item's unit; outliers as a tuple; None where it cannot be computed.
    n: the base. missing: how many cells are outside the base, by kind.
    p and stars belong to correlations: * p < .05, ** p < .01.
    """

    name: str
    value: float | tuple[float, ...] | None
    n: int
    missing: Mapping[str, int]
    method: str
    category: int | str | None = None
    reason: str | None = None
    p: float | None = None
    stars: str = ""

    @property
    def number(self) -> float | None:
        """The value of a statistic that is one number; None where it could not be computed."""
        return None if isinstance(self.value, tuple) else self.value


@dataclass(frozen=True, slots=True)
class Answers:
    """One group's answers to one item: the valid ones ascending, the missing ones counted by kind."""

    valid: pl.Series
    missing: Mapping[str, int]

    @classmethod
    def of(cls, column: pl.Series) -> Self:
        """Part a coded column, shape (returns,), in valid and missing; an empty cell is no answer."""
        coded = column.fill_null(Missing.NO_ANSWER.value).sort()
        is_missing = coded.is_between(*DECLARED_MISSING)
        return cls(coded.filter(~is_missing), _kinds(coded.filter(is_missing)))

    @property
    def n(self) -> int:
        """How many valid answers there are."""
        return self.valid.len()

    def statistic(
        self, name: str, value: object, method: str, *, category: int | str | None = None, least: int = 1
    ) -> Statistic:
        """A statistic of these answers; without a value if there are fewer than `least` of them."""
        if self.n < least:
            reason = f"fewer than {least} valid answers" if self.n else "no valid answer"
            return Statistic(name, None, self.n, self.missing, method, category, reason)
        return Statistic(name, _plain(value), self.n, self.missing, method, category)


def _kinds(codes: pl.Series) -> dict[str, int]:
    """How often each missing code occurs, by its name; a code without a name stands for itself."""
    names = {kind.value: kind.name.lower() for kind in Missing}
    counts = codes.value_counts(sort=True).iter_rows()
    return {names.get(int(code), str(int(code))): count for code, count in counts}


def _plain(value: object) -> float | tuple[float, ...]:
    """Polars' answer as a number or a tuple of numbers."""
    if isinstance(value, pl.Series):
        return tuple(value.to_list())
    if isinstance(value, int | float):
        return value
    raise TypeError(f"not a number: {value!r}")


def count(answers: Answers) -> Statistic:
    """The number of valid answers: 0 is a value, not a gap."""
    return answers.statistic("n", answers.n, "valid answers", least=0)


def mean(answers: Answers) -> Statistic:
    """Arithmetic mean, in points of the scale. Source: polars.Series.mean."""
    return answers.statistic("mean", answers.valid.mean(), "arithmetic mean")


def sd(answers: Answers) -> Statistic:
    """Standard deviation of the sample, in points of the scale, divisor n - 1. Source: polars.Series.std."""
    return answers.statistic("sd", answers.valid.std(ddof=1), "sample standard deviation (n - 1)", least=2)


def median(answers: Answers) -> Statistic:
    """Middle value, or the mean of the two middle values. Source: polars.Series.median."""
    return answers.statistic("median", answers.valid.median(), "median")


def quartile(answers: Answers, name: Literal["q1", "q3"]) -> Statistic:
    """Lower or upper quartile, in points of the scale, interpolated linearly between neighbours.

    Source: definition 7 of Hyndman and Fan (1996), The American Statistician 50:361-365;
    polars.Series.quantile.
    """
    value = answers.valid.quantile(QUARTILES[name], interpolation="linear")
    return answers.statistic(name, value, "quartile, linear interpolation (type 7)")


def minimum(answers: Answers) -> Statistic:
    """Lowest valid answer."""
    return answers.statistic("min", answers.valid.min(), "lowest valid answer")


def maximum(answers: Answers) -> Statistic:
    """Highest valid answer."""
    return answers.statistic("max", answers.valid.max(), "highest valid answer")


def outliers(answers: Answers) -> Statistic:
    """The answers beyond the fences, ascending, one entry an answer; an empty tuple if there are none.

    Source: Tukey (1977), Exploratory Data Analysis, 2C: 1.5 interquartile ranges below q1 or above q3.
    """
    method = "beyond 1.5 interquartile ranges from the quartiles (Tukey)"
    q1, q3 = quartile(answers, "q1").number, quartile(answers, "q3").number
    if q1 is None or q3 is None:
        return answers.statistic("outliers", None, method)
    fence = 1.5 * (q3 - q1)
    within = answers.valid.is_between(q1 - fence, q3 + fence)
    return answers.statistic("outliers", answers.valid.filter(~within), method)


def count_of(answers: Answers, category: int) -> Statistic:
    """How many of the valid answers chose one category: 0 is a value, not a gap."""
    value = int((answers.valid == category).sum())
    return answers.statistic("count", value, "valid answers in the category", category=category, least=0)


def share(answers: Answers, category: int) -> Statistic:
    """Share of the valid answers that chose one category, in [0, 1]; 0 if nobody chose it."""
    value = _share_in(answers, [category])
    return answers.statistic("share", value, "share of valid answers", category=category)


def naming(coded: Answers, slug: str) -> tuple[Statistic, Statistic]:
    """How many offices named one code of an open item, and their share in [0, 1] of those that answered it.

    coded: 1 named, 0 not named, shape (returns,). An office counts once, however often it names the code.
    """
    named = int((coded.valid == 1).sum())
    how = "offices that named the code"
    return (
        coded.statistic("count", named, how, category=slug, least=0),
        coded.statistic(
            "share", _share_in(coded, [1]), f"{how} / offices that answered the item", category=slug
        ),
    )


def ranks(counts: Sequence[float]) -> list[int]:
    """Places from the highest count down, shape as counts; equal counts share the better place (1, 2, 2, 4).

    Source: scipy.stats.rankdata, method "min" (standard competition ranking).
    """
    return [int(place) for place in stats.rankdata([-count for count in counts], method="min")]


def rounded_sum(shares: Sequence[Statistic], *, decimals: int = 1) -> float | None:
    """Sum of shares as printed in per cent with some decimals, in [0, 1]: what adding labels by hand gives.

    For comparison with printed sums only; the exact share of several steps is share_top2 and its like.
    """
    numbers = [share.number for share in shares]
    step = Decimal(1).scaleb(-decimals - 2)
    labels = [Decimal(str(n)).quantize(step, rounding=ROUND_HALF_UP) for n in numbers if n is not None]
    return float(sum(labels)) if len(labels) == len(numbers) else None


def share_top2(answers: Answers, codes: Sequence[int]) -> Statistic:
    """Share of the valid answers on a scale's two highest steps, in [0, 1]; no sum of rounded shares."""
    value = _share_in(answers, sorted(codes)[-2:])
    return answers.statistic("share_top2", value, "share of valid answers on the two highest steps")


def share_bottom2(answers: Answers, codes: Sequence[int]) -> Statistic:
    """Share of the valid answers on a scale's two lowest steps, in [0, 1]; no sum of rounded shares."""
    value = _share_in(answers, sorted(codes)[:2])
    return answers.statistic("share_bottom2", value, "share of valid answers on the two lowest steps")


def _share_in(answers: Answers, categories: Sequence[int]) -> float | None:
    chosen = sum(int((answers.valid == category).sum()) for category in categories)
    return chosen / answers.n if answers.n else None


def wilson_interval(
    chosen: int, n: int, *, population: int | None = None, confidence: float = 0.95
) -> tuple[float, float]:
    """Bounds of a share chosen / n, in [0, 1]; narrower where n is a good part of a finite population.

    n: at least 1. population: all who were invited; None for an infinite one. All answered: no interval left.
    Source: Wilson (1927), JASA 22:209-212, scipy.stats.binomtest; its variance p (1 - p) / n is multiplied by
    (N - n) / (N - 1): Cochran (1977), Sampling Techniques, 3rd ed., theorem 3.2.
    """
    if population is None:
        interval = stats.binomtest(chosen, n).proportion_ci(confidence_level=confidence, method="wilson")
        return float(interval.low), float(interval.high)
    if population <= n:
        return chosen / n, chosen / n
    p, z = chosen / n, float(stats.norm.ppf((1 + confidence) / 2))
    z2 = z * z / (n * (population - 1) / (population - n))
    half = z2**0.5 * (p * (1 - p) + z2 / 4) ** 0.5
    return (p + z2 / 2 - half) / (1 + z2), (p + z2 / 2 + half) / (1 + z2)


def rate(reached: int, base: int, method: str) -> Statistic:
    """Share of the invited that were reached, in [0, 1]; the base is all of them, so none is missing."""
    if base == 0:
        return Statistic("rate", None, 0, {}, method, reason="nobody was invited")
    return Statistic("rate", reached / base, base, {}, method)


def correlation(x: pl.Series, y: pl.Series) -> Statistic:
    """Pearson's r of two coded columns, shape (returns,) each, over the returns that answer both.

    p is two-sided, exact for normal variables. Undefined for fewer than three pairs or a constant column.
    Source: Pearson (1895), Proceedings of the Royal Society 58:240-242; scipy.stats.pearsonr.
    """
    pairs = complete_pairs(x, y)
    missing = {"incomplete_pair": len(x) - len(pairs)} if len(pairs) < len(x) else {}
    method = "Pearson, pairwise complete, two-sided"
    if reason := why_uncorrelated(pairs):
        return Statistic("r", None, len(pairs), missing, method, reason=reason)
    found = stats.pearsonr(pairs["x"].to_numpy(), pairs["y"].to_numpy())
    r, p = float(found.statistic), float(found.pvalue)
    return Statistic("r", r, len(pairs), missing, method, p=p, stars=stars_for(p))


def complete_pairs(x: pl.Series, y: pl.Series) -> pl.DataFrame:
    """The returns that answer both of two coded columns, as columns x and y."""
    answered = ~pl.col("x", "y").is_between(*DECLARED_MISSING)
    return pl.DataFrame({"x": x, "y": y}).drop_nulls().filter(pl.all_horizontal(answered))


def why_uncorrelated(pairs: pl.DataFrame) -> str:
    """Why a correlation of these pairs is undefined; empty if it is not."""
    if len(pairs) < LEAST_PAIRS:
        return f"fewer than {LEAST_PAIRS} complete pairs"
    if min(pairs["x"].n_unique(), pairs["y"].n_unique()) == 1:
        return "one of the two variables is constant"
    return ""


def stars_for(p: float) -> str:
    """The conventional mark of a p value: ** below .01, * below .05."""
    return "**" if p < HIGHLY_SIGNIFICANT else "*" if p < SIGNIFICANT else ""
