"""The coded data as CSV: what anybody can open, and the order of columns that scripts rely on. Pure."""

import io

import polars as pl
import polars.selectors as cs

from analysis.codebook import Returns
from analysis.exports.columns import handed_out
from analysis.exports.readback import require_same_cells
from surveys.csvfile import FORMULA


def coded_csv(returns: Returns) -> bytes:
    """UTF-8, comma, header, sorted by id; codes as integers, no name and no place.

    Text that a spreadsheet would run stands behind an apostrophe, see `as_text`.
    ReadBackError if the file read back is not the frame that was written.
    """
    frame = as_text(handed_out(returns))
    content = without_needless_fractions(frame).write_csv().encode()
    read_back = pl.read_csv(io.BytesIO(content), schema=frame.schema)
    require_same_cells(frame, read_back, "returns_coded.csv")
    return content


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before text that begins like a formula: a spreadsheet shows it and never runs it.

    Text that already begins with apostrophes and then like a formula gets one more: so `as_answered` finds
    every original again.
    """
    return frame.with_columns(cs.string().str.replace(f"^({FORMULA})", "'$1"))


def as_answered(frame: pl.DataFrame) -> pl.DataFrame:
    """The text as it was answered: the inverse of `as_text`, for whoever reads our file."""
    return frame.with_columns(cs.string().str.replace(f"^'({FORMULA})", "$1"))


def without_needless_fractions(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers as they are written: 3 and -9 without a point, 2.5 with all its digits."""
    return frame.with_columns(cs.float().cast(pl.String).str.replace(r"\.0$", ""))
