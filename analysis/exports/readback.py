"""Every data file is read back before it is handed out; a file that differs never leaves. Pure."""

import polars as pl


class ReadBackError(ValueError):
    """A file read back is not what was written; the message names the place, never an answer."""


def require_same_cells(written: pl.DataFrame, read_back: pl.DataFrame, file: str) -> None:
    """ReadBackError if a column, its type, its place or a single cell differs."""
    require_same("columns", list(written.schema.items()), list(read_back.schema.items()), file)
    require_same("number of rows", written.height, read_back.height, file)
    for name in written.columns:
        differs = written[name].ne_missing(read_back[name])
        if differs.any():
            row = written["id"][differs.arg_true()[0]] if "id" in written.columns else differs.arg_true()[0]
            raise ReadBackError(f"{file} read back differs in column {name}, return {row}; not handed out")


def require_same(what: str, written: object, read_back: object, file: str) -> None:
    """ReadBackError if what was read back is not what was written."""
    if written != read_back:
        raise ReadBackError(f"{file} read back differs in {what}; not handed out")
