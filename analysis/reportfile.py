"""What a study's report/report.yaml may say: the tables and figures, and where each number belongs. Pure."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from analysis.codebook import Codebook, Variable
from analysis.placeholders import misplaced

Kind = Literal[
    "return_rates",
    "typology",
    "means_by_office",
    "boxes_by_office",
    "stacked_bars",
    "stacked_bars_by_office",
    "profile_lines",
    "lines_by_office",
    "radar",
    "columns",
    "codes_by_office",
    "cross_table",
    "returns_by",
    "correlations",
    "differences",
    "clusters",
]
RATED = (
    "means_by_office",
    "boxes_by_office",
    "profile_lines",
    "lines_by_office",
    "radar",
    "differences",
    "clusters",
)
CODED = ("typology", "codes_by_office")
CLOSED = ("stacked_bars", "stacked_bars_by_office", "columns", "cross_table")
SINGLE = (*CODED, "boxes_by_office", "stacked_bars_by_office", "columns", "cross_table")
ABOUT_RETURNS = ("return_rates", "returns_by", "correlations")  # they take no variables
GROUPED = ("cross_table", "returns_by")
COMPARING = ("codes_by_office", "cross_table", "differences", "clusters")  # with numbers of their own
Grouping = Literal["office_type", "size_class", "state"]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Place = tuple[str | int, ...]
MOST_MARKS = 2  # a third mark in a row can no longer be labelled directly


class Entry(BaseModel):
    """Part of the file; a key that we do not know is a fault, for it would be silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Plan(Entry):
    """A numbered table or figure that the report shows."""

    label: Label
    kind: Kind
    title: Label
    variables: tuple[str, ...] = ()
    note: str = ""
    root: str = ""  # what stands at the root of a typology
    ranks: bool = False  # whether codes are ranked
    by: Grouping | None = None  # the groups of a cross table
    number: int = 3  # of clusters

    @model_validator(mode="after")
    def _has_what_its_kind_shows(self) -> Self:
        if self.kind in ABOUT_RETURNS and self.variables:
            raise ValueError(f"{self.label}: {self.kind} takes no variables")
        if self.kind not in ABOUT_RETURNS and not self.variables:
            raise ValueError(f"{self.label}: {self.kind} needs variables")
        if (self.kind in GROUPED) != (self.by is not None):
            raise ValueError(f"{self.label}: `by` belongs to {' and '.join(GROUPED)}, and only to them")
        if self.kind in SINGLE and len(self.variables) > 1:
            raise ValueError(f"{self.label}: {self.kind} shows one variable")
        if self.kind == "means_by_office" and len(self.variables) > MOST_MARKS:
            raise ValueError(f"{self.label}: means_by_office shows at most {MOST_MARKS} variables")
        return self


class Correlation(Entry):
    """Two variables whose correlation is reported, and where."""

    figure: Label
    of: tuple[str, str]

    @property
    def name(self) -> str:
        """The pair as statistics.json names it."""
        return " x ".join(self.of)


class Chapter(Entry):
    """Exhibits under a heading, and what is said before them; results fill the {places} of the text."""

    title: Label
    text: str = ""
    shows: tuple[Label, ...] = ()


class Earlier(Entry):
    """The return rate of an earlier wave, for comparison."""

    wave: Label
    rate: Annotated[float, Field(gt=0, le=1)]


class ReportFile(Entry):
    """The whole report.yaml; `numbers` says where the statistics of variables outside the exhibits belong."""

    summary: tuple[Label, ...] = ()
    exhibits: tuple[Plan, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    numbers: dict[Label, tuple[str, ...]] = {}
    correlations: tuple[Correlation, ...] = ()
    earlier: Earlier | None = None

    @model_validator(mode="after")
    def _labels_each_exhibit_once(self) -> Self:
        labels = [exhibit.label for exhibit in self.exhibits]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"exhibits labelled twice: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _shows_each_exhibit_once(self) -> Self:
        shown = [label for chapter in self.chapters for label in chapter.shows]
        labels = [each.label for each in self.exhibits if each.kind != "return_rates"]
        if self.chapters and shown != labels:
            wrong = sorted(set(shown) ^ set(labels)) or "their order"
            raise ValueError(f"chapters do not show all exhibits once and in order: {wrong}")
        return self

    def figures_of(self, variable: str) -> tuple[str, ...]:
        """The labels of all exhibits and passages that report on a variable, in the report's order."""
        shown = {each.label: each.variables for each in self.exhibits if each.kind not in COMPARING}
        named = [*shown.items(), *self.numbers.items()]
        return tuple(dict.fromkeys(label for label, variables in named if variable in variables))

    @property
    def figure_of_return_rates(self) -> str | None:
        """The label of the table of return rates, if the report has one."""
        return next((each.label for each in self.exhibits if each.kind == "return_rates"), None)

    def faults(self, codebook: Codebook) -> Iterator[tuple[Place, str]]:
        """What cannot be drawn or computed from this codebook: the place in the file, and why."""
        known = {variable.name: variable for variable in codebook.variables}
        for place, name, rule in self._named():
            if name not in known:
                yield place, f"there is no variable {name}"
            elif not _suits(rule, known[name]):
                yield place, f"{name} is a {known[name].level} {known[name].kind}: unfit for {rule}"
        for number, exhibit in enumerate(self.exhibits):
            scales = {known[name].values for name in exhibit.variables if name in known}
            if len(scales) > 1:
                yield ("exhibits", number, "variables"), "variables in one figure must share a scale"

        for place, text in self._texts():
            for fault in misplaced(text, codebook, {pair.name for pair in self.correlations}):
                yield place, fault

    def _texts(self) -> Iterator[tuple[Place, str]]:
        """Every text with places for numbers, and where it stands in the file."""
        for number, sentence in enumerate(self.summary):
            yield ("summary", number), sentence
        for number, chapter in enumerate(self.chapters):
            yield ("chapters", number, "text"), chapter.text

    def _named(self) -> Iterator[tuple[Place, str, str]]:
        """Every mention of a variable: its place in the file, its name, and as what it is to be shown."""
        for number, exhibit in enumerate(self.exhibits):
            for position, name in enumerate(exhibit.variables):
                yield ("exhibits", number, "variables", position), name, exhibit.kind
        for label, names in self.numbers.items():
            for position, name in enumerate(names):
                yield ("numbers", label, position), name, "numbers"
        for number, pair in enumerate(self.correlations):
            for position, name in enumerate(pair.of):
                yield ("correlations", number, "of", position), name, "correlation"


def _suits(rule: str, variable: Variable) -> bool:
    """Whether a variable's kind and level allow what the file asks of it."""
    metric = variable.kind == "number" or (variable.kind == "choice" and variable.is_rated)
    if rule in RATED:
        return variable.kind == "choice" and variable.is_rated
    if rule in CLOSED:
        return variable.kind == "choice"
    if rule in CODED:
        return bool(variable.categories)
    return metric or rule != "correlation"
