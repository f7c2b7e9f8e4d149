"""What the report shows under a number and a caption, and its tables. Pure."""

from dataclasses import dataclass

from analysis.codebook import Missing
from analysis.numbers import rate, say, written
from analysis.reportfile import Plan
from analysis.results import ALL, Findings

DASH = "–"


@dataclass(frozen=True)
class Table:
    """Rows of text under a header, as printed.

    has_total: whether the last row sums up the others. wordy: columns that hold words instead of numbers.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False
    wordy: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Exhibit:
    """A numbered table or figure: the drawing, the same in words, and the same as a table.

    svg: None for a table, and for a figure that has nothing to show yet; `note` then says so.
    """

    label: str
    title: str
    svg: str | None
    alt: str
    note: str
    table: Table


def return_rates(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Per kind of office and in all: how many were invited, how many answered, and the rate in per cent."""
    header = tuple(say(language, column) for column in ("office", "invited", "returned", "rate"))
    rows = tuple(
        _rates_row(office, label, findings, language) for office, label in offices(findings, language)
    )
    nobody = findings.find(None, ALL, "n").value == 0
    note = say(language, "no_returns") if nobody else ""
    return Exhibit(
        plan.label, plan.title, None, "", joined(note, plan.note), Table(header, rows, has_total=True)
    )


def _rates_row(office: str, label: str, findings: Findings, language: str) -> tuple[str, ...]:
    returned = findings.find(None, office, "rate").number
    counts = [written(findings.find(None, office, name).n, language) for name in ("invited", "n")]
    return (label, *counts, DASH if returned is None else rate(returned, language))


def offices(findings: Findings, language: str) -> list[tuple[str, str]]:
    """The kinds of office in the survey's order, and all of them together, each with its label."""
    groups = [(group.code, group.label) for group in findings.codebook.groups]
    return [*groups, (ALL, say(language, "all"))]


def joined(*sentences: str) -> str:
    """A note of several sentences; empty ones leave no gap."""
    return " ".join(filter(None, (sentence.strip() for sentence in sentences)))


def bases(findings: Findings, language: str) -> Table:
    """Every variable with its number of answers and its gaps by kind; kinds that never occur are left out."""
    counts = [(each, findings.find(each.name, ALL, "n")) for each in findings.codebook.variables]
    kinds = [kind.name.lower() for kind in Missing if any(kind.name.lower() in n.missing for _, n in counts)]
    header = ("variable", "question", "base_column", *kinds)
    rows = (
        (each.name, each.short, str(n.n), *(str(n.missing.get(kind, 0)) for kind in kinds))
        for each, n in counts
    )
    return Table(tuple(say(language, column) for column in header), tuple(rows), wordy=(0, 1))
