"""What figures share: bases, scales, and what is said where there is nothing to draw. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis import style
from analysis.codebook import Variable
from analysis.numbers import say, written
from analysis.reportfile import Plan
from analysis.results import ALL, Findings
from analysis.statistics import Statistic
from analysis.style import INK, SMALL, Sheet
from analysis.tables import Exhibit, Table, joined

LEADING = 12.0


@dataclass(frozen=True)
class Content:
    """What a figure says, in its four forms; it is drawn only if there is something to draw."""

    draw: Callable[[], str]
    note: str
    alt: str
    table: Table


def shown(plan: Plan, nothing: str, content: Content) -> Exhibit:
    """The figure, or in its place the sentence `nothing`, which says why there is none."""
    svg = None if nothing else content.draw()
    note, alt = nothing or content.note, nothing or content.alt
    return Exhibit(plan.label, plan.title, svg, alt, joined(note, plan.note), content.table)


def variables_of(plan: Plan, findings: Findings) -> list[Variable]:
    """What the codebook knows of the variables that a figure shows, in the figure's order."""
    return [findings.codebook.variable(name) for name in plan.variables]


def nothing_in(findings: Findings, variables: Sequence[Variable], language: str) -> str:
    """Why there is nothing to draw; empty if there is something."""
    if findings.find(None, ALL, "n").n == 0:
        return say(language, "no_returns")
    if variables and not any(_bases(findings, variables)):
        return say(language, "no_answers")
    return ""


def base_of(findings: Findings, variables: Sequence[Variable], language: str) -> str:
    """The number of answers in words, a range where the items differ."""
    return range_of(_bases(findings, variables), language)


def range_of(bases: Sequence[int], language: str) -> str:
    """A number of answers, or the least and the most."""
    least, most = written(min(bases), language), written(max(bases), language)
    if least == most:
        return say(language, "base", n=least)
    return say(language, "base_range", least=least, most=most)


def _bases(findings: Findings, variables: Sequence[Variable]) -> list[int]:
    return [findings.find(variable.name, ALL, "n").n for variable in variables]


def steps_of(variable: Variable) -> tuple[str, ...]:
    """The scale's steps in words; every step, chosen or not."""
    return tuple(value.label for value in variable.values if value.code in variable.codes)


def wording_of(variable: Variable, language: str) -> str:
    """The question as it was read; empty where the kinds of office read different ones."""
    wordings = set(variable.wordings.values())
    return say(language, "wording", text=wordings.pop()) if len(wordings) == 1 else ""


def ends_of(variable: Variable) -> tuple[str, str]:
    """The scale's two ends, with their names where they have some."""
    labels = {value.code: value.label for value in variable.values}
    low, high = (
        str(code) if labels[code] == str(code) else f"{code} ({labels[code]})"
        for code in (min(variable.codes), max(variable.codes))
    )
    return low, high


def value_text(statistic: Statistic, language: str) -> str:
    """A mean or a quartile as printed, or that nobody answered."""
    if statistic.number is None:
        return say(language, "unanswered")
    return written(statistic.number, language, decimals=1)


@dataclass(frozen=True)
class Scale:
    """Where the points of a rating scale lie between two edges, in points of the sheet."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def of(cls, variable: Variable, start: float, end: float) -> "Scale":
        """The scale of a rated item."""
        return cls(min(variable.codes), max(variable.codes), start, end)

    def at(self, value: float) -> float:
        """Distance from the sheet's edge."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def points(self) -> range:
        """Every step of the scale."""
        return range(self.low, self.high + 1)


def draw_scale(sheet: Sheet, scale: Scale, variable: Variable, rows: tuple[float, float]) -> None:
    """A horizontal scale: faint lines from top to bottom, its numbers, and its ends in words."""
    top, bottom = rows
    for point in scale.points:
        sheet.line((scale.at(point), top), (scale.at(point), bottom), ink=style.FAINT, thick=0.5)
        sheet.text((scale.at(point), bottom + 10), str(point), SMALL, "center")
    sheet.line((scale.at(scale.low), bottom), (scale.at(scale.high), bottom), ink=INK, thick=0.5)
    labels = {value.code: value.label for value in variable.values}
    for point, align, shift in ((scale.low, "left", -4), (scale.high, "right", 4)):
        if labels[point] != str(point):
            at = (scale.at(point) + shift, bottom + 21)
            sheet.text(at, labels[point], SMALL, "left" if align == "left" else "right")
