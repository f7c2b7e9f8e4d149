"""Means of one or two items in each kind of office, as marks on the items' common scale. Pure."""

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
from analysis.numbers import enumerated, say, written
from analysis.reportfile import Plan
from analysis.results import Findings
from analysis.statistics import Statistic
from analysis.style import BODY, HAIRLINE, SMALL, STRONG, VALUE, WIDTH, Sheet, width_of
from analysis.tables import Exhibit, Table, joined, offices

ROW, HEAD, FOOT = 24.0, 26.0, 30.0
BASES = 62.0  # the column right of the plot


def means_by_office(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Mean of one or two items in each kind of office, as marks on the items' common scale."""
    variables = variables_of(plan, findings)
    rows = [
        MeansRow(label, tuple(findings.find(variable.name, office, "mean") for variable in variables))
        for office, label in offices(findings, language)
    ]
    content = Content(
        draw=lambda: _draw(rows, variables, language),
        note=_note(rows, variables, base_of(findings, variables, language), language),
        alt=_in_words(rows, variables, language),
        table=_table(rows, variables, language),
    )
    return shown(plan, nothing_in(findings, variables, language), content)


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


def _draw(rows: Sequence[MeansRow], variables: Sequence[Variable], language: str) -> str:
    sheet = Sheet(HEAD + len(rows) * ROW + 6 + FOOT)
    bottom = HEAD + len(rows) * ROW + 6
    left = max(width_of(row.label, STRONG) for row in rows) + 34
    scale = Scale.of(variables[0], left, WIDTH - BASES - 14)
    draw_scale(sheet, scale, variables[0], (HEAD, bottom))
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


def _name_marks(sheet: Sheet, scale: Scale, rows: Sequence[MeansRow], variables: Sequence[Variable]) -> None:
    """Write each item's name with its mark above the first row that has a mean of it."""
    first = [_first_mean(rows, place, scale.low) for place in range(len(variables))]
    order = sorted(range(len(variables)), key=lambda place: first[place])
    widths = [width_of(variables[place].short, STRONG) + 12 for place in order]
    centres = style.spread([scale.at(first[place]) for place in order], widths, (scale.start, WIDTH - 20), 10)
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
        sheet.text((scale.at(scale.low), middle + 3), say(language, "unanswered"), SMALL)
        return
    (lowest, _), (highest, _) = found[0], found[-1]
    sheet.line((scale.at(lowest), middle), (scale.at(highest), middle), ink=style.shades(4)[1], thick=2)
    for value, place in reversed(found):
        sheet.dot((scale.at(value), middle), filled=place == 0)
    sheet.text((scale.at(highest) + 7, middle + 3), written(highest, language, decimals=1), VALUE)
    if len(found) > 1:
        sheet.text((scale.at(lowest) - 7, middle + 3), written(lowest, language, decimals=1), VALUE, "right")


def _note(rows: Sequence[MeansRow], variables: Sequence[Variable], base: str, language: str) -> str:
    low, high = ends_of(variables[0])
    note = say(language, "means_note", low=low, high=high, base=base)
    if all(len(row.bases) == 1 for row in rows):
        return note
    items = enumerated((variable.short for variable in variables), language)
    return joined(note, say(language, "means_order", items=items))


def _in_words(rows: Sequence[MeansRow], variables: Sequence[Variable], language: str) -> str:
    low, high = ends_of(variables[0])
    said = [say(language, "means_alt", low=low, high=high)]
    for place, variable in enumerate(variables):
        values = "; ".join(
            say(language, "value", what=row.label, value=value_text(row.means[place], language))
            for row in rows
        )
        said.append(say(language, "means_alt_item", item=variable.short, values=values))
    return " ".join(said)


def _table(rows: Sequence[MeansRow], variables: Sequence[Variable], language: str) -> Table:
    header = [say(language, "office")]
    for variable in variables:
        header += [f"{variable.short}: {say(language, 'mean')}", f"{variable.short}: n"]
    cells = (
        (row.label, *(text for mean in row.means for text in (value_text(mean, language), str(mean.n))))
        for row in rows
    )
    return Table(tuple(header), tuple(cells), has_total=True)
