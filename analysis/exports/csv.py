"""The coded data as CSV: what anybody can open, and the order of columns that scripts rely on."""

import io

import polars as pl

from analysis.codebook import Returns

INTERNAL = ("municipality",)


def coded_csv(returns: Returns) -> bytes:
    """UTF-8, comma, header, sorted by id; codes as integers, no name and no place.

    ValueError if the file read back is not the frame that was written.
    """
    frame = whole_numbers(returns.frame.drop(INTERNAL).sort("id"))
    content = frame.write_csv().encode()
    read_back = pl.read_csv(io.BytesIO(content), schema=frame.schema)
    if not read_back.equals(frame):
        raise ValueError("the CSV file read back differs from the data; it was not handed out")
    return content


def whole_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Number columns that hold no fractions, as integers, so that 3 is not written as 3.0."""
    whole = [
        name
        for name, kind in frame.schema.items()
        if kind == pl.Float64 and frame[name].drop_nulls().round().equals(frame[name].drop_nulls())
    ]
    return frame.with_columns(pl.col(whole).cast(pl.Int64))
