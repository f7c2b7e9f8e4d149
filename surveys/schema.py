"""The shape of survey.yaml and questionnaire.yaml."""

import re
from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StrictInt, model_validator

from surveys.accessibility import Accessibility
from surveys.models import Item, Scale
from surveys.studyfile import Shape

SPSS_RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
TAKEN = {
    "id",
    "office_type",
    "state",
    "size_class",
    "mode",
    "submitted_on",
    "municipality",
    "submitted_at",
    "go",
    "response",
    "shown",
    "theirs",
    "hand",
    "turn",
    "visit",
    "first_answer",
    "device",
    # A control of such a name hides what the form in the browser has under it:
    "action",
    "append",
    "dataset",
    "elements",
    "submit",
}
DONT_KNOW = -8
LARGEST = 1e12


def legal_variable(name: str) -> str:
    """A name that SPSS, a form and a file header all take; `__` is kept for derived columns."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]", name) or "__" in name or len(name) > 50:
        raise ValueError(
            f"{name!r} is no legal SPSS variable name here: a lower-case letter first, then "
            "lower-case letters, digits and single underscores, 50 characters at most"
        )
    if name in SPSS_RESERVED | TAKEN:
        raise ValueError(f"{name!r} is a reserved word and cannot name a variable")
    return name


def legal_slug(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", name):
        raise ValueError(f"{name!r}: only lower-case letters, digits, - and _, 40 characters at most")
    return name


def known_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"unknown time zone {name!r}")
    return name


def mark_file(name: str) -> str:
    if not re.fullmatch(r"marks/[a-z0-9_-]+\.svg", name):
        raise ValueError(f"{name!r}: a mark is a file marks/*.svg of the study, named in a-z, 0-9, - and _")
    return name


Text = Annotated[str, Field(min_length=1)]
Label = Annotated[str, Field(min_length=1, max_length=60)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
LongTitle = Annotated[str, Field(min_length=1, max_length=300)]
Slug = Annotated[str, AfterValidator(legal_slug)]
VariableName = Annotated[str, AfterValidator(legal_variable)]


class OneMany(Shape):
    """A noun in the singular and the plural."""

    one: Text
    many: Text


class Mark(Shape):
    """A drawing of the institute's name or sign, and its words for those who do not see it."""

    file: Annotated[str, AfterValidator(mark_file)]
    alt: Text


class Institute(Shape):
    """Who asks, and how to reach them."""

    name: Text
    unit: str = ""
    address: list[str] = []
    phone: str = ""
    email: Text
    marks: Annotated[list[Mark], Field(max_length=3)] = []


class SurveyFile(Shape):
    """survey.yaml: all about the survey except what is asked."""

    title: LongTitle
    short_title: Name
    language: Literal["de", "en"]
    time_zone: Annotated[str, AfterValidator(known_time_zone)]
    field_start: date
    field_end: date
    minutes: Annotated[int, Field(gt=0)]
    unit: OneMany
    place: OneMany
    size_classes: list[int] = []
    institute: Institute
    support: list[str] = []
    purpose: Text
    data_protection: Text
    imprint: Text
    accessibility: Accessibility

    @model_validator(mode="after")
    def ends_after_start(self) -> Self:
        if self.field_end < self.field_start:
            raise ValueError("field_end lies before field_start")
        if self.size_classes != sorted(set(self.size_classes)):
            raise ValueError("size_classes must rise")
        return self


class VariantShape(Shape):
    """The form for one kind of office, and what its placeholders say."""

    title: Title
    label: Label
    terms: dict[str, str] = {}


class ScaleShape(Shape):
    """Codes with labels, or a range of numbers between two poles."""

    level: Scale.Level
    points: dict[StrictInt, LongTitle] = {}
    range: tuple[StrictInt, StrictInt] | None = None
    poles: tuple[Title, Title] | None = None

    @model_validator(mode="after")
    def has_codes(self) -> Self:
        if bool(self.points) == bool(self.range):
            raise ValueError("a scale has either points or a range")
        if self.range and (not self.poles or not 0 <= self.range[0] < self.range[1] <= 100):
            raise ValueError("a range rises within 0 to 100 and needs two poles in words")
        if not any(code >= 0 for code in self.labels):
            raise ValueError("a scale needs at least one substantive code")
        if bad := [code for code in self.points if (code < 0 and code != DONT_KNOW) or code > 999]:
            raise ValueError(f"codes run from 0 to 999, and {DONT_KNOW} means not knowing; not {bad}")
        return self

    @property
    def labels(self) -> dict[int, str]:
        """Every code with its label; a range labels its codes with themselves."""
        if self.range:
            return {code: str(code) for code in range(self.range[0], self.range[1] + 1)}
        return self.points


class ItemShape(Shape):
    """One variable: its wording, the answers it takes, and who is asked when."""

    variable: VariableName
    kind: Item.Kind = Item.Kind.CHOICE
    text: str = ""
    text_for: dict[str, Text] = {}
    short: Name
    scale: str | None = None
    asked_if: dict[str, Annotated[list[StrictInt], Field(min_length=1)]] = {}
    only_for: list[str] = []
    lines: Annotated[int, Field(ge=1, le=40)] | None = None
    max_length: Annotated[int, Field(ge=1, le=20_000)] | None = None
    min: float | None = None
    max: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    unit: Annotated[str, Field(max_length=40)] = ""

    @model_validator(mode="after")
    def settings_suit_the_kind(self) -> Self:
        suits = {
            "lines": "text",
            "max_length": "text",
            "min": "number",
            "max": "number",
            "decimals": "number",
        }
        wrong = [
            name for name, kind in suits.items() if getattr(self, name) is not None and self.kind != kind
        ]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} cannot be set for kind {self.kind.value}")
        if self.kind == Item.Kind.NUMBER:
            self.check_limits()
        return self

    def check_limits(self) -> None:
        """ValueError unless the limits of a number make sense."""
        if self.min is None or self.min < 0:
            raise ValueError("a number needs a min of 0 or more, for negative values mean missing")
        if not self.min <= (LARGEST if self.max is None else self.max) <= LARGEST:
            raise ValueError(f"max lies between min and {LARGEST:.0f}")
        if not self.decimals and (self.min % 1 or (self.max or 0) % 1):
            raise ValueError("min and max of a whole number are whole; or set decimals")

    @property
    def is_closed(self) -> bool:
        return self.kind in (Item.Kind.CHOICE, Item.Kind.MULTIPLE)


class QuestionShape(Shape):
    """A stem and the items below it."""

    code: Slug
    text: str = ""
    text_for: dict[str, Text] = {}
    help: str = ""
    scale: str | None = None
    items: Annotated[list[ItemShape], Field(min_length=1)]


class PageShape(Shape):
    """What a respondent sees at once."""

    code: Slug
    title: Title
    intro: str = ""
    questions: Annotated[list[QuestionShape], Field(min_length=1)]


class QuestionnaireFile(Shape):
    """questionnaire.yaml: one master for all variants."""

    variants: Annotated[dict[Slug, VariantShape], Field(min_length=1)]
    lists: dict[str, dict[str, Text]] = {}
    scales: dict[Slug, ScaleShape] = {}
    pages: Annotated[list[PageShape], Field(min_length=1)]
