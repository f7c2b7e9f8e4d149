"""Statements, numbers and verdicts in words: in German, the language of the desk. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from analysis.codebook import Codebook, Variable
from analysis.numbers import enumerated, written
from analysis.publishedfile import ALL, MUNICIPALITIES, Claim
from analysis.replication.measures import IN_PER_CENT, Measured, decimals_of

LANGUAGE = "de"
NBSP = "\N{NO-BREAK SPACE}"
OF_RETURNS = {"n": "Rücklauf", "invited": "Angeschrieben", "rate": "Rücklaufquote"}
STATISTICS = {
    "n": "Gültige Antworten",
    "mean": "Mittelwert",
    "sd": "Standardabweichung",
    "median": "Median",
    "q1": "Unteres Quartil",
    "q3": "Oberes Quartil",
    "iqr": "Quartilsabstand",
    "min": "Kleinster Wert",
    "max": "Größter Wert",
    "outliers": "Ausreißer",
    "share": "Anteil",
    "share_top2": "Obere zwei Stufen",
    "share_bottom2": "Untere zwei Stufen",
    "count": "Nennungen",
    "codes": "Genannte Codes",
    "r": "Korrelation (Pearson)",
}
WHOLE = ("n", "invited", "count", "codes", "outliers")
PARTS = {"state": "Land", "size_class": "Größenklasse", "office_type": "Gruppe"}


def number(value: Decimal, statistic: str | None, decimals: int | None = None) -> str:
    """A number with its unit; unless said, with the decimals that suit its kind."""
    usual = 0 if statistic in WHOLE else 1 if statistic in IN_PER_CENT else 2
    text = written(value, LANGUAGE, decimals=usual if decimals is None else decimals)
    return text + NBSP + "%" if statistic in IN_PER_CENT else text


def printed_number(value: Decimal, statistic: str | None) -> str:
    """A number as the report prints it, with as many decimals."""
    return number(value, statistic, decimals_of(value))


def base(measures: Iterable[Measured]) -> str:
    """The number of answers, or their range."""
    sizes = sorted({measure.n for measure in measures})
    return " bis ".join(str(size) for size in sizes[:: max(1, len(sizes) - 1)][:2])


def joined(names: Iterable[str]) -> str:
    return enumerated(names, LANGUAGE)


class Words:
    """What the parts of a statement are called in one survey."""

    def __init__(self, codebook: Codebook) -> None:
        self.variables = {variable.name: variable for variable in codebook.variables}
        self.offices = {group.code: group.label for group in codebook.groups} | {ALL: "Gesamt"}
        shorts = [variable.short for variable in codebook.variables]
        self.ambiguous = {short for short in shorts if shorts.count(short) > 1}

    def variable(self, name: str) -> str:
        """The short wording of a variable or a pair; with the name where two share the wording."""
        if " x " in name:
            return " × ".join(self.variable(part) for part in name.split(" x "))
        short = self.variables[name].short
        return f"{short} ({name})" if short in self.ambiguous else short

    def category(self, name: str, code: int | str) -> str:
        """The label of an answer or of a code of open answers."""
        known: Variable = self.variables[name]
        labels: dict[int | str, str] = {value.code: value.label for value in known.values}
        labels |= {category.slug: category.label for category in known.categories}
        return labels.get(code, str(code))

    def name(self, claim: Claim, code: str) -> str:
        """What a name in a comparison stands for."""
        if claim.compare == "offices":
            return self.offices[code]
        if claim.compare == "variables":
            return joined(self.variable(part) for part in code.split(" + "))
        if claim.compare == "categories":
            return self.category(claim.variable[0], code)
        return f"{PARTS[claim.compare]} {code}"

    def subject(self, claim: Claim, variables: Iterable[str], office: str = "") -> str:
        """Which number of which variable in which kind of office."""
        names = list(variables)
        what = self.statistic(claim, names)
        about = [f"„{self.variable(name)}“" for name in names if name != MUNICIPALITIES]
        if claim.on_average and about:
            about = ["im Mittel von " + joined(about)]
        where = [self.offices[office]] if office else []
        return ", ".join([what, *about, *where])

    def statistic(self, claim: Claim, names: list[str]) -> str:
        """What is measured, with the category it is about."""
        if names == [MUNICIPALITIES]:
            return "Orte mit mindestens einer Antwort"
        kind = str(claim.statistic)
        spoken = names or claim.names if claim.compare == "variables" else names
        if not spoken:
            return OF_RETURNS[kind]
        if claim.category is None:
            return STATISTICS[kind]
        if kind == "codes":
            return f"Genannte Codes unter „{self.category(spoken[0], claim.category)}“"
        if kind == "outliers":
            return f"Ausreißer mit dem Wert {claim.category}"
        return f"{STATISTICS[kind]} „{self.category(spoken[0], claim.category)}“"

    def said(self, claim: Claim) -> str:
        """What the report says, number or comparison."""
        kind = claim.statistic
        match claim.verb:
            case "value":
                return printed_number(claim.value or Decimal(0), kind) + claim.stars
            case "about":
                return "etwa " + printed_number(claim.about or Decimal(0), kind)
            case "above":
                return "über " + printed_number(claim.above or Decimal(0), kind)
            case "between":
                low, high = claim.between or ()
                return f"zwischen {printed_number(low, kind)} und {printed_number(high, kind)}"
            case _:
                return self.compared(claim)

    def compared(self, claim: Claim) -> str:
        """What the report says without a number."""
        names = joined(self.name(claim, name) for name in claim.names)
        match claim.verb:
            case "highest" | "lowest":
                return f"{names} am {'höchsten' if claim.highest else 'niedrigsten'}"
            case "order":
                return " > ".join(joined(self.name(claim, n) for n in tier) for tier in claim.order or ())
            case "clusters":
                groups = (joined(self.name(claim, n) for n in group) for group in claim.clusters or ())
                return "einander ähnlich: " + " | ".join(groups)
            case "inside":
                return f"{names} zwischen den anderen"
            case "about_equal":
                return f"{names} etwa gleich"
            case "top3":
                return f"{names} unter den ersten drei"
            case "rank":
                places = (claim.rank or {}).items()
                return joined(f"{self.name(claim, name)} auf Platz {place}" for name, place in places)
            case "small_range":
                return "geringe Unterschiede" if claim.small_range else "größere Unterschiede"
            case "wider_range":
                return self.of_two(claim.wider_range, "größere Unterschiede bei {} als bei {}")
            case "parallel":
                return self.of_two(claim.parallel, "{} überall um etwa gleich viel über {}")
            case _:
                return f"kein Unterschied nach {PARTS[str(claim.independent_of)]}"

    def of_two(self, pair: tuple[str, str] | None, sentence: str) -> str:
        return sentence.format(*(f"„{self.variable(name)}“" for name in pair or ()))

    def values(self, claim: Claim, values: Mapping[str, Decimal]) -> str:
        """Names with their values, the highest first."""
        falling = sorted(values.items(), key=lambda entry: entry[1], reverse=True)
        return " · ".join(self.value(claim, name, value) for name, value in falling)

    def value(self, claim: Claim, name: str, value: Decimal) -> str:
        return f"{self.name(claim, name)} {number(value, claim.statistic)}".replace(" ", NBSP)
