"""Expected values come from the printed 2019 report, textbooks, the standard library or NumPy."""

import statistics as stdlib
from math import isclose

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from analysis import statistics
from analysis.codebook import Missing
from analysis.statistics import Answers, Statistic, correlation
from tests.analysis.builders import cells

pytestmark = pytest.mark.once

# The report prints share of 10 (72,5 %), median 10, box 9-10, three 7s and one 8 for Sicherheit at Ordnung:
# only these counts fit (Abb. 4). Tukey's fence lies at 9 - 1.5 * (10 - 9) = 7.5.
SECURITY_AT_ORDNUNG = {10: 29, 9: 7, 8: 1, 7: 3, -9: 7}
# The report prints 7,8, 70,6 and 21,1 % for Vertrauen: only these counts fit for n up to 186 (Abb. 8).
TRUST = {1: 1, 2: 14, 3: 127, 4: 38, -9: 6}

ratings = st.lists(st.integers(1, 10), min_size=2, max_size=200)


def answers(counts: dict[int, int]) -> Answers:
    return Answers.of(pl.Series(cells(counts), dtype=pl.Int16))


def of(values: list[int]) -> Answers:
    return Answers.of(pl.Series(values, dtype=pl.Int16))


def test_security_at_ordnung_has_the_mean_that_prints_as_9_6() -> None:
    mean = statistics.mean(answers(SECURITY_AT_ORDNUNG))
    assert (mean.value, mean.n, mean.missing) == (9.55, 40, {"no_answer": 7})


def test_security_at_ordnung_has_the_box_of_the_printed_figure() -> None:
    security = answers(SECURITY_AT_ORDNUNG)
    assert statistics.median(security).value == 10
    assert statistics.quartile(security, "q1").value == 9
    assert statistics.quartile(security, "q3").value == 10


def test_the_three_sevens_are_outliers_and_the_eight_is_not() -> None:
    assert statistics.outliers(answers(SECURITY_AT_ORDNUNG)).value == (7, 7, 7)


def test_security_at_ordnung_has_the_printed_share_of_tens() -> None:
    assert statistics.share(answers(SECURITY_AT_ORDNUNG), 10).value == 0.725


@pytest.mark.parametrize(("code", "printed"), [(1, 0.6), (2, 7.8), (3, 70.6), (4, 21.1)])
def test_trust_has_the_printed_shares(code: int, printed: float) -> None:
    share = statistics.share(answers(TRUST), code)
    assert share.number is not None
    assert round(share.number * 100, 1) == printed
    assert share.n == 180


def test_halves_of_a_scale_are_exact_and_not_sums_of_rounded_shares() -> None:
    assert statistics.share_top2(answers(TRUST), (1, 2, 3, 4)).value == 165 / 180
    assert statistics.share_bottom2(answers(TRUST), (1, 2, 3, 4)).value == 15 / 180


def test_quartiles_are_interpolated_as_in_rs_default() -> None:
    # The help page of R's quantile defines type 7; R 4 gives 2.25 and 6.25 for these six numbers.
    six = of([1, 2, 3, 4, 7, 10])
    assert [statistics.quartile(six, "q1").value, statistics.quartile(six, "q3").value] == [2.25, 6.25]


def test_standard_deviation_divides_by_n_minus_1() -> None:
    # Sum of squares about the mean 5 is 32 in eight values: 32 / 7
    found = statistics.sd(of([2, 4, 4, 4, 5, 5, 7, 9])).number
    assert found == pytest.approx((32 / 7) ** 0.5)


def test_every_kind_of_missing_leaves_the_base_and_is_counted() -> None:
    column = answers({3: 2, **{kind.value: 1 for kind in Missing}})
    count = statistics.count(column)
    assert count.value == 2
    assert count.missing == {kind.name.lower(): 1 for kind in Missing}


def test_dont_know_as_a_finding_stays_in_the_base() -> None:
    # Abb. 7, Sicherheits- und Ordnungspartnerschaften: 59,2 % ja and 27,4 % weiß nicht of n = 179
    partnerships = answers({1: 106, 0: 24, 9: 49})
    shares = [statistics.share(partnerships, code).number for code in (1, 9)]
    assert [round(share * 100, 1) for share in shares if share is not None] == [59.2, 27.4]


def test_an_empty_cell_is_no_answer_and_never_a_value() -> None:
    column = Answers.of(pl.Series([4, None, 4], dtype=pl.Int16))
    assert (column.n, column.missing) == (2, {"no_answer": 1})


def test_a_category_that_nobody_chose_has_share_0() -> None:
    assert statistics.share(answers({1: 5}), 4).value == 0


def everything(column: Answers) -> list[Statistic]:
    return [
        statistics.mean(column),
        statistics.median(column),
        statistics.quartile(column, "q1"),
        statistics.quartile(column, "q3"),
        statistics.minimum(column),
        statistics.maximum(column),
        statistics.outliers(column),
        statistics.share(column, 1),
        statistics.share_top2(column, (1, 2, 3, 4)),
    ]


@pytest.mark.parametrize("counts", [{}, {-9: 3}])
def test_without_a_valid_answer_every_value_is_none_and_says_why(counts: dict[int, int]) -> None:
    for statistic in everything(answers(counts)):
        assert (statistic.value, statistic.n, statistic.reason) == (None, 0, "no valid answer")
    assert statistics.count(answers(counts)).value == 0


def test_one_answer_has_a_mean_but_no_spread() -> None:
    one = answers({7: 1})
    assert [statistic.value for statistic in everything(one)] == [7, 7, 7, 7, 7, 7, (), 0, 0]
    spread = statistics.sd(one)
    assert (spread.value, spread.reason) == (None, "fewer than 2 valid answers")


def test_equal_answers_have_no_spread_and_no_outliers() -> None:
    equal = answers({4: 9})
    assert statistics.sd(equal).value == 0
    assert statistics.outliers(equal).value == ()


@given(ratings)
def test_location_and_spread_agree_with_the_standard_library(values: list[int]) -> None:
    column = of(values)
    assert statistics.mean(column).value == pytest.approx(stdlib.fmean(values))
    assert statistics.sd(column).value == pytest.approx(stdlib.stdev(values))
    assert statistics.median(column).value == stdlib.median(values)
    q1, _, q3 = stdlib.quantiles(values, n=4, method="inclusive")
    assert statistics.quartile(column, "q1").value == pytest.approx(q1)
    assert statistics.quartile(column, "q3").value == pytest.approx(q3)


@given(ratings)
def test_outliers_are_those_beyond_numpys_fences(values: list[int]) -> None:
    q1, q3 = np.quantile(values, [0.25, 0.75])
    fence = 1.5 * (q3 - q1)
    beyond = sorted(value for value in values if value < q1 - fence or value > q3 + fence)
    assert statistics.outliers(of(values)).value == tuple(beyond)


@given(st.lists(st.sampled_from([1, 2, 3, 4, -8, -9, -10, -11]), max_size=100))
def test_shares_of_all_categories_sum_to_1_and_bases_to_all_returns(values: list[int]) -> None:
    column = of(values)
    assert column.n + sum(column.missing.values()) == len(values)
    shares = [statistics.share(column, code).number for code in (1, 2, 3, 4)]
    if column.n:
        assert isclose(sum(share for share in shares if share is not None), 1)
    else:
        assert shares == [None] * 4


def test_wilsons_interval_has_the_published_bounds() -> None:
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (chosen, n), bounds in published.items():
        assert statistics.wilson_interval(chosen, n) == pytest.approx(bounds, abs=5e-5)


@given(st.integers(0, 80), st.integers(80, 186))
def test_the_corrected_interval_solves_wilsons_equation_with_cochrans_variance(chosen: int, n: int) -> None:
    # Cochran (1977), theorem 3.2: V(p) = P Q / n * (N - n) / (N - 1); p is just z off at the bounds
    population, z = 951, 1.959964
    for bound in statistics.wilson_interval(chosen, n, population=population):
        variance = bound * (1 - bound) / n * (population - n) / (population - 1)
        assert abs(chosen / n - bound) == pytest.approx(z * variance**0.5, abs=1e-6)


def test_a_huge_population_leaves_wilsons_interval_and_a_census_leaves_none() -> None:
    assert statistics.wilson_interval(81, 263, population=10**12) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert statistics.wilson_interval(3, 4, population=4) == (0.75, 0.75)


def test_equal_counts_share_the_better_rank() -> None:
    assert statistics.ranks([23, 3, 15, 3, 1]) == [1, 3, 2, 3, 5]
    assert statistics.ranks([]) == []


def test_the_sum_of_labels_is_what_the_printed_report_adds_up() -> None:
    # Abb. 8, Ziele: the report prints 74,1 = 12,9 + 61,2 where the exact share is 132/178 = 74,157 (74,2)
    aims = answers({1: 23, 2: 109, 3: 41, 4: 5})
    labels = statistics.rounded_sum([statistics.share(aims, code) for code in (1, 2)])
    assert labels == pytest.approx(0.741)
    assert statistics.share_bottom2(aims, (1, 2, 3, 4)).value == 132 / 178
    assert statistics.rounded_sum([statistics.share(answers({-9: 1}), 1)]) is None


def test_anscombes_quartet_has_the_correlation_that_he_printed() -> None:
    # Anscombe (1973), The American Statistician 27:17-21, first data set: r = .816, r² = .667
    x = pl.Series([10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5])
    y = pl.Series([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])
    found = correlation(x, y)
    assert found.value == pytest.approx(0.816, abs=5e-4)
    assert (found.n, found.missing, found.stars) == (11, {}, "**")
    # The slope's t is 4.24 with 9 degrees of freedom.
    assert found.p == pytest.approx(2 * scipy_stats.t.sf(4.24, 9), abs=1e-4)


def test_correlation_uses_only_complete_pairs() -> None:
    x = pl.Series([1, 2, 3, 4, -9, 2, None], dtype=pl.Int16)
    y = pl.Series([2, 1, 4, 3, 4, -10, 3], dtype=pl.Int16)
    found = correlation(x, y)
    assert found.value == pytest.approx(np.corrcoef([1, 2, 3, 4], [2, 1, 4, 3])[0, 1])
    assert (found.n, found.missing) == (4, {"incomplete_pair": 3})


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([1, 2], [2, 1], "fewer than 3 complete pairs"),
        ([], [], "fewer than 3 complete pairs"),
        ([3, 3, 3, 3], [1, 2, 3, 4], "one of the two variables is constant"),
    ],
)
def test_an_undefined_correlation_has_neither_value_nor_stars(
    x: list[int], y: list[int], reason: str
) -> None:
    found = correlation(pl.Series(x, dtype=pl.Int16), pl.Series(y, dtype=pl.Int16))
    assert (found.value, found.p, found.stars, found.reason) == (None, None, "", reason)


@pytest.mark.parametrize(
    ("p", "stars"), [(0.05, ""), (0.0499, "*"), (0.01, "*"), (0.0099, "**"), (0.0001, "**"), (0, "**")]
)
def test_stars_are_two_at_most_and_their_bounds_are_strict(p: float, stars: str) -> None:
    assert statistics.stars_for(p) == stars


def test_nobody_invited_means_no_rate() -> None:
    rate = statistics.rate(0, 0, "returned / invited")
    assert (rate.value, rate.reason) == (None, "nobody was invited")
