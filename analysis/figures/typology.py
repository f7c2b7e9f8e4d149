"""A typology: the codes of an open answer as a tree, each with the number of offices that named it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis import style
from analysis.codebook import Category, Variable
from analysis.figures.parts import Content, base_of, nothing_in, shown, variables_of
from analysis.numbers import percent, say, written
from analysis.reportfile import Plan
from analysis.results import ALL, Findings
from analysis.statistics import Statistic, ranks
from analysis.style import HAIRLINE, SMALL, STRONG, VALUE, WIDTH, Face, Sheet, lines_of
from analysis.tables import DASH, Exhibit, Table

HEAD, LEADING, INDENT = 22.0, 11.0, 16.0
HIGHEST = 545.0  # points that a page leaves; a larger tree is set tighter
BARS, LONGEST, THICK = 318.0, 88.0, 6.0  # where the bars begin, the longest one, and how thick they are
SUBCODE = Face(8.5)


def typology(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Codes and subcodes of one open item, and how many offices named each."""
    (variable,) = variables_of(plan, findings)
    nodes = list(_nodes(variable, None, 1, findings))
    base = base_of(findings, [variable], language)
    content = Content(
        draw=lambda: _draw(plan, variable, nodes, language),
        note=say(language, "typology_note", base=base),
        alt=" ".join(
            [say(language, "typology_alt", base=base), *(_in_words(node, language) for node in nodes)]
        ),
        table=_table(nodes, language),
    )
    return shown(plan, nothing_in(findings, [variable], language), content)


@dataclass(frozen=True)
class Node:
    """One code of the tree: how deep it lies, how many offices named it, and the codes below it."""

    category: Category
    depth: int
    count: Statistic
    share: Statistic
    below: tuple["Node", ...]

    @property
    def named(self) -> int:
        """How many offices named it."""
        return int(self.count.number or 0)

    @property
    def lines(self) -> list[str]:
        """Its label, broken where the bars begin."""
        return lines_of(self.category.label, self.face, BARS - 12 - self.depth * INDENT)

    @property
    def face(self) -> Face:
        """Codes are set strong, subcodes plain."""
        return SUBCODE if self.category.parent else STRONG

    @property
    def height(self) -> float:
        """Points that the row takes, with the gap above it."""
        return len(self.lines) * LEADING + (3 if self.category.parent else 9)


def _nodes(variable: Variable, parent: str | None, depth: int, findings: Findings) -> Iterator[Node]:
    for category in variable.categories:
        if category.parent == parent:
            count, share = (
                findings.find(variable.name, ALL, name, category.slug) for name in ("count", "share")
            )
            below = tuple(_nodes(variable, category.slug, depth + 1, findings))
            yield Node(category, depth, count, share, below)


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    """Every code as it is read: each before those below it."""
    for node in nodes:
        yield node
        yield from _all(node.below)


def _ranks(nodes: Sequence[Node]) -> dict[str, int]:
    """The place of every code that is not divided further and that somebody named."""
    leaves = [node for node in _all(nodes) if not node.below and node.named]
    places = ranks([node.named for node in leaves])
    return {node.category.slug: place for node, place in zip(leaves, places, strict=True)}


def _draw(plan: Plan, variable: Variable, nodes: Sequence[Node], language: str) -> str:
    rows = list(_all(nodes))
    squeeze = min(1.0, (HIGHEST - HEAD) / sum(row.height for row in rows))
    sheet = Sheet(HEAD + squeeze * sum(row.height for row in rows))
    sheet.text((0, 9), plan.root or variable.short, STRONG)
    sheet.text((BARS, 9), say(language, "named_by"), SMALL)
    places = _ranks(nodes) if plan.ranks else {}
    if places:
        sheet.text((WIDTH, 9), say(language, "rank"), SMALL, "right")
    longest = max(row.named for row in rows) or 1
    trunks, top = {0: 14.0}, HEAD
    for row in rows:
        first = top + (row.height - len(row.lines) * LEADING) * squeeze
        _draw_row(sheet, row, first, row.named / longest * LONGEST, language)
        _draw_branch(sheet, row.depth, trunks, first + 4)
        if row.category.slug in places:
            sheet.text((WIDTH, first + 7), f"{places[row.category.slug]}.", VALUE, "right")
        top += row.height * squeeze
        trunks[row.depth] = top - 1
    return sheet.svg()


def _draw_row(sheet: Sheet, row: Node, top: float, length: float, language: str) -> None:
    for number, line in enumerate(row.lines):
        sheet.text((row.depth * INDENT, top + 7 + number * LEADING), line, row.face)
    shade = style.shades(4)[1 if row.category.parent else 2]
    sheet.box((BARS, top + 4 - THICK / 2), (max(length, 0.6), THICK), shade)
    sheet.text(
        (BARS + max(length, 0.6) + 5, top + 7),
        written(row.named, language),
        VALUE if row.depth == 1 else SMALL,
    )


def _draw_branch(sheet: Sheet, depth: int, trunks: dict[int, float], middle: float) -> None:
    """A hairline down from the code above and across to this one; `trunks`: how far each level is drawn."""
    x = (depth - 1) * INDENT + 4
    sheet.line((x, trunks[depth - 1]), (x, middle), ink=HAIRLINE, thick=0.6)
    sheet.line((x, middle), (depth * INDENT - 3, middle), ink=HAIRLINE, thick=0.6)


def _in_words(node: Node, language: str) -> str:
    """The code and those below it as a sentence."""
    below = "; ".join(
        say(language, "value", what=each.category.label, value=str(each.named)) for each in _all(node.below)
    )
    said = say(language, "value", what=node.category.label, value=str(node.named))
    return say(language, "means_alt_item", item=said, values=below) if below else f"{said}."


def _table(nodes: Sequence[Node], language: str) -> Table:
    """Each code with both bases: the offices that answered, and all namings of its level."""
    rows = list(_all(nodes))
    namings = {depth: sum(row.named for row in rows if row.depth == depth) for depth in (1, 2)}
    cells = (
        (
            "\N{EM SPACE}" * (row.depth - 1) + row.category.label,
            str(row.named),
            DASH if row.share.number is None else percent(row.share.number, language, decimals=1),
            percent(row.named / namings[row.depth], language, decimals=1) if namings.get(row.depth) else DASH,
        )
        for row in rows
    )
    header = tuple(say(language, column) for column in ("code", "offices_naming", "of_offices", "of_namings"))
    return Table(header, tuple(cells))
