"""Lines over the kinds of office: each item a line through its means, from left to right. Pure."""

from collections.abc import Sequence

from analysis.codebook import Variable
from analysis.figures.parts import Scale
from analysis.figures.series import (
    Series,
    draw_series,
    items_over_offices,
    label_right,
)
from analysis.reportfile import Plan
from analysis.results import Findings
from analysis.style import BODY, FAINT, INK, SMALL, WIDTH, Sheet
from analysis.tables import Exhibit

PLOT, TOP = 190.0, 8.0
LABELS = 122.0  # right of the plot
INSET = 26.0  # from the scale to the first kind of office


def lines_by_office(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Means of items on their common scale in each kind of office, a line for each item."""
    return items_over_offices(plan, findings, language, _draw)


def _draw(series: Sequence[Series], places: Sequence[str], variable: Variable) -> str:
    sheet = Sheet(TOP + PLOT + 24)
    scale = Scale.of(variable, TOP + PLOT, TOP)
    left, right = _draw_scale(sheet, scale, variable), WIDTH - LABELS
    apart = (right - left - 2 * INSET) / max(len(places) - 1, 1)
    across = [left + INSET + place * apart for place in range(len(places))]
    for x, label in zip(across, places, strict=True):
        sheet.line((x, scale.end), (x, scale.start), ink=FAINT, thick=0.5)
        sheet.text((x, scale.start + 14), label, BODY, "center")
    ends = []
    for each in series:
        heights = [None if mean.number is None else scale.at(mean.number) for mean in each.means]
        points = [None if y is None else (x, y) for x, y in zip(across, heights, strict=True)]
        draw_series(sheet, each.look, points)
        ends += [(point, each) for point in list(filter(None, points))[-1:]]
    label_right(sheet, ends, right - INSET + 6, (TOP - 4, TOP + PLOT))
    return sheet.svg()


def _draw_scale(sheet: Sheet, scale: Scale, variable: Variable) -> float:
    """The scale from bottom to top, each point with its name; returns where the plot begins."""
    labels = {value.code: value.label for value in variable.values}
    names = {
        point: f"{point} {labels[point]}" if labels[point] != str(point) else str(point)
        for point in scale.points
    }
    for point in scale.points:
        y = scale.at(point)
        sheet.line((0, y), (WIDTH - LABELS, y), ink=INK if point == scale.low else FAINT, thick=0.5)
        sheet.text((0, y - 3), names[point], SMALL)
    return 62.0
