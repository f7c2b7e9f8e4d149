"""The one look of all figures: a sheet in points, Fira Sans, an ink and its shades, accents. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import pairwise
from math import pi
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle, RegularPolygon
from matplotlib.textpath import text_to_path

FONTS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "fonts"
FAMILY = "Fira Sans"
WIDTH = 453.5  # points: the 160 mm of the report's column
POINTS_PER_INCH = 72

INK, QUIET, HAIRLINE, FAINT, PAPER = "#16293d", "#56687a", "#c3ced8", "#e4eaf0", "#ffffff"
SHADES = LinearSegmentedColormap.from_list("ink", ["#dbe6ef", "#a2c0d8", "#43759f", "#14365a"])

Align = Literal["left", "center", "right"]
Point = tuple[float, float]

# Text stays text: it can be searched, read aloud and set in the embedded font. Nothing is named by chance.
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["svg.hashsalt"] = "ruecklauf"
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Face:
    """How a piece of text is set: size in points, weight, colour."""

    size: float
    weight: int = 400
    colour: str = INK

    @property
    def font(self) -> FontProperties:
        """The font as matplotlib looks it up."""
        return FontProperties(family=FAMILY, size=self.size, weight=self.weight)

    def on(self, background: str) -> "Face":
        """The same face in ink or in white, whichever is easier to read on this background."""
        darker = contrast(INK, background) >= contrast(PAPER, background)
        return Face(self.size, self.weight, INK if darker else PAPER)


BODY, STRONG, VALUE, SMALL = Face(9), Face(9, 600), Face(8.5, 500), Face(7.5, 400, QUIET)


@dataclass(frozen=True)
class Look:
    """How one of several series is told apart, in colour and without it: accent, mark and dash."""

    colour: str
    shape: Literal["circle", "square", "up", "diamond", "down"]
    dash: tuple[float, ...] = ()


# One for each kind of office: far apart for every kind of colour vision, told apart by mark and dash in grey.
ACCENTS = (
    Look("#0c2249", "circle"),
    Look("#bc4a34", "square", (5, 2)),
    Look("#388472", "up", (1.2, 1.8)),
    Look("#b053ac", "diamond", (7, 2, 1.2, 2)),
    Look("#b09007", "down", (3, 1.5)),
)
# One for each item where the kinds of office are the axis: accents are theirs, so items have tones of ink.
TONES = (
    Look("#12355b", "circle"),
    Look("#5b93c4", "square"),
    Look("#12355b", "up", (1.2, 1.8)),
    Look("#7d8794", "diamond", (6, 2)),
    Look("#3f6f9f", "down", (7, 2, 1.2, 2)),
)


def look(place: int, looks: Sequence[Look] = ACCENTS) -> Look:
    """The look of the series at a place; a survey with more series than looks starts again."""
    return looks[place % len(looks)]


@cache
def register_fonts(folder: Path) -> None:
    """Make the font files of a folder known to matplotlib, once."""
    files = sorted(folder.glob("FiraSans-*.ttf"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no FiraSans-*.ttf: run set-up first")
    for file in files:
        fontManager.addfont(file)


def shades(steps: int) -> list[str]:
    """A colour for each step of a scale, light to dark: the order survives grey and colour blindness."""
    return [to_hex(SHADES(step / max(steps - 1, 1))) for step in range(steps)]


def shades_of(level: str, steps: int) -> list[str]:
    """A colour for each answer: along a scale light to dark; of unordered ones the first is darkest."""
    return shades(steps)[::-1] if level == "nominal" else shades(steps)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance in [0, 1]. Source: WCAG 2.2, definition of relative luminance."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@cache
def width_of(words: str, face: Face) -> float:
    """How wide a line of text is, in points."""
    register_fonts(FONTS)
    width, _, _ = text_to_path.get_text_width_height_descent(words, face.font, ismath=False)
    return float(width)


def lines_of(words: str, face: Face, width: float) -> list[str]:
    """Text broken into lines of at most `width` points; a single longer word keeps its own line."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, face) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def spread(centres: list[float], widths: list[float], within: tuple[float, float], gap: float) -> list[float]:
    """Move labels as little as needed, from left to right, so that none overlaps and all stay within."""
    left, right = within
    placed = [max(centre, left + width / 2) for centre, width in zip(centres, widths, strict=True)]
    apart = [(one + other) / 2 + gap for one, other in pairwise(widths)]
    for place, distance in enumerate(apart, start=1):
        placed[place] = max(placed[place], placed[place - 1] + distance)
    if placed:
        placed[-1] = min(placed[-1], right - widths[-1] / 2)
    for place in range(len(apart) - 1, -1, -1):
        placed[place] = min(placed[place], placed[place + 1] - apart[place])
    return placed


class Sheet:
    """A drawing of the column's width, measured in points from its top left corner."""

    def __init__(self, height: float) -> None:
        register_fonts(FONTS)
        self._figure = Figure(figsize=(WIDTH / POINTS_PER_INCH, height / POINTS_PER_INCH), frameon=False)
        self._area = self._figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        self._area.set_axis_off()
        self._drawn = 0

    @property
    def _above(self) -> float:
        """What is drawn later lies above what was drawn before; marks lie above everything."""
        self._drawn += 1
        return 1 + self._drawn / 10_000

    def text(self, at: Point, words: str, face: Face, align: Align = "left") -> None:
        """Words on the baseline through a point."""
        self._area.text(
            *at, words, fontproperties=face.font, color=face.colour, ha=align, va="baseline",
            parse_math=False, zorder=4,
        )  # fmt: skip

    def line(self, start: Point, end: Point, *, ink: str, thick: float) -> None:
        """A straight line between two points."""
        self.path([start, end], Look(ink, "circle"), thick)

    def path(self, points: Sequence[Point], look: Look, thick: float) -> None:
        """A line through points, in the colour and the dash of a look."""
        across, down = zip(*points, strict=True)
        style: Any = (0, look.dash) if look.dash else "solid"
        self._area.add_line(
            Line2D(
                across, down, color=look.colour, linewidth=thick, linestyle=style,
                solid_capstyle="butt", clip_on=False, zorder=self._above,
            )
        )  # fmt: skip

    def box(self, corner: Point, size: Point, colour: str) -> None:
        """A filled rectangle from its top left corner."""
        patch = Rectangle(corner, *size, facecolor=colour, edgecolor="none", clip_on=False)
        patch.set_zorder(self._above)
        self._area.add_patch(patch)

    def ring(self, corners: Sequence[Point], ink: str) -> None:
        """A closed hairline through points."""
        self._area.add_patch(Polygon(corners, fill=False, edgecolor=ink, linewidth=0.5, clip_on=False))

    def mark(self, centre: Point, look: Look, radius: float = 3.4) -> None:
        """A look's mark, edged in paper so that marks that overlap can be told apart."""
        corners, turn = {"square": (4, pi / 4), "diamond": (4, 0), "up": (3, pi), "down": (3, 0)}.get(
            look.shape, (0, 0)
        )
        patch = RegularPolygon(centre, corners, radius=radius * 1.2, orientation=turn) if corners else None
        drawn = patch or Circle(centre, radius)
        drawn.set(facecolor=look.colour, edgecolor=PAPER, linewidth=0.7, clip_on=False, zorder=3)
        self._area.add_patch(drawn)

    def dot(self, centre: Point, *, filled: bool) -> None:
        """A mark: a full disc or a ring; the disc is small enough to be seen inside the ring."""
        radius, colour, edge = (3.2, INK, 0.0) if filled else (4.0, PAPER, 1.2)
        mark = Circle(centre, radius, facecolor=colour, edgecolor=INK, linewidth=edge)
        mark.set(clip_on=False, zorder=3)
        self._area.add_patch(mark)

    def svg(self) -> str:
        """The drawing, the same text for the same numbers, fit to stand inside a page."""
        drawn = StringIO()
        self._figure.savefig(drawn, format="svg", metadata={"Date": None}, transparent=True)
        return _inlineable(drawn.getvalue())


def _inlineable(svg: str) -> str:
    """The drawing without ids, which clash between figures, and style sheets, which strict pages refuse."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)  # noqa: S314 - written by matplotlib a moment ago
    for child in list(root):
        if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}defs"):
            root.remove(child)
    for element in root.iter():
        element.attrib.pop("id", None)
        for declaration in filter(None, element.attrib.pop("style", "").split(";")):
            name, value = declaration.split(":", maxsplit=1)
            element.set(name.strip(), value.strip())
    return ElementTree.tostring(root, encoding="unicode")
