"""What a study's report/published.yaml may say: every printed finding, to be computed again. Pure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator

from analysis.codebook import Codebook
from analysis.reportfile import Entry, Label, Place

ALL, MUNICIPALITIES = "all", "municipalities"
Kind = Literal[
    "n", "invited", "rate", "mean", "sd", "median", "q1", "q3", "iqr", "min", "max", "outliers",
    "share", "share_top2", "share_bottom2", "count", "codes", "r",
]  # fmt: skip
Compared = Literal["offices", "variables", "categories", "state", "size_class"]
ABOUT_RETURNS = ("n", "invited", "rate")


def several(names: Any) -> Any:
    """A name alone stands for a list of one; a code may be written as a number."""
    return tuple(map(str, names if isinstance(names, list | tuple) else [names]))


Names = Annotated[tuple[str, ...], BeforeValidator(several)]
Pair = tuple[str, str]


class Flag(Entry):
    """A contradiction in the report itself, and how it is read here."""

    title: Label
    text: Label


class Claim(Entry):
    """What is said of which numbers: a measure (variable, office, statistic, category) and one verb.

    Numbers are written as printed, shares in per cent: 40.0 is printed with one decimal, 40 with none.
    A claim about several variables or offices holds for each of them, with `mostly` for more than half,
    with `on_average` for the mean of the variables. Verbs that compare name what `compare` says.
    """

    variable: Names = ()
    office: Names = (ALL,)
    statistic: Kind | None = None
    category: int | str | None = None
    compare: Compared = "offices"
    on_average: bool = False
    mostly: bool = False
    reading: Literal["exact", "sum_of_rounded"] = "exact"
    stars: str = ""

    value: Decimal | None = None  # printed so
    about: Decimal | None = None  # "~"
    between: tuple[Decimal, Decimal] | None = None
    above: Decimal | None = None
    highest: Names | None = None
    lowest: Names | None = None
    order: tuple[Names, ...] | None = None  # from the highest down; those in one list are not ordered
    inside: Names | None = None  # neither highest nor lowest
    rank: dict[str, int] | None = None
    top3: Names | None = None
    about_equal: Names | None = None
    small_range: bool | None = None
    wider_range: Pair | None = None  # of the first variable, over the offices, than of the second
    parallel: Pair | None = None  # the first variable above the second, everywhere by about the same
    clusters: tuple[Names, ...] | None = None  # offices alike within, unlike between
    independent_of: Literal["office_type", "size_class"] | None = None

    @property
    def verb(self) -> str:
        """The one thing that is said."""
        return self._verbs()[0]

    @property
    def names(self) -> tuple[str, ...]:
        """All that the verb names, in the order of writing."""
        groups = (self.order or ()) + (self.clusters or ())
        lists = (self.highest, self.lowest, self.inside, self.top3, self.about_equal, tuple(self.rank or ()))
        return tuple(name for names in (*lists, *groups) for name in names or ())

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables that are spoken of."""
        compared = self.names if self.compare == "variables" else ()
        return (*self.variable, *compared, *(self.wider_range or ()), *(self.parallel or ()))

    def _verbs(self) -> list[str]:
        return [verb for verb in VERBS if getattr(self, verb) is not None]

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        verbs = self._verbs()
        if getattr(self, "not_computable", ""):
            if verbs or self.statistic:
                raise ValueError("what is not computable has no statistic and no verb")
        elif len(verbs) != 1:
            raise ValueError(f"needs one of {', '.join(VERBS)}; has {', '.join(verbs) or 'none'}")
        elif self.statistic is None and self.independent_of is None:
            raise ValueError("needs a statistic")
        if self.compare == "variables" and self.verb not in ("order", "about_equal"):
            raise ValueError("variables are compared by order or about_equal, which name all of them")
        return self


VERBS = tuple(Claim.model_fields)[list(Claim.model_fields).index("value") :]


class Statement(Claim):
    """One printed finding and where it stands; `also` holds what it says besides.

    not_computable: why no data can confirm it; `says` then tells what is printed.
    note: what is inferred rather than printed.
    """

    id: Label
    place: Label
    flags: tuple[str, ...] = ()
    also: tuple[Claim, ...] = ()
    says: str = ""
    not_computable: str = ""
    note: str = ""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All that can be held against the data."""
        return () if self.not_computable else (self, *self.also)

    @model_validator(mode="after")
    def _tells_what_cannot_be_computed(self) -> Self:
        if self.not_computable and not self.says:
            raise ValueError("what is not computable needs says: what is printed")
        return self


class PublishedFile(Entry):
    """The whole published.yaml; `until` is the last day of the returns that the report describes."""

    source: Label
    until: date
    flags: dict[str, Flag] = {}
    figures: dict[Label, tuple[Statement, ...]]

    def statements(self) -> Iterator[tuple[Place, Statement]]:
        """Every statement with its place in the file, in the report's order."""
        for label, statements in self.figures.items():
            for number, statement in enumerate(statements):
                yield ("figures", label, number), statement

    def faults(self, codebook: Codebook) -> Iterator[tuple[Place, str]]:
        """What does not fit this codebook: the place in the file, and why."""
        seen: set[str] = set()
        for place, statement in self.statements():
            if statement.id in seen:
                yield (*place, "id"), f"{statement.id} stands here twice"
            seen.add(statement.id)
            for flag in set(statement.flags) - set(self.flags):
                yield (*place, "flags"), f"there is no flag {flag}"
            for number, claim in enumerate(statement.claims):
                within = (*place, "also", number - 1) if number else place
                yield from ((within, fault) for fault in misfits(claim, codebook))


def misfits(claim: Claim, codebook: Codebook) -> Iterator[str]:
    """What a claim names and the codebook does not have."""
    known = {variable.name: variable for variable in codebook.variables}
    offices = {group.code for group in codebook.groups} | {ALL}
    about_all = (MUNICIPALITIES,) if claim.statistic == "rate" else ()
    mentioned = [name for entry in claim.variables for name in entry.split(" x ")]
    unknown = [name for name in mentioned if name not in known and name not in about_all]
    yield from (f"there is no variable {name}" for name in unknown)
    if not mentioned and claim.statistic not in ABOUT_RETURNS:
        yield f"{claim.statistic} of which variable?"
    compared = claim.names if claim.compare == "offices" else ()
    yield from (f"there is no office {name}" for name in (*claim.office, *compared) if name not in offices)
    for name in (name for name in mentioned if name in known):
        variable = known[name]
        codes = {*variable.codes, *(category.slug for category in variable.categories)}
        named = claim.names if claim.compare == "categories" else ()
        wanted = (*named, *(() if claim.category is None else (claim.category,)))
        yield from (f"{name} has no category {code}" for code in wanted if code not in codes)
