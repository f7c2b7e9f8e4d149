"""Box plots of one item by kind of office: median, quartiles, whiskers and every outlier. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis import style
from analysis.codebook import Variable
from analysis.figures.parts import (
    Content,
    Scale,
    base_of,
    draw_scale,
    ends_of,
    nothing_in,
    shown,
    value_text,
    variables_of,
)
from analysis.numbers import say, written
from analysis.reportfile import Plan
from analysis.results import Findings
from analysis.statistics import Statistic
from analysis.style import BODY, HAIRLINE, INK, SMALL, STRONG, VALUE, WIDTH, Sheet, width_of
from analysis.tables import DASH, Exhibit, Table, offices

ROW, HEAD, FOOT = 30.0, 18.0, 30.0
BOX, CAP = 14.0, 7.0
COLUMNS = 86.0  # right of the plot: median and base
NARROWEST = 3.0  # points: a box whose quartiles are one value must still be seen


def boxes_by_office(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """The distribution of one rated item in each kind of office."""
    (variable,) = variables_of(plan, findings)
    rows = [_row(label, variable, office, findings) for office, label in offices(findings, language)]
    low, high = ends_of(variable)
    content = Content(
        draw=lambda: _draw(rows, variable, language),
        note=say(language, "boxes_note", low=low, high=high, base=base_of(findings, [variable], language)),
        alt=" ".join(
            [say(language, "boxes_alt", low=low, high=high), *(row.in_words(language) for row in rows)]
        ),
        table=_table(rows, language),
    )
    return shown(plan, nothing_in(findings, [variable], language), content)


@dataclass(frozen=True)
class BoxRow:
    """One kind of office: the five numbers of its box, its outliers and its base."""

    label: str
    median: Statistic
    q1: Statistic
    q3: Statistic
    whiskers: tuple[int, int] | None
    outliers: tuple[float, ...]

    @property
    def n(self) -> int:
        """How many answered."""
        return self.median.n

    def beyond(self, language: str) -> str:
        """The outliers in words: 3-mal 7."""
        counts = sorted(Counter(self.outliers).items())
        return ", ".join(
            say(language, "times", count=str(count), value=written(value, language))
            for value, count in counts
        )

    def in_words(self, language: str) -> str:
        """The box as a sentence."""
        if self.whiskers is None:
            return say(language, "box_alt_none", office=self.label)
        said = say(
            language, "box_alt", office=self.label, n=str(self.n), median=value_text(self.median, language),
            q1=value_text(self.q1, language), q3=value_text(self.q3, language),
            low=str(self.whiskers[0]), high=str(self.whiskers[1]),
        )  # fmt: skip
        return said + (
            say(language, "box_alt_outliers", values=self.beyond(language)) if self.outliers else "."
        )

    def cells(self, language: str) -> tuple[str, ...]:
        """The row of the table."""
        boxed = [self.median, self.q1, self.q3]
        five = [DASH if each.number is None else written(each.number, language, decimals=2) for each in boxed]
        ends = [DASH, DASH] if self.whiskers is None else [str(end) for end in self.whiskers]
        return (self.label, str(self.n), *five, *ends, self.beyond(language) or DASH)


def _row(label: str, variable: Variable, office: str, findings: Findings) -> BoxRow:
    median, q1, q3 = (findings.find(variable.name, office, name) for name in ("median", "q1", "q3"))
    found = findings.find(variable.name, office, "outliers").value
    outliers = found if isinstance(found, tuple) else ()
    chosen = [
        code
        for code in variable.codes
        if findings.find(variable.name, office, "count", code).number and code not in outliers
    ]
    return BoxRow(label, median, q1, q3, (min(chosen), max(chosen)) if chosen else None, outliers)


def _draw(rows: Sequence[BoxRow], variable: Variable, language: str) -> str:
    bottom = HEAD + len(rows) * ROW + 6
    sheet = Sheet(bottom + FOOT)
    scale = Scale.of(variable, max(width_of(row.label, STRONG) for row in rows) + 24, WIDTH - COLUMNS)
    draw_scale(sheet, scale, variable, (HEAD, bottom))
    sheet.text((WIDTH - 34, HEAD - 6), say(language, "median"), SMALL, "right")
    sheet.text((WIDTH, HEAD - 6), "n", SMALL, "right")
    for number, row in enumerate(rows):
        is_total = number == len(rows) - 1
        middle = HEAD + (number + 0.5) * ROW + (6 if is_total else 0)
        if is_total:
            sheet.line((0, middle - ROW / 2 - 3), (WIDTH, middle - ROW / 2 - 3), ink=HAIRLINE, thick=0.5)
        sheet.text((0, middle + 3), row.label, STRONG if is_total else BODY)
        sheet.text((WIDTH, middle + 3), written(row.n, language), SMALL, "right")
        _draw_row(sheet, scale, row, middle, language)
    return sheet.svg()


def _draw_row(sheet: Sheet, scale: Scale, row: BoxRow, middle: float, language: str) -> None:
    q1, q3, median = row.q1.number, row.q3.number, row.median.number
    if row.whiskers is None or q1 is None or q3 is None or median is None:
        sheet.text((scale.at(scale.low), middle + 3), say(language, "unanswered"), SMALL)
        return
    _draw_whiskers(sheet, [scale.at(end) for end in row.whiskers], middle)
    left, width = scale.at(q1), scale.at(q3) - scale.at(q1)
    if width < NARROWEST:
        left, width = left - (NARROWEST - width) / 2, NARROWEST
    sheet.box((left, middle - BOX / 2), (width, BOX), style.shades(4)[1])
    sheet.box((scale.at(median) - 1.3, middle - BOX / 2 - 2), (2.6, BOX + 4), INK)
    sheet.text((WIDTH - 34, middle + 3), value_text(row.median, language), VALUE, "right")
    _draw_outliers(sheet, scale, row.outliers, middle)


def _draw_whiskers(sheet: Sheet, ends: Sequence[float], middle: float) -> None:
    sheet.line((ends[0], middle), (ends[1], middle), ink=INK, thick=0.8)
    for end in ends:
        sheet.line((end, middle - CAP / 2), (end, middle + CAP / 2), ink=INK, thick=0.8)


def _draw_outliers(sheet: Sheet, scale: Scale, outliers: Sequence[float], middle: float) -> None:
    """A ring for each value; how often it occurs stands above, unless it occurs once."""
    for value, count in Counter(outliers).items():
        sheet.dot((scale.at(value), middle), filled=False)
        if count > 1:
            sheet.text((scale.at(value), middle - 6.5), f"{count}×", SMALL, "center")


def _table(rows: Sequence[BoxRow], language: str) -> Table:
    columns = ("office", "base_column", "median", "q1", "q3", "whisker_low", "whisker_high", "outliers")
    header = tuple(say(language, column) for column in columns)
    return Table(header, tuple(row.cells(language) for row in rows), has_total=True)
