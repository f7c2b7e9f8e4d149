"""A radar: the kinds of office are the axes, each item is a closed line through its means. Pure."""

from collections.abc import Sequence
from math import cos, pi, sin

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
from analysis.style import BODY, FAINT, HAIRLINE, PAPER, SMALL, Align, Point, Sheet
from analysis.tables import Exhibit

RADIUS, CENTRE = 116.0, (166.0, 134.0)
LABELS = 336.0  # where the names of the lines begin


def radar(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Means of items on their common scale, from the centre outwards, an axis for each kind of office."""
    return items_over_offices(plan, findings, language, _draw)


def _draw(series: Sequence[Series], places: Sequence[str], variable: Variable) -> str:
    sheet = Sheet(CENTRE[1] + RADIUS + 16)
    scale = Scale.of(variable, 0, RADIUS)
    angles = [2 * pi * place / len(places) for place in range(len(places))]
    _draw_axes(sheet, scale, angles, places)
    ends = []
    for each in series:
        points = [
            None if mean.number is None else _at(scale.at(mean.number), angle)
            for mean, angle in zip(each.means, angles, strict=True)
        ]
        draw_series(sheet, each.look, points, closed=True)
        ends += [(point, each) for point in [_rightmost(points)] if point]
    _draw_numbers(sheet, scale)
    label_right(sheet, ends, LABELS, (10, CENTRE[1] + RADIUS))
    return sheet.svg()


def _at(distance: float, angle: float) -> Point:
    """A point so far from the centre, clockwise from the top."""
    return CENTRE[0] + distance * sin(angle), CENTRE[1] - distance * cos(angle)


def _rightmost(points: Sequence[Point | None]) -> Point | None:
    return max(filter(None, points), default=None)


def _draw_axes(sheet: Sheet, scale: Scale, angles: Sequence[float], places: Sequence[str]) -> None:
    for point in scale.points:
        if point != scale.low:
            sheet.ring([_at(scale.at(point), angle) for angle in angles], HAIRLINE)
    for angle, label in zip(angles, places, strict=True):
        sheet.line(CENTRE, _at(RADIUS, angle), ink=FAINT, thick=0.5)
        (x, y), side = _at(RADIUS + 9, angle), sin(angle)
        align: Align = "center" if abs(side) < 0.1 else "left" if side > 0 else "right"
        sheet.text((x, y + (6 if y > CENTRE[1] else -2)), label, BODY, align)


def _draw_numbers(sheet: Sheet, scale: Scale) -> None:
    """The scale's numbers beside the upper axis, on paper, so that lines do not cross them out."""
    for point in scale.points:
        x, y = CENTRE[0] - 7, CENTRE[1] - scale.at(point)
        sheet.box((x - 3.5, y - 4.5), (7, 9), PAPER)
        sheet.text((x, y + 2.7), str(point), SMALL, "center")
