"""Places in a report's text that numbers fill: {mean:VARIABLE@OFFICE}, {highest:mean:VARIABLE}. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.codebook import Codebook, Variable

EVERYBODY = "all"
PLACE = re.compile(r"{([^{}]*)}")
PARTS = re.compile(
    r"(?:(?P<choice>highest|lowest|most):)?(?P<statistic>\w+):(?P<subject>[\w ]+?)"
    r"(?:=(?P<category>\w+))?(?:@(?P<office>\w+))?"
)
COUNTED = ("n", "invited", "count")
SHARES = ("share", "share_top2", "share_bottom2", "rate")
METRIC = ("mean", "median", "sd", "q1", "q3", "min", "max")


@dataclass(frozen=True)
class Place:
    """One number that a text asks for.

    choice: "" for the number itself; "highest" or "lowest" for the kinds of office that have it;
    "most" for the codes of an open item that were named most.
    subject: a variable, "returns", or a correlation's "one x other".
    """

    choice: str
    statistic: str
    subject: str
    category: int | str | None
    office: str

    @property
    def variable(self) -> str | None:
        """The variable as results name it: None for the returns themselves."""
        return None if self.subject == "returns" else self.subject


def places(text: str) -> list[str]:
    """What stands between braces, in order."""
    return PLACE.findall(text)


def parsed(place: str) -> Place | None:
    """A place in its parts; None if it is not written like one."""
    found = PARTS.fullmatch(place)
    if found is None:
        return None
    category = found["category"]
    code = int(category) if category and category.isdecimal() else category
    return Place(
        found["choice"] or "", found["statistic"], found["subject"], code, found["office"] or EVERYBODY
    )


def misplaced(text: str, codebook: Codebook, correlations: set[str]) -> Iterator[str]:
    """What is wrong with the places of a text."""
    for each in places(text):
        place = parsed(each)
        if place is None:
            yield f"{{{each}}} is no place for a number: write {{statistic:variable@office}}"
        elif fault := _fault(place, codebook, correlations):
            yield f"{{{each}}}: {fault}"


def _fault(place: Place, codebook: Codebook, correlations: set[str]) -> str:
    if place.office not in {EVERYBODY, *(group.code for group in codebook.groups)}:
        return f"there is no kind of office {place.office}"
    if place.subject == "returns":
        return "" if place.statistic in ("n", "invited", "rate") else "returns have n, invited and rate"
    if place.statistic == "r":
        return "" if place.subject in correlations else "no such correlation"
    variables = {variable.name: variable for variable in codebook.variables}
    if place.subject not in variables:
        return f"there is no variable {place.subject}"
    return "" if _suits(place, variables[place.subject]) else "this variable has no such number"


def _suits(place: Place, variable: Variable) -> bool:
    """Whether a variable has the number that a place asks for."""
    slugs = {category.slug for category in variable.categories}
    if place.choice == "most":
        return place.statistic == "count" and bool(slugs)
    if place.statistic in ("count", "share"):
        return place.category in {*variable.codes, *slugs}
    if place.statistic in ("share_top2", "share_bottom2"):
        return variable.is_rated and len(variable.codes) == 4
    return place.statistic == "n" or (place.statistic in METRIC and variable.is_rated)
