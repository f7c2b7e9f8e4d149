"""Statements, numbers and verdicts in words: in German, the language of the desk. Pure."""

from collections.abc import Iterable, Mapping, Sequence
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
MOST_SHOWN = 6
WHOLE = ("n", "invited", "count", "codes", "outliers")
PARTS = {"state": "Land", "size_class": "Größenklasse", "office_type": "Gruppe"}
SAID = {
    "highest": "{names} am höchsten",
    "lowest": "{names} am niedrigsten",
    "inside": "{names} zwischen den anderen",
    "about_equal": "{names} etwa gleich",
    "top3": "{names} unter den ersten drei",
    "small_range": "geringe Unterschiede",
    "wider_range": "beim ersten größere Unterschiede als beim zweiten",
    "parallel": "das erste überall um etwa gleich viel über dem zweiten",
    "independent_of": "kein Unterschied nach {part}",
}


def number(value: Decimal, statistic: str | None, decimals: int | None = None) -> str:
    """A number with its unit; unless said, with the decimals that suit its kind."""
    usual = 0 if statistic in WHOLE else 1 if statistic in IN_PER_CENT else 2
    text = written(value, LANGUAGE, decimals=usual if decimals is None else decimals)
    return text + NBSP + "%" if statistic in IN_PER_CENT else text


def difference(value: Decimal, statistic: str | None) -> str:
    """How far two such numbers are apart."""
    if statistic in IN_PER_CENT:
        return written(value, LANGUAGE, decimals=1) + NBSP + "Prozentpunkte"
    return number(value, statistic) + NBSP + "Punkte"


def printed_number(value: Decimal, statistic: str | None) -> str:
    """A number as the report prints it, with as many decimals."""
    return number(value, statistic, decimals_of(value))


def base(measures: Iterable[Measured]) -> str:
    """The number of answers, or their range."""
    sizes = sorted({measure.n for measure in measures})
    return " bis ".join(str(size) for size in sizes[:: max(1, len(sizes) - 1)][:2])


def quoted(text: str) -> str:
    """A wording in quotation marks; those within it become single ones."""
    return "„" + text.replace("„", "‚").replace("“", "‘") + "“"


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
            first, *more = code.split(" + ")
            return self.variable(first) + (" u." + NBSP + "a." if more else "")
        if claim.compare == "categories":
            return self.category(claim.variable[0], code)
        return f"{PARTS[claim.compare]} {code}"

    def subject(self, claim: Claim, variables: Sequence[str], office: str = "") -> str:
        """Which number of which variable in which kind of office."""
        names = [name for name in variables if name != MUNICIPALITIES]
        about = joined(quoted(self.variable(name)) for name in names)
        if claim.on_average and names:
            about = f"Mittel aus {about}"
        what = [self.statistic(claim, list(variables)), *([self.offices[office]] if office else [])]
        return (f"{about}: " if names else "") + ", ".join(what)

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
            return f"Genannte Codes unter {quoted(self.category(spoken[0], claim.category))}"
        if kind == "outliers":
            return f"Ausreißer mit dem Wert {claim.category}"
        return f"{STATISTICS[kind]} {quoted(self.category(spoken[0], claim.category))}"

    def said(self, claim: Claim) -> str:
        """What the report says, number or comparison."""
        kind = claim.statistic
        if claim.value is not None:
            return printed_number(claim.value, kind) + claim.stars
        if claim.about is not None:
            return "etwa " + printed_number(claim.about, kind)
        if claim.above is not None:
            return "über " + printed_number(claim.above, kind)
        if claim.between is not None:
            low, high = (printed_number(bound, kind) for bound in claim.between)
            return f"zwischen {low} und {high}"
        return self.compared(claim)

    def compared(self, claim: Claim) -> str:
        """What the report says without a number."""
        if claim.order or claim.clusters:
            groups = [
                joined(self.name(claim, n) for n in group) for group in claim.order or claim.clusters or ()
            ]
            return " > ".join(groups) if claim.order else "einander ähnlich: " + " | ".join(groups)
        if claim.rank:
            places = claim.rank.items()
            return joined(f"{self.name(claim, name)} auf Platz {place}" for name, place in places)
        if claim.small_range is False:
            return "größere Unterschiede"
        return SAID[claim.verb].format(
            names=joined(self.name(claim, name) for name in claim.names),
            part=PARTS.get(str(claim.independent_of)),
        )

    def values(self, claim: Claim, values: Mapping[str, Decimal]) -> str:
        """Names with their values, the highest first; of many only those and the ones spoken of."""
        falling = sorted(values.items(), key=lambda entry: entry[1], reverse=True)
        shown = [
            self.value(claim, name, value)
            for place, (name, value) in enumerate(falling, 1)
            if place <= MOST_SHOWN or name in claim.names
        ]
        return " · ".join(shown) + (" · …" if len(shown) < len(falling) else "")

    def value(self, claim: Claim, name: str, value: Decimal) -> str:
        return f"{self.name(claim, name)} {number(value, claim.statistic)}".replace(" ", NBSP)
