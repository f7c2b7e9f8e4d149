"""Means as lines, whatever their axes: what each line says, in a drawing, in words and in a table. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis import style
from analysis.codebook import Variable
from analysis.figures.parts import (
    LEADING,
    Content,
    base_of,
    ends_of,
    nothing_in,
    shown,
    value_text,
    variables_of,
)
from analysis.numbers import say
from analysis.reportfile import Plan
from analysis.results import Findings
from analysis.statistics import Statistic
from analysis.style import QUIET, STRONG, TONES, Look, Point, Sheet, lines_of
from analysis.tables import Exhibit, Table

THICK = 1.4
LEADER = 12.0  # from a line's end to its label


@dataclass(frozen=True)
class Series:
    """One line of a figure: its name, how it is drawn, and its mean at each place."""

    label: str
    look: Look
    means: tuple[Statistic, ...]

    def in_words(self, places: Sequence[str], language: str) -> str:
        """The line as a sentence."""
        values = "; ".join(
            say(language, "value", what=place.rstrip("."), value=value_text(mean, language))
            for place, mean in zip(places, self.means, strict=True)
        )
        return say(language, "means_alt_item", item=self.label, values=values)


DrawSeries = Callable[[Sequence[Series], Sequence[str], Variable], str]


def office_series(findings: Findings, variables: Sequence[Variable]) -> list[Series]:
    """A line for each kind of office through its means of the items."""
    return [
        Series(group.label, style.look(place), _means(findings, [(v.name, group.code) for v in variables]))
        for place, group in enumerate(findings.codebook.groups)
    ]


def item_series(findings: Findings, variables: Sequence[Variable]) -> list[Series]:
    """A line for each item through its means in the kinds of office."""
    codes = [group.code for group in findings.codebook.groups]
    return [
        Series(each.short, style.look(place, TONES), _means(findings, [(each.name, code) for code in codes]))
        for place, each in enumerate(variables)
    ]


def items_over_offices(plan: Plan, findings: Findings, language: str, draw: DrawSeries) -> Exhibit:
    """Means of items on their common scale, a line for each item over the kinds of office."""
    variables = variables_of(plan, findings)
    series = item_series(findings, variables)
    places = [group.label for group in findings.codebook.groups]
    content = Content(
        draw=lambda: draw(series, places, variables[0]),
        note=note_of(findings, variables, language),
        alt=in_words(series, places, variables[0], language),
        table=means_table(series, places, say(language, "office"), language),
    )
    return shown(plan, nothing_in(findings, variables, language), content)


def _means(findings: Findings, subjects: Sequence[tuple[str, str]]) -> tuple[Statistic, ...]:
    return tuple(findings.find(variable, office, "mean") for variable, office in subjects)


def note_of(findings: Findings, variables: Sequence[Variable], language: str) -> str:
    """The scale of the means and their base among all offices."""
    low, high = ends_of(variables[0])
    return say(language, "means_note", low=low, high=high, base=base_of(findings, variables, language))


def in_words(series: Sequence[Series], places: Sequence[str], scale: Variable, language: str) -> str:
    """The whole figure in sentences, one a line."""
    low, high = ends_of(scale)
    said = [say(language, "means_alt", low=low, high=high)]
    return " ".join([*said, *(each.in_words(places, language) for each in series)])


def means_table(series: Sequence[Series], places: Sequence[str], corner: str, language: str) -> Table:
    """A row a place, and of each series its mean with its number of answers."""
    rows = (
        (place, *(_mean_and_base(each.means[at], language) for each in series))
        for at, place in enumerate(places)
    )
    return Table((corner, *(each.label for each in series)), tuple(rows))


def _mean_and_base(mean: Statistic, language: str) -> str:
    return say(language, "mean_and_base", mean=value_text(mean, language), n=str(mean.n))


def draw_series(sheet: Sheet, look: Look, points: Sequence[Point | None], *, closed: bool = False) -> None:
    """Marks joined by a line; a place without a mean breaks the line."""
    line = [*points, points[0]] if closed else points
    for is_there, run in groupby(line, key=lambda point: point is not None):
        found = [point for point in run if point is not None]
        if is_there and len(found) > 1:
            sheet.path(found, look, THICK)
    for point in filter(None, points):
        sheet.mark(point, look)


def label_right(
    sheet: Sheet, ends: Sequence[tuple[Point, Series]], edge: float, rows: tuple[float, float]
) -> None:
    """Each line's name right of its end, moved up or down where names would overlap, tied by a hairline."""
    order = sorted(ends, key=lambda end: end[0][1])
    texts = [lines_of(series.label, STRONG, style.WIDTH - edge - LEADER - 12) for _, series in order]
    heights = [len(lines) * LEADING for lines in texts]
    middles = style.spread([point[1] for point, _ in order], heights, rows, 3)
    for (point, series), lines, middle in zip(order, texts, middles, strict=True):
        sheet.line((point[0] + 5, point[1]), (edge + LEADER, middle), ink=QUIET, thick=0.4)
        sheet.mark((edge + LEADER + 5, middle), series.look)
        first = middle + 3 - (len(lines) - 1) * LEADING / 2
        for number, line in enumerate(lines):
            sheet.text((edge + LEADER + 12, first + number * LEADING), line, STRONG)
