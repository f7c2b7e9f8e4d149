"""Bars of 100 per cent in a scale's order: items among all offices, or one item by kind of office. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import style
from analysis.codebook import Variable
from analysis.figures.parts import (
    LEADING,
    Content,
    nothing_in,
    range_of,
    shown,
    steps_of,
    variables_of,
    wording_of,
)
from analysis.numbers import percent, say, written
from analysis.reportfile import Plan
from analysis.results import ALL, Findings
from analysis.statistics import Statistic, rounded_sum
from analysis.style import BODY, HAIRLINE, SMALL, STRONG, VALUE, WIDTH, Face, Sheet, lines_of, width_of
from analysis.tables import DASH, Exhibit, Table, joined, offices

BAR, STEP_BAR = 17.0, 9.0
NARROWEST = 24.0  # points: a narrower segment has its number below the bar
ROW, BASE = 31.0, 38.0  # a row of a kind of office, and the column of its base


def stacked_bars(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """All offices' answers to items of one scale, each item a bar of 100 per cent in the scale's order."""
    variables = variables_of(plan, findings)
    bars = [_bar(variable.short, variable, ALL, findings) for variable in variables]
    return _exhibit(plan, findings, bars, language)


def stacked_bars_by_office(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """The answers to one item, each kind of office a bar of 100 per cent in the scale's order."""
    (variable,) = variables_of(plan, findings)
    bars = [_bar(label, variable, office, findings) for office, label in offices(findings, language)]
    return _exhibit(plan, findings, bars, language)


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, and the share of each step of the scale."""

    label: str
    variable: Variable
    shares: tuple[Statistic, ...]
    halves: tuple[Statistic, ...]

    @property
    def n(self) -> int:
        """How many answered."""
        return self.shares[0].n

    @property
    def shades(self) -> list[str]:
        """The colour of each step."""
        return style.shades_of(self.variable.level, len(self.shares))

    def printed(self, language: str) -> tuple[str, ...]:
        """The shares in per cent."""
        return tuple(_percent(share.number, language) for share in self.shares)

    def in_words(self, language: str) -> str:
        """The bar as a sentence."""
        parts = zip(steps_of(self.variable), self.printed(language), strict=True)
        values = "; ".join(say(language, "value", what=step, value=share) for step, share in parts)
        base = say(language, "base", n=str(self.n))
        said = values if self.n else say(language, "unanswered")
        return say(language, "shares_alt_item", item=self.label.rstrip("."), base=base, values=said)

    def row(self, language: str) -> tuple[str, ...]:
        """The bar as a row of a table; halves exact, and as the sum of the labels of two steps."""
        cells = [self.label, str(self.n), *self.printed(language)]
        if self.halves:
            (half,) = self.halves
            labels = rounded_sum(self.shares[-2:])
            cells += [_percent(half.number, language), _percent(labels, language)]
        return tuple(cells)


def _bar(label: str, variable: Variable, office: str, findings: Findings) -> Bar:
    shares = tuple(findings.find(variable.name, office, "share", code) for code in variable.codes)
    has_halves = findings.has(variable.name, office, "share_top2")
    halves = (findings.find(variable.name, office, "share_top2"),) if has_halves else ()
    return Bar(label, variable, shares, halves)


def _percent(share: float | None, language: str) -> str:
    return DASH if share is None else percent(share, language, decimals=1)


def _exhibit(plan: Plan, findings: Findings, bars: Sequence[Bar], language: str) -> Exhibit:
    by_office = plan.kind == "stacked_bars_by_office"
    variables = variables_of(plan, findings)
    bases = [bar.n for bar in (bars[-1:] if by_office else bars)]
    note = say(language, "shares_note", base=range_of(bases, language))
    content = Content(
        draw=lambda: _draw_rows(bars, language) if by_office else _draw_items(bars, language),
        note=joined(wording_of(variables[0], language), note) if by_office else note,
        alt=say(language, "shares_alt", items=" ".join(bar.in_words(language) for bar in bars)),
        table=_table(bars, by_office=by_office, language=language),
    )
    return shown(plan, nothing_in(findings, variables, language), content)


def _draw_items(bars: Sequence[Bar], language: str) -> str:
    """Bars of the sheet's width, each under its item, which may need several lines."""
    titles = [lines_of(bar.label, BODY, WIDTH - 60) for bar in bars]
    heights = [len(lines) * LEADING + BAR + 22 for lines in titles]
    steps, top = _steps_of(bars[0], 0)
    sheet = Sheet(top + sum(heights) - 6)
    _draw_steps(sheet, steps, bars[0].shades, 0)
    for bar, lines, height in zip(bars, titles, heights, strict=True):
        for number, line in enumerate(lines):
            sheet.text((0, top + (number + 1) * LEADING - 3), line, BODY)
        under = top + len(lines) * LEADING
        sheet.text((WIDTH, under - 3), say(language, "base", n=written(bar.n, language)), SMALL, "right")
        _draw_bar(sheet, bar, (0, under + 2, WIDTH), language)
        top += height
    return sheet.svg()


def _draw_rows(bars: Sequence[Bar], language: str) -> str:
    """Bars beside the kinds of office that they stand for, all of them together last."""
    left = max(width_of(bar.label, STRONG) for bar in bars) + 14
    steps, top = _steps_of(bars[0], left)
    sheet = Sheet(top + len(bars) * ROW + 8)
    _draw_steps(sheet, steps, bars[0].shades, left)
    sheet.text((WIDTH, top - 4), "n", SMALL, "right")
    for number, bar in enumerate(bars):
        is_total = number == len(bars) - 1
        if is_total:
            top += 7
            sheet.line((0, top - 5), (WIDTH, top - 5), ink=HAIRLINE, thick=0.5)
        face: Face = STRONG if is_total else BODY
        sheet.text((0, top + BAR / 2 + 3), bar.label, face)
        sheet.text((WIDTH, top + BAR / 2 + 3), written(bar.n, language), SMALL, "right")
        _draw_bar(sheet, bar, (left, top, WIDTH - BASE - left), language)
        top += ROW
    return sheet.svg()


def _steps_of(bar: Bar, left: float) -> tuple[list[list[str]], float]:
    """The scale's steps in lines that fit their columns, and where the first bar begins below them."""
    names = steps_of(bar.variable)
    width = (WIDTH - left) / len(names) - STEP_BAR - 10
    steps = [lines_of(name, SMALL, width) for name in names]
    return steps, 10.0 + max(len(lines) for lines in steps) * 9


def _draw_steps(sheet: Sheet, steps: Sequence[Sequence[str]], shades: Sequence[str], start: float) -> None:
    """Name the scale's steps above the bars, in columns from left to right, each beside its shade."""
    column = (WIDTH - start) / len(steps)
    for place, (lines, shade) in enumerate(zip(steps, shades, strict=True)):
        left = start + place * column
        sheet.box((left, 0), (STEP_BAR, STEP_BAR), shade)
        for number, line in enumerate(lines):
            sheet.text((left + STEP_BAR + 4, 7.2 + number * 9), line, SMALL)


def _draw_bar(sheet: Sheet, bar: Bar, place: tuple[float, float, float], language: str) -> None:
    """A bar from its left end, its top and its whole length."""
    start, top, length = place
    if not bar.n:
        sheet.line((start, top + BAR), (start + length, top + BAR), ink=HAIRLINE, thick=0.5)
        sheet.text((start, top + BAR - 5), say(language, "unanswered"), SMALL)
        return
    left, narrow = start, []
    shown_steps = zip(bar.shares, bar.printed(language), bar.shades, strict=True)
    for share, printed, shade in shown_steps:
        width = (share.number or 0) * length
        sheet.box((left, top), (width, BAR), shade)
        if width >= NARROWEST:
            sheet.text((left + width / 2, top + BAR / 2 + 3), printed, VALUE.on(shade), "center")
        elif width:
            narrow.append((left + width / 2, printed))
        left += width
        if start < left < start + length - 0.01:
            sheet.line((left, top), (left, top + BAR), ink=style.PAPER, thick=0.8)
    _write_below(sheet, narrow, top + BAR, (start, start + length))


def _write_below(
    sheet: Sheet, narrow: Sequence[tuple[float, str]], bottom: float, within: tuple[float, float]
) -> None:
    """Numbers that their segments are too narrow for stand below them, moved apart where they would touch."""
    widths = [width_of(printed, SMALL) for _, printed in narrow]
    centres = style.spread([centre for centre, _ in narrow], widths, within, 5)
    for (segment, printed), centre in zip(narrow, centres, strict=True):
        sheet.line((segment, bottom), (segment, bottom + 2.5), ink=style.QUIET, thick=0.4)
        sheet.text((centre, bottom + 10), printed, SMALL, "center")


def _table(bars: Sequence[Bar], *, by_office: bool, language: str) -> Table:
    header = [say(language, "office" if by_office else "item"), "n", *steps_of(bars[0].variable)]
    if bars[0].halves:
        header += [say(language, "top2"), say(language, "top2_labels")]
    return Table(tuple(header), tuple(bar.row(language) for bar in bars), has_total=by_office)
