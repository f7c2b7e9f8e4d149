"""The only reader: responses and offices become one typed frame and its codebook."""

import io
from collections.abc import Iterator
from functools import reduce
from itertools import islice
from operator import and_
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from analysis.codebook import Codebook, Missing, Returns, Variable
from analysis.models import Coding
from analysis.variables import Forms, codebook_of, forms_of, options, ordered_items
from respondents.models import Case
from surveys.instrument import Item
from surveys.models import Survey

BATCH = 5_000
STATUS = "__status"
ANSWERS = "answers as JSON"
RAW = {
    "choice": pl.Int64(),
    "multiple": pl.List(pl.Int64),
    "number": pl.Float64(),
    "text": pl.String(),
    "date": pl.Date(),
}


def read(survey: Survey) -> Returns:
    """All submitted returns of a survey, sorted by id, with the meaning of every column."""
    forms = forms_of(survey)
    codebook = codebook_of(survey, forms)
    columns = Columns(survey, forms, codebook)
    batches = [columns.coded(batch) for batch in batches_of(survey)]
    frame = pl.concat(batches) if batches else columns.coded(rows_as_frame([], survey))
    return Returns(frame, codebook)


def batches_of(survey: Survey) -> Iterator[pl.DataFrame]:
    """The submitted responses with what is known of their offices, a few thousand at a time."""
    rows = submitted(survey).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield rows_as_frame(batch, survey)


def submitted(survey: Survey) -> QuerySet[Case, Any]:
    place = Concat(
        "office__municipality__name", Value(" ("), "office__municipality__state", Value(")"),
        output_field=CharField(),
    )  # fmt: skip
    return (
        Case.objects.of(survey)
        .answered()
        .order_by("response_id")
        .values_list(
            "response_id",
            "variant__code",
            "office__municipality__state",
            "population",
            "response__mode",
            "response__submitted_at",
            place,
            Cast(F("response__answers"), TextField()),
        )
    )


def rows_as_frame(rows: list[tuple[Any, ...]], survey: Survey) -> pl.DataFrame:
    """Rows of `submitted` as a frame with the columns that describe the office."""
    schema = {
        "id": pl.Int64(),
        "office_type": pl.String(),
        "state": pl.String(),
        "population": pl.Int64(),
        "mode": pl.String(),
        "submitted_at": pl.Datetime("us", "UTC"),
        "municipality": pl.String(),
        ANSWERS: pl.String(),
    }
    local = pl.col("submitted_at").dt.convert_time_zone(str(ZoneInfo(survey.time_zone)))
    bounds = survey.about["size_classes"]
    reached = [(pl.col("population") >= bound).cast(pl.Int8) for bound in bounds]
    return pl.DataFrame(rows, schema=schema, orient="row").select(
        "id",
        "office_type",
        "state",
        pl.sum_horizontal(reached or [pl.lit(0)]).cast(pl.Int8).alias("size_class"),
        "mode",
        local.dt.date().alias("submitted_on"),
        "municipality",
        ANSWERS,
    )


class Columns:
    """How the answers of one survey become coded cells: an expression for each column."""

    def __init__(self, survey: Survey, forms: Forms, codebook: Codebook) -> None:
        self.forms = forms
        self.items = {item.variable: item for item in ordered_items(survey, forms)}
        self.codings = codings_of(survey)
        self.categories = {v.name: v for v in codebook.variables if v.categories}

    def coded(self, batch: pl.DataFrame) -> pl.DataFrame:
        """A batch of raw answers as coded cells: codes, or the reason why there is none."""
        rows = batch.drop(ANSWERS).hstack(self.decoded(batch[ANSWERS]))
        if self.codings is not None:
            rows = rows.join(self.codings, on="id", how="left", maintain_order="left")
        about = batch.columns[:-1]
        return rows.select(*about, *(cell for item in self.items.values() for cell in self.cells(item, rows)))

    def decoded(self, documents: pl.Series) -> pl.DataFrame:
        """The answers of each JSON document, one column a variable; null where there is none."""
        schema = {name: RAW[item.kind] for name, item in self.items.items()}
        if documents.is_empty():
            return pl.DataFrame(schema=schema)
        lines = "\n".join(documents)  # neither database writes a line break into JSON
        return pl.read_ndjson(io.BytesIO(lines.encode()), schema=schema)

    def cells(self, item: Item, rows: pl.DataFrame) -> Iterator[pl.Expr]:
        """The columns of one item."""
        answer, missing = pl.col(item.variable), self.missing(item)
        if item.kind == "multiple":
            for point in options(item):
                yield coalesced(missing, answer.list.contains(point.code)).alias(
                    f"{item.variable}__{point.code}"
                )
        elif item.kind in ("text", "date"):
            yield pl.when(missing.is_null()).then(answer).alias(item.variable)
            yield missing.fill_null(0).alias(item.variable + STATUS)
            yield from self.categories_named(item, missing, rows)
        else:
            kind = pl.Float64 if item.kind == "number" else pl.Int16
            yield coalesced(missing, answer, kind).alias(item.variable)

    def categories_named(self, item: Item, missing: pl.Expr, rows: pl.DataFrame) -> Iterator[pl.Expr]:
        """For a coded open item, one column a category: 1 named, 0 not, or why there is no answer."""
        variable: Variable | None = self.categories.get(item.variable)
        for category in variable.categories if variable else ():
            name = f"{item.variable}__{category.slug}"
            named = pl.col(name).fill_null(0) if name in rows.columns else pl.lit(0, pl.Int16)
            yield coalesced(missing, named).alias(name)

    def missing(self, item: Item) -> pl.Expr:
        """Why a cell holds no answer; null where it holds one."""
        answer = pl.col(item.variable)
        reason = (
            pl.when(~self.in_variant(item)).then(int(Missing.NOT_IN_VARIANT))
            .when(~self.asked(item)).then(int(Missing.NOT_APPLICABLE))
            .when(answer.is_null()).then(int(Missing.NO_ANSWER))
        )  # fmt: skip
        if item.kind == "multiple":
            reason = reason.when(answer.list.contains(Missing.DONT_KNOW)).then(int(Missing.DONT_KNOW))
        return reason.otherwise(None).cast(pl.Int16)

    def in_variant(self, item: Item) -> pl.Expr:
        """Whether the office's variant asks the item at all."""
        asking = [code for code, form in self.forms.items() if item.variable in form.items]
        return pl.lit(True) if len(asking) == len(self.forms) else pl.col("office_type").is_in(asking)

    def asked(self, item: Item) -> pl.Expr:
        """Whether the filters let the item through; an answer hidden by a filter opens nothing."""
        holds = (self.holds(self.items[c.variable], c.codes) for c in item.asked_if)
        return reduce(and_, holds, pl.lit(True))

    def holds(self, filtering: Item, codes: tuple[int, ...]) -> pl.Expr:
        answer = pl.col(filtering.variable)
        hits = (
            [answer.list.contains(code) for code in codes]
            if filtering.kind == "multiple"
            else [answer.is_in(codes)]
        )
        return self.in_variant(filtering) & self.asked(filtering) & pl.any_horizontal(hits).fill_null(False)


def coalesced(missing: pl.Expr, answer: pl.Expr, kind: type[pl.DataType] = pl.Int16) -> pl.Expr:
    """The answer, or the reason why there is none."""
    return pl.when(missing.is_null()).then(answer.cast(kind)).otherwise(missing.cast(kind))


def codings_of(survey: Survey) -> pl.DataFrame | None:
    """Which response names which category: one row a response, 1 where named; None if nothing is coded.

    Whoever names a subcode names the code above it too.
    """
    rows = Coding.objects.filter(response__variant__survey=survey)
    named = set(rows.values_list("response_id", "variable", "code__slug"))
    named |= set(rows.exclude(code__parent=None).values_list("response_id", "variable", "code__parent__slug"))
    if not named:
        return None
    frame = pl.DataFrame(sorted(named), schema=["id", "variable", "slug"], orient="row")
    column = pl.concat_str("variable", pl.lit("__"), "slug").alias("column")
    return frame.select("id", column, pl.lit(1, pl.Int16).alias("one")).pivot(
        "column", index="id", values="one"
    )
