"""How a figure is measured: the better of several runs, in turns with its baseline."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured value beside its baseline; ratio = value / baseline."""

    name: str
    value: float
    baseline: float | None
    ratio: float | None
    unit: str


def figure(name: str, value: float, unit: str, baseline: float | None = None) -> Figure:
    """A figure with its ratio, if there is something to hold it against."""
    return Figure(name, value, baseline, value / baseline if baseline else None, unit)


def seconds(work: Callable[[], Any]) -> float:
    """Wall-clock seconds of one run."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def compared(name: str, ours: Callable[[], Any], baseline: Callable[[], Any], *, runs: int = 3) -> Figure:
    """Both in turns, so that a noisy machine hits both; the best run of each counts."""
    pairs = [(seconds(ours), seconds(baseline)) for _ in range(runs)]
    return figure(name, min(p[0] for p in pairs), "s", min(p[1] for p in pairs))


def write(figures: list[Figure], path: Path) -> None:
    """Print the table and write it as JSON, keeping figures of other benches that stand there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {entry["name"]: entry for entry in json.loads(path.read_text())} if path.exists() else {}
    known |= {each.name: asdict(each) for each in figures}
    path.write_text(json.dumps(list(known.values()), indent=1))
    print(f"{'name':<18}{'value':>12}{'baseline':>12}{'ratio':>9}  unit")
    for entry in known.values():
        baseline = "–" if entry["baseline"] is None else f"{entry['baseline']:.3f}"
        ratio = "–" if entry["ratio"] is None else f"{entry['ratio']:.2f}"
        print(f"{entry['name']:<18}{entry['value']:>12.3f}{baseline:>12}{ratio:>9}  {entry['unit']}")
