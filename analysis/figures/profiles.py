"""Profiles: items from top to bottom on one scale, each kind of office a line through its means. Pure."""

from collections.abc import Sequence

from analysis import style
from analysis.codebook import Variable
from analysis.figures.parts import (
    LEADING,
    Content,
    Scale,
    draw_scale,
    nothing_in,
    shown,
    variables_of,
)
from analysis.figures.series import Series, draw_series, in_words, means_table, note_of, office_series
from analysis.numbers import say
from analysis.reportfile import Plan
from analysis.results import Findings
from analysis.style import BODY, FAINT, QUIET, STRONG, WIDTH, Point, Sheet, lines_of, width_of
from analysis.tables import Exhibit

ITEMS = 150.0  # the column of the items' names
HEAD, FOOT, ROW = 30.0, 30.0, 31.0


def profile_lines(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Means of items on their common scale, a line for each kind of office."""
    variables = variables_of(plan, findings)
    series = office_series(findings, variables)
    places = [variable.short for variable in variables]
    content = Content(
        draw=lambda: _draw(series, variables),
        note=note_of(findings, variables, language),
        alt=in_words(series, places, variables[0], language),
        table=means_table(series, places, say(language, "item"), language),
    )
    return shown(plan, nothing_in(findings, variables, language), content)


def _draw(series: Sequence[Series], variables: Sequence[Variable]) -> str:
    bottom = HEAD + len(variables) * ROW
    sheet = Sheet(bottom + FOOT)
    scale = Scale.of(variables[0], ITEMS + 22, WIDTH - 14)
    draw_scale(sheet, scale, variables[0], (HEAD, bottom))
    middles = [HEAD + (place + 0.5) * ROW for place in range(len(variables))]
    for variable, middle in zip(variables, middles, strict=True):
        lines = lines_of(variable.short, BODY, ITEMS)
        sheet.line((scale.start, middle), (scale.end, middle), ink=FAINT, thick=0.5)
        for number, line in enumerate(lines):
            sheet.text((0, middle + 3 + (number - (len(lines) - 1) / 2) * (LEADING - 1)), line, BODY)
    for each in series:
        draw_series(sheet, each.look, _points(each, scale, middles))
    _name_lines(sheet, scale, series, middles)
    return sheet.svg()


def _points(series: Series, scale: Scale, middles: Sequence[float]) -> list[Point | None]:
    return [
        None if mean.number is None else (scale.at(mean.number), middle)
        for mean, middle in zip(series.means, middles, strict=True)
    ]


def _name_lines(sheet: Sheet, scale: Scale, series: Sequence[Series], middles: Sequence[float]) -> None:
    """Write each office's name above the upper end of its line, moved aside where names would overlap."""
    ends = [(next(filter(None, _points(each, scale, middles)), None), each) for each in series]
    order = sorted(((end, each) for end, each in ends if end), key=lambda found: found[0])
    widths = [width_of(each.label, STRONG) + 10 for _, each in order]
    centres = style.spread([end[0] for end, _ in order], widths, (ITEMS - 10, WIDTH), 8)
    for (end, each), centre, width in zip(order, centres, widths, strict=True):
        sheet.line((centre, 15), (end[0], end[1] - 5), ink=QUIET, thick=0.4)
        sheet.mark((centre - width / 2 + 4, 8), each.look)
        sheet.text((centre - width / 2 + 11, 11), each.label, STRONG)
