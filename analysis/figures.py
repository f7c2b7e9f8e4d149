"""The report's figures: each draws what was found about some variables and says the same in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import style
from analysis.codebook import Variable
from analysis.numbers import enumerated, percent, say, written
from analysis.reportfile import Plan
from analysis.results import ALL, Findings
from analysis.statistics import Statistic
from analysis.style import BODY, HAIRLINE, INK, SMALL, STRONG, VALUE, WIDTH, Sheet, lines_of, width_of
from analysis.tables import DASH, Exhibit, Table, joined, offices

ROW, HEAD, FOOT = 24.0, 26.0, 30.0
BASES = 62.0  # the column right of the plot
BAR, STEP_BAR = 17.0, 9.0
NARROWEST = 24.0  # points: a narrower segment has its number below the bar
LEADING = 12.0


def means_by_office(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Mean of one or two items in each kind of office, as marks on the items' common scale."""
    variables = [findings.codebook.variable(name) for name in plan.variables]
    rows = [
        MeansRow(label, tuple(findings.find(variable.name, office, "mean") for variable in variables))
        for office, label in offices(findings, language)
    ]
    nothing = _nothing(findings, variables, language)
    note = nothing or _means_note(rows, variables, _base(findings, variables, language), language)
    alt = nothing or _means_in_words(rows, variables, language)
    svg = None if nothing else _draw_means(rows, variables, language)
    table = _means_table(rows, variables, language)
    return Exhibit(plan.label, plan.title, svg, alt, joined(note, plan.note), table)


@dataclass(frozen=True)
class MeansRow:
    """One kind of office and its mean of each item."""

    label: str
    means: tuple[Statistic, ...]

    @property
    def bases(self) -> tuple[int, ...]:
        """The number of answers, once where it is the same for every item."""
        bases = tuple(mean.n for mean in self.means)
        return bases[:1] if len(set(bases)) == 1 else bases


def _draw_means(rows: Sequence[MeansRow], variables: Sequence[Variable], language: str) -> str:
    sheet = Sheet(HEAD + len(rows) * ROW + 6 + FOOT)
    bottom = HEAD + len(rows) * ROW + 6
    codes = variables[0].codes
    scale = Scale(min(codes), max(codes), max(width_of(row.label, STRONG) for row in rows) + 34)
    _draw_scale(sheet, scale, variables[0], bottom)
    sheet.text((WIDTH, HEAD - 8), "n", SMALL, "right")
    _name_marks(sheet, scale, rows, variables)
    for number, row in enumerate(rows):
        is_total = number == len(rows) - 1
        middle = HEAD + (number + 0.5) * ROW + (6 if is_total else 0)
        if is_total:
            sheet.line((0, middle - ROW / 2 - 3), (WIDTH, middle - ROW / 2 - 3), ink=HAIRLINE, thick=0.5)
        sheet.text((0, middle + 3), row.label, STRONG if is_total else BODY)
        sheet.text((WIDTH, middle + 3), " · ".join(written(n, language) for n in row.bases), SMALL, "right")
        _draw_marks(sheet, scale, row, middle, language)
    return sheet.svg()


@dataclass(frozen=True)
class Scale:
    """Where the points of a rating scale lie on the sheet."""

    low: int
    high: int
    left: float

    def x(self, value: float) -> float:
        """Distance from the left edge, in points."""
        length = WIDTH - BASES - 14 - self.left
        return self.left + (value - self.low) / (self.high - self.low) * length


def _draw_scale(sheet: Sheet, scale: Scale, variable: Variable, bottom: float) -> None:
    for point in range(scale.low, scale.high + 1):
        sheet.line((scale.x(point), HEAD), (scale.x(point), bottom), ink=style.FAINT, thick=0.5)
        sheet.text((scale.x(point), bottom + 10), str(point), SMALL, "center")
    sheet.line((scale.x(scale.low), bottom), (scale.x(scale.high), bottom), ink=INK, thick=0.5)
    labels = {value.code: value.label for value in variable.values}
    for point, align in ((scale.low, "left"), (scale.high, "right")):
        words = labels[point]
        if words != str(point):
            edge = scale.x(point) + (-4 if align == "left" else 4)
            sheet.text((edge, bottom + 21), words, SMALL, "left" if align == "left" else "right")


def _name_marks(sheet: Sheet, scale: Scale, rows: Sequence[MeansRow], variables: Sequence[Variable]) -> None:
    """Write each item's name with its mark above the first row that has a mean of it."""
    first = [_first_mean(rows, place, scale.low) for place in range(len(variables))]
    order = sorted(range(len(variables)), key=lambda place: first[place])
    widths = [width_of(variables[place].short, STRONG) + 12 for place in order]
    centres = style.spread([scale.x(first[place]) for place in order], widths, (scale.left, WIDTH - 20), 10)
    for place, centre, width in zip(order, centres, widths, strict=True):
        sheet.dot((centre - width / 2 + 4, HEAD - 11), filled=place == 0)
        sheet.text((centre - width / 2 + 12, HEAD - 8), variables[place].short, STRONG)


def _first_mean(rows: Sequence[MeansRow], place: int, otherwise: float) -> float:
    means = (row.means[place].number for row in rows)
    return next((mean for mean in means if mean is not None), otherwise)


def _draw_marks(sheet: Sheet, scale: Scale, row: MeansRow, middle: float, language: str) -> None:
    """One row's marks, joined by a line; the lower value stands left of its mark, the higher one right."""
    found = sorted((mean.number, place) for place, mean in enumerate(row.means) if mean.number is not None)
    if not found:
        sheet.text((scale.x(scale.low), middle + 3), say(language, "unanswered"), SMALL)
        return
    (lowest, _), (highest, _) = found[0], found[-1]
    sheet.line((scale.x(lowest), middle), (scale.x(highest), middle), ink=style.shades(4)[1], thick=2)
    for value, place in reversed(found):
        sheet.dot((scale.x(value), middle), filled=place == 0)
    sheet.text((scale.x(highest) + 7, middle + 3), written(highest, language, decimals=1), VALUE)
    if len(found) > 1:
        sheet.text((scale.x(lowest) - 7, middle + 3), written(lowest, language, decimals=1), VALUE, "right")


def _means_note(rows: Sequence[MeansRow], variables: Sequence[Variable], base: str, language: str) -> str:
    low, high = _ends(variables[0])
    note = say(language, "means_note", low=low, high=high, base=base)
    if all(len(row.bases) == 1 for row in rows):
        return note
    items = enumerated((variable.short for variable in variables), language)
    return joined(note, say(language, "means_order", items=items))


def _means_in_words(rows: Sequence[MeansRow], variables: Sequence[Variable], language: str) -> str:
    low, high = _ends(variables[0])
    said = [say(language, "means_alt", low=low, high=high)]
    for place, variable in enumerate(variables):
        values = "; ".join(
            say(language, "value", what=row.label, value=_mean_text(row.means[place], language))
            for row in rows
        )
        said.append(say(language, "means_alt_item", item=variable.short, values=values))
    return " ".join(said)


def _mean_text(mean: Statistic, language: str) -> str:
    return say(language, "unanswered") if mean.number is None else written(mean.number, language, decimals=1)


def _means_table(rows: Sequence[MeansRow], variables: Sequence[Variable], language: str) -> Table:
    header = [say(language, "office")]
    for variable in variables:
        header += [f"{variable.short}: {say(language, 'mean')}", f"{variable.short}: n"]
    cells = (
        (row.label, *(text for mean in row.means for text in (_mean_text(mean, language), str(mean.n))))
        for row in rows
    )
    return Table(tuple(header), tuple(cells))


def stacked_bars(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """All offices' answers to items of one scale, each item a bar of 100 per cent in the scale's order."""
    variables = [findings.codebook.variable(name) for name in plan.variables]
    bars = [
        Bar(variable, tuple(findings.find(variable.name, ALL, "share", code) for code in variable.codes))
        for variable in variables
    ]
    nothing = _nothing(findings, variables, language)
    note = nothing or say(language, "shares_note", base=_base(findings, variables, language))
    alt = nothing or say(language, "shares_alt", items=" ".join(bar.in_words(language) for bar in bars))
    svg = None if nothing else _draw_bars(bars, language)
    return Exhibit(plan.label, plan.title, svg, alt, joined(note, plan.note), _shares_table(bars, language))


@dataclass(frozen=True)
class Bar:
    """One item and the share of each step of its scale."""

    variable: Variable
    shares: tuple[Statistic, ...]

    @property
    def n(self) -> int:
        """How many answered the item."""
        return self.shares[0].n

    @property
    def steps(self) -> tuple[str, ...]:
        """The scale's steps in words; every step, chosen or not."""
        return tuple(value.label for value in self.variable.values if value.code in self.variable.codes)

    def printed(self, language: str) -> tuple[str, ...]:
        """The shares in per cent."""
        found = (share.number for share in self.shares)
        return tuple(DASH if share is None else percent(share, language, decimals=1) for share in found)

    def in_words(self, language: str) -> str:
        """The bar as a sentence."""
        parts = zip(self.steps, self.printed(language), strict=True)
        values = "; ".join(say(language, "value", what=step, value=share) for step, share in parts)
        base = say(language, "base", n=str(self.n))
        said = values if self.n else say(language, "unanswered")
        return say(language, "shares_alt_item", item=self.variable.short.rstrip("."), base=base, values=said)


def _draw_bars(bars: Sequence[Bar], language: str) -> str:
    titles = [lines_of(bar.variable.short, BODY, WIDTH - 60) for bar in bars]
    heights = [len(lines) * LEADING + BAR + 22 for lines in titles]
    column = WIDTH / len(bars[0].steps)
    steps = [lines_of(step, SMALL, column - STEP_BAR - 10) for step in bars[0].steps]
    top = 10.0 + max(len(lines) for lines in steps) * 9
    sheet = Sheet(top + sum(heights) - 6)
    _draw_steps(sheet, steps, column)
    for bar, lines, height in zip(bars, titles, heights, strict=True):
        for number, line in enumerate(lines):
            sheet.text((0, top + (number + 1) * LEADING - 3), line, BODY)
        under = top + len(lines) * LEADING
        sheet.text((WIDTH, under - 3), say(language, "base", n=written(bar.n, language)), SMALL, "right")
        _draw_bar(sheet, bar, under + 2, language)
        top += height
    return sheet.svg()


def _draw_steps(sheet: Sheet, steps: Sequence[Sequence[str]], column: float) -> None:
    """Name the scale's steps above the bars, in columns from left to right, each beside its shade."""
    for place, (lines, shade) in enumerate(zip(steps, style.shades(len(steps)), strict=True)):
        sheet.box((place * column, 0), (STEP_BAR, STEP_BAR), shade)
        for number, line in enumerate(lines):
            sheet.text((place * column + STEP_BAR + 4, 7.2 + number * 9), line, SMALL)


def _draw_bar(sheet: Sheet, bar: Bar, top: float, language: str) -> None:
    if not bar.n:
        sheet.line((0, top + BAR), (WIDTH, top + BAR), ink=HAIRLINE, thick=0.5)
        sheet.text((0, top + BAR - 5), say(language, "unanswered"), SMALL)
        return
    left, narrow = 0.0, []
    shown = zip(bar.shares, bar.printed(language), style.shades(len(bar.shares)), strict=True)
    for share, printed, shade in shown:
        width = (share.number or 0) * WIDTH
        sheet.box((left, top), (width, BAR), shade)
        if width >= NARROWEST:
            sheet.text((left + width / 2, top + BAR / 2 + 3), printed, VALUE.on(shade), "center")
        elif width:
            narrow.append((left + width / 2, printed))
        left += width
        if 0 < left < WIDTH:
            sheet.line((left, top), (left, top + BAR), ink=style.PAPER, thick=0.8)
    _write_below(sheet, narrow, top + BAR)


def _write_below(sheet: Sheet, narrow: Sequence[tuple[float, str]], bottom: float) -> None:
    """Numbers that their segments are too narrow for stand below them, moved apart where they would touch."""
    widths = [width_of(printed, SMALL) for _, printed in narrow]
    centres = style.spread([centre for centre, _ in narrow], widths, (0, WIDTH), 5)
    for (segment, printed), centre in zip(narrow, centres, strict=True):
        sheet.line((segment, bottom), (segment, bottom + 2.5), ink=style.QUIET, thick=0.4)
        sheet.text((centre, bottom + 10), printed, SMALL, "center")


def _shares_table(bars: Sequence[Bar], language: str) -> Table:
    header = (say(language, "item"), "n", *bars[0].steps)
    rows = tuple((bar.variable.short, str(bar.n), *bar.printed(language)) for bar in bars)
    return Table(header, rows)


def _nothing(findings: Findings, variables: Sequence[Variable], language: str) -> str:
    """Why there is nothing to draw; empty if there is something."""
    if findings.find(None, ALL, "n").n == 0:
        return say(language, "no_returns")
    if not any(_bases(findings, variables)):
        return say(language, "no_answers")
    return ""


def _bases(findings: Findings, variables: Sequence[Variable]) -> list[int]:
    return [findings.find(variable.name, ALL, "n").n for variable in variables]


def _base(findings: Findings, variables: Sequence[Variable], language: str) -> str:
    """The number of answers in words, a range where the items differ."""
    bases = _bases(findings, variables)
    least, most = written(min(bases), language), written(max(bases), language)
    if least == most:
        return say(language, "base", n=least)
    return say(language, "base_range", least=least, most=most)


def _ends(variable: Variable) -> tuple[str, str]:
    """The scale's two ends, with their names where they have some."""
    labels = {value.code: value.label for value in variable.values}
    low, high = (
        str(code) if labels[code] == str(code) else f"{code} ({labels[code]})"
        for code in (min(variable.codes), max(variable.codes))
    )
    return low, high
