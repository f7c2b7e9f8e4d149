"""Each claim held against the data: what is printed, what is computed, and whether they agree. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from analysis.publishedfile import Claim
from analysis.replication import rules
from analysis.replication.measures import Data, Measured, NotComputable, decimals_of, rounded
from analysis.replication.words import Words, base, difference, number, printed_number

PLAIN = ("value", "about", "between", "above")
P_LIMIT = Decimal("0.05")


class Verdict(StrEnum):
    """How a printed finding and the computed one compare."""

    AGREE = "agree"
    DIFFER = "differ"
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed number or comparison beside what the data say, in words."""

    subject: str
    printed: str
    computed: str
    n: str
    verdict: Verdict
    explanation: str = ""


class Lines:
    """Holds claims against one survey's returns."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.words = Words(data.findings.codebook)

    def of(self, claim: Claim) -> list[Line]:
        """A line for each variable and kind of office that the claim is about."""
        if claim.verb in PLAIN:
            return [
                self.plain(claim, variable, office)
                for variable in claim.variable or (None,)
                for office in claim.office
            ]
        return [self.judged(claim, *scope) for scope in self.scopes(claim)]

    def plain(self, claim: Claim, variable: str | None, office: str) -> Line:
        """One number beside the printed one."""
        subject = self.words.subject(claim, [variable] if variable else [], office)
        try:
            found = self.data.measure(claim, variable, office)
        except NotComputable as why:
            found = Measured(None, 0, reason=str(why))
        if found.value is None:
            return self.without(claim, subject, found.reason)
        if claim.verb != "value":
            verdict = Verdict.AGREE if holds(claim, found.value) else Verdict.DIFFER
            computed = number(found.value, claim.statistic)
            return Line(subject, self.words.said(claim), computed, str(found.n), verdict)
        shown, note = self.as_printed(claim, variable, office, found.value)
        stars = found.stars if claim.statistic == "r" else ""
        same = shown == claim.value and stars == claim.stars
        return Line(
            subject,
            self.words.said(claim),
            number(shown, claim.statistic, decimals_of(claim.value or shown)) + stars,
            str(found.n),
            Verdict.AGREE if same else Verdict.DIFFER,
            note,
        )

    def as_printed(
        self, claim: Claim, variable: str | None, office: str, exact: Decimal
    ) -> tuple[Decimal, str]:
        """The number as the report would print it, and how that came about if not by rounding."""
        decimals = decimals_of(claim.value or exact)
        once = rounded(exact, decimals)
        if claim.reading == "exact" or not variable:
            return once, ""
        labels = self.data.sum_of_labels(claim, variable, office, decimals)
        terms = " + ".join(printed_number(label, None) for label in labels)
        alone = number(once, claim.statistic, decimals)
        return sum(labels, Decimal(0)), f"Summe der gerundeten Beschriftungen {terms}; genau: {alone}"

    def scopes(self, claim: Claim) -> Iterator[tuple[tuple[str, ...], str]]:
        """The variables and the kind of office within which names are compared."""
        if claim.verb in ("clusters", "wider_range", "parallel") or claim.on_average:
            yield claim.variable, claim.office[0] if claim.compare == "variables" else ""
        elif claim.compare == "variables":
            yield from (((), office) for office in claim.office)
        elif claim.compare == "categories":
            yield from (((variable,), office) for variable in claim.variable for office in claim.office)
        else:
            yield from (((variable,), "") for variable in claim.variable or ("",))

    def judged(self, claim: Claim, variables: tuple[str, ...], office: str) -> Line:
        """One comparison beside the values that it is about."""
        named = [name for name in variables if name]
        if claim.independent_of:
            return self.independence(claim, named[0])
        spoken = named or [*(claim.wider_range or claim.parallel or ())]
        subject = self.words.subject(claim, spoken, office)
        try:
            found = self.compared(claim, named, office)
        except NotComputable as why:
            return self.without(claim, subject, str(why))
        computed, against, bases = found
        verdict = Verdict.DIFFER if against else Verdict.AGREE
        return Line(subject, self.words.said(claim), computed, base(bases), verdict, "; ".join(against))

    def compared(
        self, claim: Claim, variables: list[str], office: str
    ) -> tuple[str, list[str], list[Measured]]:
        """The values in words, what speaks against the claim, and the measures behind it."""
        match claim.verb:
            case "clusters":
                return self.profiles(claim, variables)
            case "wider_range" | "parallel":
                return self.two_curves(claim)
            case _:
                measures = self.side_by_side(claim, variables, office)
                values = dict(zip(measures, numbers([*measures.values()]), strict=True))
                against = rules.against(claim, values, self.words)
                shown = self.words.values(claim, values)
                if claim.small_range is not None:
                    shown += f"; Spannweite {difference(rules.spread(values.values()), claim.statistic)}"
                return shown, against, [*measures.values()]

    def profiles(self, claim: Claim, variables: list[str]) -> tuple[str, list[str], list[Measured]]:
        """How far apart the kinds of office are over several variables."""
        rows = {name: self.across(claim, variables, name) for name in claim.names}
        within, between = rules.distances(claim, {name: numbers(row) for name, row in rows.items()})
        far, near = (number(Decimal(str(each)), None) for each in (within, between))
        computed = f"Abstand der Profile: innerhalb höchstens {far}, dazwischen mindestens {near}"
        against = [] if within < between else ["innerhalb so unähnlich wie dazwischen"]
        return computed, against, [measure for row in rows.values() for measure in row]

    def two_curves(self, claim: Claim) -> tuple[str, list[str], list[Measured]]:
        """Two variables over the kinds of office."""
        pair = claim.wider_range or claim.parallel or ()
        curves = [[self.data.measure(claim, name, office) for office in self.offices()] for name in pair]
        first, second = (numbers(curve) for curve in curves)
        everything = [*curves[0], *curves[1]]
        if claim.wider_range:
            ranges = [difference(rules.spread(values), claim.statistic) for values in (first, second)]
            wider = rules.spread(first) > rules.spread(second)
            return "Spannweite {} und {}".format(*ranges), [] if wider else ["nicht größer"], everything
        gaps = {office: a - b for office, a, b in zip(self.offices(), first, second, strict=True)}
        against = rules.unparallel(claim, gaps, self.words)
        return "Abstand: " + self.words.values(claim, gaps), against, everything

    def side_by_side(self, claim: Claim, variables: list[str], office: str) -> dict[str, Measured]:
        """What is compared, by name."""
        variable = variables[0] if variables else None
        match claim.compare:
            case "variables":
                tiers = rules.tiers(claim) or (claim.names,)
                names = dict.fromkeys(name for tier in tiers for name in tier)
                return {name: self.average(claim, name.split(" + "), office) for name in names}
            case "categories":
                slugs = self.siblings(str(variable), claim.names)
                return {s: self.data.measure_category(claim, str(variable), office, s) for s in slugs}
            case "state" | "size_class":
                parts = dict.fromkeys([*self.data.parts(claim.compare), *claim.names])
                return {p: self.data.measure_part(claim, variable, claim.compare, p) for p in parts}
            case _:
                offices = dict.fromkeys([*self.offices(), *claim.names])
                return {name: self.average(claim, variables, name) for name in offices}

    def average(self, claim: Claim, variables: Sequence[str], office: str) -> Measured:
        """The measure of one variable, or the mean of those of several."""
        row = self.across(claim, variables, office)
        if len(row) == 1:
            return row[0]
        return Measured(sum(numbers(row), Decimal(0)) / len(row), min(measure.n for measure in row))

    def across(self, claim: Claim, variables: Sequence[str], office: str) -> list[Measured]:
        return [self.data.measure(claim, variable, office) for variable in variables or (None,)]

    def siblings(self, variable: str, names: Sequence[str]) -> list[str]:
        """The codes on one level with those named."""
        categories = self.words.variables[variable].categories
        parents = {category.parent for category in categories if category.slug in names}
        return [category.slug for category in categories if category.parent in parents]

    def offices(self) -> list[str]:
        return [group.code for group in self.data.findings.codebook.groups]

    def independence(self, claim: Claim, variable: str) -> Line:
        """Whether the answers are the same in all parts, but for chance."""
        subject = f"„{self.words.variable(variable)}“: Verteilung"
        found = self.data.dependence(variable, str(claim.independent_of))
        if found.value is None:
            return self.without(claim, subject, found.reason)
        verdict = Verdict.AGREE if found.value > P_LIMIT else Verdict.DIFFER
        several = bool(self.words.variables[variable].categories)
        computed = f"{'kleinstes ' if several else ''}p = {number(found.value, None, 3)} (Chi-Quadrat)"
        return Line(subject, self.words.said(claim), computed, str(found.n), verdict)

    def without(self, claim: Claim, subject: str, reason: str) -> Line:
        return Line(subject, self.words.said(claim), "–", "", Verdict.NOT_COMPUTABLE, reason)


def holds(claim: Claim, value: Decimal) -> bool:
    """Whether a number is about, between or above what is printed."""
    if claim.about is not None:
        return abs(value - claim.about) <= rules.about(claim.statistic)
    if claim.between is not None:
        return claim.between[0] <= value <= claim.between[1]
    return claim.above is not None and value > claim.above


def numbers(measures: Sequence[Measured]) -> list[Decimal]:
    """The values of measures; NotComputable if one has none."""
    for measure in measures:
        if measure.value is None:
            raise NotComputable(measure.reason)
    return [measure.value for measure in measures if measure.value is not None]
