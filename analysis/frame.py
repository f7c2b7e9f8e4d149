"""The only reader: responses and offices become one typed frame and its codebook."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from analysis.codebook import Codebook, Group, Missing, Returns, Value, Variable
from respondents.models import Case, places_reached, returns_by_variant
from surveys.instrument import Answers, Instrument, Item, Question, instrument_of
from surveys.models import Item as ItemRow
from surveys.models import Survey

ABOUT = {
    "id": pl.Int64,
    "office_type": pl.String,
    "state": pl.String,
    "size_class": pl.Int8,
    "mode": pl.String,
    "submitted_on": pl.Date,
    "municipality": pl.String,
}
CELLS = {"choice": pl.Int16, "flag": pl.Int16, "number": pl.Float64, "text": pl.String, "date": pl.Date}
STATUS = "__status"


def read(survey: Survey) -> Returns:
    """All submitted returns of a survey, sorted by id, with the meaning of every column."""
    forms = {variant.code: instrument_of(variant) for variant in survey.variants.all()}
    variables = tuple(variables_of(survey, forms))
    schema = schema_of(variables)
    return Returns(
        pl.DataFrame(list(rows_of(survey, forms)), schema=schema, orient="row"),
        codebook_of(survey, variables),
    )


def codebook_of(survey: Survey, variables: tuple[Variable, ...]) -> Codebook:
    groups = zip(survey.variants.all(), returns_by_variant(survey), strict=False)
    return Codebook(
        survey=survey.name,
        title=survey.title,
        groups=tuple(Group(variant.code, variant.label, row.invited) for variant, row in groups),
        variables=variables,
        places_invited=places_reached(survey).invited,
        size_classes=tuple(survey.about["size_classes"]),
    )


def schema_of(variables: tuple[Variable, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = dict(ABOUT)
    for variable in variables:
        schema[variable.name] = CELLS[variable.kind]
        if variable.kind in ("text", "date"):
            schema[variable.name + STATUS] = pl.Int16
    return schema


def rows_of(survey: Survey, forms: dict[str, Instrument]) -> Iterator[tuple[Any, ...]]:
    """One tuple a return, in the order of the schema."""
    order = ordered_items(survey, forms)
    bounds, zone = survey.about["size_classes"], ZoneInfo(survey.time_zone)
    fields = ("response_id", "variant__code", "office__municipality__name", "office__municipality__state",
              "office__municipality__population", "response__mode", "response__submitted_at",
              "response__answers")  # fmt: skip
    cases = Case.objects.of(survey).answered().order_by("response_id").values_list(*fields)
    for id_, code, place, state, people, mode, submitted_at, answers in cases.iterator(chunk_size=2000):
        size_class = sum(bound <= people for bound in bounds)
        day = submitted_at.astimezone(zone).date()
        cells = (cell for item in order for cell in cells_of(item, forms[code], answers))
        yield (id_, code, state, size_class, mode, day, f"{place} ({state})", *cells)


def ordered_items(survey: Survey, forms: dict[str, Instrument]) -> list[Item]:
    """Every item of any variant, in the order of the master questionnaire."""
    rows = ItemRow.objects.filter(question__page__survey=survey)
    order = rows.order_by("question__page__position", "question__position", "position")
    merged = {name: item for form in reversed(forms.values()) for name, item in form.items.items()}
    return [merged[name] for name in order.values_list("variable", flat=True) if name in merged]


def cells_of(item: Item, form: Instrument, answers: Answers) -> Iterator[Any]:
    """The cells of one item in one return: codes, or the reason why there is none."""
    answer, missing = answer_or_missing(item, form, answers)
    if item.kind == "multiple":
        yield from (missing or int(point.code in answer) for point in options(item))
    elif item.kind in ("text", "date"):
        yield None if missing else date.fromisoformat(answer) if item.kind == "date" else answer
        yield missing or 0
    else:
        yield missing or answer


def answer_or_missing(item: Item, form: Instrument, answers: Answers) -> tuple[Any, int | None]:
    """The answer, or the code that says why there is none."""
    own = form.items.get(item.variable)
    if own is None:
        return None, Missing.NOT_IN_VARIANT
    if not form.is_asked(own, answers):
        return None, Missing.NOT_APPLICABLE
    answer = answers.get(item.variable)
    if answer is None:
        return None, Missing.NO_ANSWER
    if item.kind == "multiple" and Missing.DONT_KNOW in answer:
        return None, Missing.DONT_KNOW
    return answer, None


def variables_of(survey: Survey, forms: dict[str, Instrument]) -> Iterator[Variable]:
    """The codebook's entries in questionnaire order; a multiple choice has one for each option."""
    for item in ordered_items(survey, forms):
        wordings = {
            code: wording(question, own)
            for code, form in forms.items()
            for question, own in questions_of(form)
            if own.variable == item.variable
        }
        condition = next(
            form.condition(form.items[item.variable])
            for form in forms.values()
            if item.variable in form.items
        )
        label = next(iter(wordings.values()))
        if item.kind == "multiple":
            yield from flags(item, label, wordings, condition)
        else:
            yield Variable(
                item.variable, label, item.short, item.kind, level(item), values(item), wordings, condition
            )


def flags(item: Item, label: str, wordings: dict[str, str], condition: str) -> Iterator[Variable]:
    for point in options(item):
        yield Variable(
            name=f"{item.variable}__{point.code}",
            label=f"{label} – {point.label}",
            short=point.label,
            kind="flag",
            level="nominal",
            values=(Value(0, "nicht genannt"), Value(1, "genannt")),
            wordings=wordings,
            condition=condition,
        )


def options(item: Item) -> list[Any]:
    """The substantive options of a multiple choice."""
    return [point for point in item.points if point.code >= 0]


def values(item: Item) -> tuple[Value, ...]:
    """Codes and labels; on a scale of numbers the ends are labelled with their poles."""
    codes = [point.code for point in item.points if point.code >= 0]
    ends = dict(zip((codes[0], codes[-1]), item.poles, strict=True)) if item.poles else {}
    return tuple(Value(point.code, ends.get(point.code, point.label)) for point in item.points)


def level(item: Item) -> str:
    return {"number": "interval", "text": "nominal", "date": "interval"}.get(item.kind, item.level)


def questions_of(form: Instrument) -> Iterator[tuple[Question, Item]]:
    for page in form.pages:
        for question in page.questions:
            yield from ((question, item) for item in question.items)


def wording(question: Question, item: Item) -> str:
    """The full question as read: stem and item."""
    return " – ".join(part for part in (question.text, item.text) if part)
