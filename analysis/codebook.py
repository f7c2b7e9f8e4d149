"""What each column of a coded data set means: wording, values, missing codes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import polars as pl


class Missing(IntEnum):
    """Why a cell holds no substantive answer; every code from -99 to -1 is declared missing."""

    NO_ANSWER = -9
    DONT_KNOW = -8
    NOT_APPLICABLE = -10
    NOT_IN_VARIANT = -11
    BROKEN_OFF = -12


@dataclass(frozen=True)
class Value:
    """One code of a variable and what it means."""

    code: int
    label: str


@dataclass(frozen=True)
class Category:
    """One code of an open answer; a subcode names the slug of the code above it."""

    slug: str
    label: str
    parent: str | None = None


@dataclass(frozen=True)
class Group:
    """One kind of office: the units invited with one variant of the questionnaire."""

    code: str
    label: str
    invited: int


@dataclass(frozen=True)
class Variable:
    """One column of the coded data.

    kind: "choice" (codes), "flag" (one option of a multiple choice, 0/1), "number", "text" or "date".
    wordings: the full question as each kind of office read it; a group that was not asked is absent.
    categories: the codes of an open answer; each is a column `<name>__<slug>` of 0, 1 or missing.
    """

    name: str
    label: str
    short: str
    kind: str
    level: str
    values: tuple[Value, ...]
    wordings: Mapping[str, str]
    condition: str = ""
    categories: tuple[Category, ...] = ()

    @property
    def codes(self) -> tuple[int, ...]:
        """The substantive codes in scale order; explicit ways of not answering are left out."""
        return tuple(value.code for value in self.values if value.code >= 0)

    @property
    def is_rated(self) -> bool:
        """Whether means and quartiles make sense."""
        return self.level in ("ordinal", "interval")


@dataclass(frozen=True)
class Codebook:
    """All that is known of a data set apart from its cells."""

    survey: str
    title: str
    groups: tuple[Group, ...]
    variables: tuple[Variable, ...]
    places_invited: int
    size_classes: tuple[int, ...]

    def variable(self, name: str) -> Variable:
        """The variable of that name; KeyError if there is none."""
        return {variable.name: variable for variable in self.variables}[name]


@dataclass(frozen=True)
class Returns:
    """The submitted returns of one survey: cells and what they mean."""

    frame: pl.DataFrame
    codebook: Codebook
