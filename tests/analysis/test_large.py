"""A hundred thousand random returns: every statistic equals NumPy's, office by office."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.reportfile import ReportFile
from analysis.results import Findings, find_all
from tests.analysis.builders import RELEVANCE, item, returns

RETURNS = 100_000
NAMES = [f"q{number}" for number in range(6)]
OFFICES = ("ordnung", "jugend")
SPEC = ReportFile.model_validate({"correlations": [{"figure": "Text", "of": NAMES[:2]}]})
Cells = dict[str, NDArray[np.int64]]


@pytest.fixture(scope="module")
def cells() -> Cells:
    """Answers from 1 to 10, one in eight missing for one of two reasons, and the office of each return."""
    rng = np.random.default_rng(2019)
    drawn = {name: rng.integers(1, 11, RETURNS) for name in NAMES}
    for column in drawn.values():
        column[rng.random(RETURNS) < 0.125] = rng.choice([-9, -10])
    return drawn | {"office": rng.integers(0, 2, RETURNS)}


@pytest.fixture(scope="module")
def findings(cells: Cells) -> Findings:
    offices = [OFFICES[number] for number in cells["office"]]
    variables = tuple(item(name, RELEVANCE, level="interval") for name in NAMES)
    columns: dict[str, list[object]] = {name: cells[name].tolist() for name in NAMES}
    return find_all(returns(offices, columns, variables), SPEC)


def part(cells: Cells, name: str, office: str) -> NDArray[np.int64]:
    """The valid answers of one kind of office."""
    of_office = cells["office"] == OFFICES.index(office) if office != "all" else np.full(RETURNS, True)
    return cells[name][of_office & (cells[name] > 0)]


@pytest.mark.parametrize("office", [*OFFICES, "all"])
@pytest.mark.parametrize("name", NAMES)
def test_descriptive_statistics_are_those_of_numpy(
    cells: Cells, findings: Findings, name: str, office: str
) -> None:
    valid = part(cells, name, office)
    q1, median, q3 = np.quantile(valid, [0.25, 0.5, 0.75], method="linear")
    expected = {
        "n": len(valid), "mean": valid.mean(), "sd": valid.std(ddof=1), "min": valid.min(),
        "max": valid.max(), "q1": q1, "median": median, "q3": q3,
    }  # fmt: skip
    found = {statistic: findings.find(name, office, statistic).number for statistic in expected}
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("office", [*OFFICES, "all"])
def test_shares_and_missing_are_counted_exactly(cells: Cells, findings: Findings, office: str) -> None:
    for name in NAMES:
        valid = part(cells, name, office)
        for code in range(1, 11):
            share = findings.find(name, office, "share", code)
            assert share.number == pytest.approx((valid == code).mean(), rel=1e-12)
            assert share.n == len(valid)


def test_the_correlation_is_that_of_numpy(cells: Cells, findings: Findings) -> None:
    both = (cells["q0"] > 0) & (cells["q1"] > 0)
    found = findings.find("q0 x q1", "all", "r")
    assert found.n == both.sum()
    assert found.number == pytest.approx(np.corrcoef(cells["q0"][both], cells["q1"][both])[0, 1], rel=1e-9)
