"""The columns that leave the house: which, in what order, and what each one means. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from analysis.codebook import Codebook, Returns, Variable
from analysis.exports.words import MISSING, WORDS, size_classes

Measure = Literal["nominal", "ordinal", "scale"]
MEASURES: Mapping[str, Measure] = {"nominal": "nominal", "ordinal": "ordinal", "interval": "scale"}
STATUS = "__status"
Code = int | str


@dataclass(frozen=True)
class Column:
    """One column of the coded data: name, full label, what its values mean, level of measurement."""

    name: str
    label: str
    measure: Measure
    values: Mapping[Code, str] = field(default_factory=dict)


def handed_out(returns: Returns) -> pl.DataFrame:
    """The frame as it may leave: only columns that are listed here, so never a place; sorted by id."""
    names = [column.name for column in columns(returns.codebook, "en")]
    return returns.frame.select(names).sort("id")


def columns(codebook: Codebook, language: str) -> tuple[Column, ...]:
    """Every column in the order that scripts rely on: about the return, then the questionnaire."""
    of_variables = (column for each in codebook.variables for column in columns_of(each, language))
    return (*about(codebook, language), *of_variables)


def about(codebook: Codebook, language: str) -> Iterator[Column]:
    """What is known of a return besides its answers; nothing that names an office or a place."""
    says = WORDS[language]
    groups: dict[Code, str] = {group.code: group.label for group in codebook.groups}
    yield Column("id", says["id"], "nominal")
    yield Column("office_type", says["office_type"], "nominal", groups)
    yield Column("state", says["state"], "nominal")
    yield Column("size_class", says["size_class"], "ordinal", size_classes(codebook.size_classes, language))
    modes: dict[Code, str] = {mode: says[mode] for mode in ("online", "paper", "telephone")}
    yield Column("mode", says["mode"], "nominal", modes)
    yield Column("submitted_on", says["submitted_on"], "scale")


def columns_of(variable: Variable, language: str) -> Iterator[Column]:
    """A variable's own column, the status beside a text or a date, and the codes of an open answer."""
    says, measure = WORDS[language], MEASURES[variable.level]
    if variable.kind not in ("text", "date"):
        yield Column(variable.name, variable.label, measure, meanings(variable, language))
        return
    yield Column(variable.name, variable.label, measure)
    status = says["status"].format(variable=variable.short)
    yield Column(
        variable.name + STATUS, status, "nominal", {0: says["answered"], **missing_codes(variable, language)}
    )
    flags: dict[Code, str] = {0: says["not_named"], 1: says["named"], **missing_codes(variable, language)}
    for category in variable.categories:
        label = says["category"].format(variable=variable.short, label=category.label)
        yield Column(f"{variable.name}__{category.slug}", label, "nominal", flags)


def meanings(variable: Variable, language: str) -> dict[Code, str]:
    """Codes and labels in scale order, then the missing codes."""
    valid: dict[Code, str] = {value.code: value.label for value in variable.values if value.code >= 0}
    return {**valid, **missing_codes(variable, language)}


def missing_codes(variable: Variable, language: str) -> dict[Code, str]:
    """Every missing code with its label; where the form offers a way of not answering, in its words."""
    own: dict[Code, str] = {value.code: value.label for value in variable.values if value.code < 0}
    return {**MISSING[language], **own}


def is_whole(column: pl.Series) -> bool:
    """Whether a column of numbers holds no fractions."""
    numbers = column.drop_nulls()
    return numbers.round().equals(numbers)
