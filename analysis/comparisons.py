"""Whether groups differ and answers belong together: tests, rank correlations, clusters. Pure.

SciPy does the arithmetic. Missing codes leave every test; what cannot be computed says why in `reason`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy import stats
from scipy.cluster import hierarchy

from analysis.statistics import Answers, complete_pairs, why_uncorrelated

SAMPLES, SEED = 9_999, 2019  # of the exact test by simulation: the same data have the same p
SMALL_COUNT, SMALL_PART = 5, 0.2
Table = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Test:
    """The result of a significance test.

    value: the test statistic; None for exact tests, which have none. df: degrees of freedom.
    effect: how large the difference is, in [0, 1]; of a rank correlation its coefficient, in [-1, 1].
    p: two-sided.
    """

    __test__ = False  # no test of ours

    method: str
    n: int
    value: float | None = None
    df: int | None = None
    p: float | None = None
    effect: float | None = None
    reason: str | None = None


def independence(table: Table) -> Test:
    """Whether rows and columns of counts are independent; empty rows and columns are left out.

    Pearson's chi-square, with Cramér's V as effect; Fisher's exact test (Freeman and Halton, simulated with a
    fixed seed beyond 2 x 2) where more than a fifth of the expected counts are below 5, or one is below 1.
    Source: Cochran (1954), Biometrics 10:417-451; scipy.stats.chi2_contingency, scipy.stats.fisher_exact.
    """
    counts = np.array(table, dtype=int).reshape(len(table), -1)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    n = int(counts.sum())
    if min(counts.shape) < 2:
        return Test("chi_square", n, reason="fewer than two groups or two answers")
    found = stats.chi2_contingency(counts, correction=False)
    expected = found.expected_freq
    effect = float((found.statistic / n / (min(counts.shape) - 1)) ** 0.5)
    if (expected < SMALL_COUNT).mean() > SMALL_PART or expected.min() < 1:
        return Test("fisher", n, p=_exact(counts), effect=effect)
    return Test("chi_square", n, float(found.statistic), int(found.dof), float(found.pvalue), effect)


def _exact(counts: np.ndarray) -> float:
    if counts.shape == (2, 2):
        return float(stats.fisher_exact(counts).pvalue)
    method = stats.MonteCarloMethod(n_resamples=SAMPLES, rng=np.random.default_rng(SEED))
    found = stats.fisher_exact(counts, method=method).pvalue
    return float(np.ravel(found)[0])  # SciPy 1.17 answers some tables with an array of one


def kruskal(groups: Mapping[str, Answers]) -> Test:
    """Whether ratings differ between groups; effect is epsilon squared, the share of rank variance explained.

    Source: Kruskal and Wallis (1952), JASA 47:583-621, corrected for ties, scipy.stats.kruskal;
    epsilon squared H / (n - 1): Tomczak and Tomczak (2014), Trends in Sport Sciences 21:19-25.
    """
    filled = [answers.valid.to_numpy() for answers in groups.values() if answers.n]
    n = sum(len(values) for values in filled)
    if len(filled) < 2:
        return Test("kruskal_wallis", n, reason="fewer than two groups with answers")
    if len(np.unique(np.concatenate(filled))) < 2:
        return Test("kruskal_wallis", n, reason="all answers are equal")
    found = stats.kruskal(*filled)
    h = float(found.statistic)
    return Test("kruskal_wallis", n, h, len(filled) - 1, float(found.pvalue), h / (n - 1))


def pairwise(groups: Mapping[str, Answers]) -> dict[tuple[str, str], float]:
    """The p values of Mann-Whitney tests of every two groups that answered, adjusted after Holm.

    Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18:50-60; scipy.stats.mannwhitneyu,
    normal approximation corrected for ties, not for continuity.
    """
    filled = {name: answers.valid.to_numpy() for name, answers in groups.items() if answers.n}
    pairs = list(combinations(filled, 2))
    found = [
        float(stats.mannwhitneyu(filled[a], filled[b], use_continuity=False, method="asymptotic").pvalue)
        for a, b in pairs
    ]
    return dict(zip(pairs, holm([1.0 if np.isnan(p) else p for p in found]), strict=True))


def holm(found: Sequence[float]) -> list[float]:
    """The p values adjusted for their number, shape as given.

    Source: Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    adjusted, least = [0.0] * len(found), 0.0
    for rank, place in enumerate(sorted(range(len(found)), key=lambda place: found[place])):
        least = max(least, min(1.0, found[place] * (len(found) - rank)))
        adjusted[place] = least
    return adjusted


def spearman(x: pl.Series, y: pl.Series) -> Test:
    """Spearman's rho of two coded columns, pairwise complete, in `effect`. Source: scipy.stats.spearmanr."""
    return _ranked("spearman", x, y, stats.spearmanr)


def kendall(x: pl.Series, y: pl.Series) -> Test:
    """Kendall's tau-b of two coded columns, in the same way. Source: scipy.stats.kendalltau."""
    return _ranked("kendall", x, y, stats.kendalltau)


def _ranked(method: str, x: pl.Series, y: pl.Series, compute: Callable[..., Any]) -> Test:
    pairs = complete_pairs(x, y)
    if reason := why_uncorrelated(pairs):
        return Test(method, len(pairs), reason=reason)
    found = compute(pairs["x"].to_numpy(), pairs["y"].to_numpy())
    return Test(method, len(pairs), p=float(found.pvalue), effect=float(found.statistic))


def clusters(profiles: Mapping[str, Sequence[float]], number: int) -> list[tuple[str, ...]]:
    """Groups whose profiles of means are most alike, in the order given; fewer profiles stay alone.

    Profiles: means of the same items on one scale. Hierarchical, Euclidean distance, average linkage.
    Source: Sokal and Michener (1958), University of Kansas Science Bulletin 38:1409-1438;
    scipy.cluster.hierarchy.
    """
    names = list(profiles)
    if len(names) <= number:
        return [(name,) for name in names]
    tree = hierarchy.linkage(np.array(list(profiles.values())), method="average")
    labels = [int(label) for label in hierarchy.fcluster(tree, number, criterion="maxclust")]
    return [
        tuple(name for name, label in zip(names, labels, strict=True) if label == wanted)
        for wanted in dict.fromkeys(labels)
    ]
