"""Columns: the share of each step of one item's scale among all offices. Pure."""

from collections.abc import Sequence

from analysis import style
from analysis.codebook import Variable
from analysis.figures.parts import (
    LEADING,
    Content,
    base_of,
    nothing_in,
    shown,
    steps_of,
    variables_of,
    wording_of,
)
from analysis.numbers import percent, say
from analysis.reportfile import Plan
from analysis.results import ALL, Findings
from analysis.statistics import Statistic, wilson_interval
from analysis.style import BODY, INK, STRONG, WIDTH, Sheet, lines_of
from analysis.tables import DASH, Exhibit, Table, joined

WHOLE = 190.0  # points that are 100 per cent, in every figure of this kind
FILLED = 0.6  # part of its place that a column takes


def columns(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """The distribution of one item, a column for each step of its scale, chosen or not."""
    (variable,) = variables_of(plan, findings)
    shares = [findings.find(variable.name, ALL, "share", code) for code in variable.codes]
    content = Content(
        draw=lambda: _draw(variable, shares, language),
        note=joined(
            wording_of(variable, language),
            say(language, "shares_note", base=base_of(findings, [variable], language)),
        ),
        alt=say(language, "shares_alt", items=_in_words(variable, shares, language)),
        table=_table(variable, shares, findings, language),
    )
    return shown(plan, nothing_in(findings, [variable], language), content)


def _draw(variable: Variable, shares: Sequence[Statistic], language: str) -> str:
    place = WIDTH / len(shares)
    names = [lines_of(step, BODY, place - 10) for step in steps_of(variable)]
    bottom = 16 + max(share.number or 0 for share in shares) * WHOLE
    sheet = Sheet(bottom + 8 + max(len(lines) for lines in names) * LEADING)
    for number, (share, lines) in enumerate(zip(shares, names, strict=True)):
        height, middle = (share.number or 0) * WHOLE, (number + 0.5) * place
        shade = style.shades_of(variable.level, len(shares))[number]
        sheet.box((middle - FILLED * place / 2, bottom - height), (FILLED * place, height), shade)
        sheet.text(
            (middle, bottom - height - 5), percent(share.number or 0, language, decimals=1), STRONG, "center"
        )
        for row, line in enumerate(lines):
            sheet.text((middle, bottom + 14 + row * LEADING), line, BODY, "center")
    sheet.line((0, bottom), (WIDTH, bottom), ink=INK, thick=0.5)
    return sheet.svg()


def _in_words(variable: Variable, shares: Sequence[Statistic], language: str) -> str:
    values = "; ".join(
        say(language, "value", what=step, value=_percent(share.number, language))
        for step, share in zip(steps_of(variable), shares, strict=True)
    )
    base = say(language, "base", n=str(shares[0].n))
    return say(language, "shares_alt_item", item=variable.short.rstrip("."), base=base, values=values)


def _percent(share: float | None, language: str) -> str:
    return DASH if share is None else percent(share, language, decimals=1)


def _table(variable: Variable, shares: Sequence[Statistic], findings: Findings, language: str) -> Table:
    """Each step with its count, its share and the interval of its share in all who were invited to say."""
    invited = sum(findings.find(None, office, "invited").n for office in variable.wordings)
    rows = []
    for code, step, share in zip(variable.codes, steps_of(variable), shares, strict=True):
        count = findings.find(variable.name, ALL, "count", code).number
        rows.append(
            (
                step,
                str(count),
                _percent(share.number, language),
                _interval(share, int(count or 0), invited, language),
            )
        )
    header = ("step", "answers", "share", "interval")
    return Table(tuple(say(language, column) for column in header), tuple(rows))


def _interval(share: Statistic, chosen: int, invited: int, language: str) -> str:
    if not share.n:
        return DASH
    low, high = wilson_interval(chosen, share.n, population=max(invited, share.n))
    return say(
        language, "from_to", low=percent(low, language, decimals=1), high=percent(high, language, decimals=1)
    )
