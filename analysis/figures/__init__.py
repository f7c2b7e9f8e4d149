"""The report's figures: each kind draws what was found and says the same in words and as a table. Pure."""

from analysis.figures.bars import stacked_bars, stacked_bars_by_office
from analysis.figures.boxes import boxes_by_office
from analysis.figures.columns import columns
from analysis.figures.lines import lines_by_office
from analysis.figures.means import means_by_office
from analysis.figures.profiles import profile_lines
from analysis.figures.radar import radar
from analysis.figures.typology import typology

__all__ = [
    "boxes_by_office",
    "columns",
    "lines_by_office",
    "means_by_office",
    "profile_lines",
    "radar",
    "stacked_bars",
    "stacked_bars_by_office",
    "typology",
]
