"""Expected values come from PSPP 1.6 (pspp/comparisons.sps, its output beside it) and printed examples."""

import polars as pl
import pytest

from analysis.comparisons import clusters, holm, independence, kendall, kruskal, pairwise, spearman
from analysis.statistics import Answers

pytestmark = pytest.mark.once

# office, rating, other, how often: the cases of pspp/comparisons.sps
CASES = (
    (1, 1, 1, 2), (1, 2, 2, 5), (1, 3, 2, 9), (1, 4, 4, 4), (2, 1, 1, 6), (2, 2, 1, 8), (2, 3, 3, 3),
    (2, 4, 3, 3), (3, 2, 2, 6), (3, 3, 4, 7), (3, 4, 4, 12),
)  # fmt: skip


def column(place: int, office: int | None = None) -> pl.Series:
    values = [case[place] for case in CASES for _ in range(case[3]) if office in (None, case[0])]
    return pl.Series(values, dtype=pl.Int16)


def ratings() -> dict[str, Answers]:
    return {str(office): Answers.of(column(1, office)) for office in (1, 2, 3)}


def test_chi_square_and_cramers_v_are_those_of_pspp() -> None:
    found = independence([[7, 13], [14, 6], [6, 19]])
    assert (found.method, found.df, found.n) == ("chi_square", 2, 65)
    assert found.value == pytest.approx(10.19, abs=5e-3)
    assert found.p == pytest.approx(0.006, abs=5e-4)
    assert found.effect == pytest.approx(0.40, abs=5e-3)


def test_small_expected_counts_call_for_the_exact_test() -> None:
    # Three of twelve expected counts are below 5 (PSPP's table), a quarter; Cramér's V is .37 all the same.
    found = independence([[2, 5, 9, 4], [6, 8, 3, 3], [0, 6, 7, 12]])
    assert (found.method, found.value) == ("fisher", None)
    assert found.effect == pytest.approx(0.37, abs=5e-3)
    assert found.p == pytest.approx(0.008, abs=5e-3)


def test_fishers_tea_tasting_has_his_probability() -> None:
    # Fisher (1935), The Design of Experiments, ch. 2: three of four cups right; 17/70 on each side
    assert independence([[3, 1], [1, 3]]).p == pytest.approx(34 / 70)


def test_the_simulated_exact_test_gives_the_same_p_twice() -> None:
    table = [[2, 5, 9, 4], [6, 8, 3, 3], [0, 6, 7, 12]]
    assert independence(table) == independence(table)


def test_the_exact_test_takes_the_smallest_tables_too() -> None:
    assert independence([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).p == 1


@pytest.mark.parametrize("table", [[[0]], [[3, 4]], [[0, 0], [3, 4]], [[3, 0], [4, 0]]])
def test_one_group_or_one_answer_allows_no_test(table: list[list[int]]) -> None:
    assert independence(table).p is None
    assert independence(table).reason == "fewer than two groups or two answers"


def test_kruskal_wallis_is_that_of_pspp_and_epsilon_squared_is_h_over_n_minus_1() -> None:
    found = kruskal(ratings())
    assert found.value == pytest.approx(12.23, abs=5e-3)
    assert (found.df, found.n) == (2, 65)
    assert found.p == pytest.approx(0.002, abs=5e-4)
    assert found.effect == pytest.approx(12.23 / 64, abs=1e-3)


def test_pairs_are_those_of_pspp_adjusted_after_holm() -> None:
    # PSPP: .051, .076, .001 (z = -3.35, two-sided .00081); Holm: .001 * 3, .051 * 2, and no less than that
    found = pairwise(ratings())
    assert found["2", "3"] == pytest.approx(3 * 0.00081, abs=1e-4)
    assert found["1", "2"] == found["1", "3"] == pytest.approx(2 * 0.051, abs=1e-3)


def test_holm_steps_down_from_the_smallest_p() -> None:
    # by hand: .005 * 4, .01 * 3, .03 * 2, and .04 no less than the one before
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_rank_correlations_are_those_of_pspp() -> None:
    rating, other = column(1), column(2)
    assert spearman(rating, other).effect == pytest.approx(0.87, abs=5e-3)
    assert kendall(rating, other).effect == pytest.approx(0.80, abs=5e-3)


def test_rank_correlations_use_only_complete_pairs() -> None:
    gaps = pl.Series([-9, None, -10], dtype=pl.Int16)
    found = kendall(pl.concat([column(1), gaps]), pl.concat([column(2), gaps]))
    assert found == kendall(column(1), column(2))


@pytest.mark.parametrize("groups", [{}, {"a": []}, {"a": [1, 2], "b": []}, {"a": [3, 3], "b": [3]}])
def test_without_two_groups_that_differ_there_is_no_kruskal_wallis(groups: dict[str, list[int]]) -> None:
    found = kruskal({name: Answers.of(pl.Series(values, dtype=pl.Int16)) for name, values in groups.items()})
    assert found.p is None
    assert found.reason


def test_profiles_that_are_alike_share_a_cluster() -> None:
    profiles = {"a": [1.0, 4.0], "b": [4.0, 1.0], "c": [3.0, 3.0], "d": [3.1, 3.0], "e": [3.0, 3.1]}
    assert clusters(profiles, 3) == [("a",), ("b",), ("c", "d", "e")]


def test_fewer_profiles_than_clusters_stay_alone() -> None:
    assert clusters({"a": [1.0], "b": [2.0]}, 3) == [("a",), ("b",)]
    assert clusters({}, 3) == []
