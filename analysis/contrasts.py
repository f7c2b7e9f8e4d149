"""Tables that compare: codes and answers by group, differences, correlations, clusters. Pure."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from analysis import comparisons
from analysis.codebook import Codebook
from analysis.comparisons import Test
from analysis.figures.parts import nothing_in, steps_of, variables_of
from analysis.numbers import enumerated, p_value, percent, say, written
from analysis.reportfile import Plan
from analysis.results import ALL, Findings
from analysis.statistics import SIGNIFICANT, Answers, Statistic, ranks
from analysis.tables import DASH, Exhibit, Table, joined, offices


def codes_by_office(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """How many offices of each kind named each code, and whether that depends on the kind of office."""
    (variable,) = variables_of(plan, findings)
    groups = [code for code, _ in offices(findings, language)]
    rows = []
    for category in variable.categories:
        if category.parent is None or plan.ranks:
            counts = [findings.find(variable.name, office, "count", category.slug) for office in groups]
            rows.append((category.label, counts))
    if plan.ranks:
        rows.sort(key=lambda row: -(row[1][-1].number or 0))
    places = ranks([counts[-1].number or 0 for _, counts in rows])
    cells = [
        (
            f"{place}. {label}" if plan.ranks else label,
            *(_count(count, language) for count in counts),
            _p(_test_of_counts(counts[:-1]), language),
        )
        for place, (label, counts) in zip(places, rows, strict=True)
    ]
    header = (say(language, "code"), *(label for _, label in offices(findings, language)), "p")
    bases = [findings.find(variable.name, office, "n") for office in groups]
    base = (say(language, "answered"), *(written(each.n, language) for each in bases), "")
    note = say(language, "codes_by_office_note")
    return _exhibit(plan, findings, Table(header, (base, *cells)), note, language)


def _count(count: Statistic, language: str) -> str:
    return written(count.number or 0, language) if count.n else DASH


def _test_of_counts(counts: Sequence[Statistic]) -> Test:
    named = [int(count.number or 0) for count in counts]
    return comparisons.independence([[yes, count.n - yes] for yes, count in zip(named, counts, strict=True)])


def cross_table(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """The answers to one item in groups of offices in per cent, and whether they depend on the group."""
    (variable,) = variables_of(plan, findings)
    counts = {
        label: [int((part[variable.name] == code).sum()) for code in variable.codes]
        for label, part in _groups(plan, findings, language)
    }
    test = comparisons.independence([*counts.values()] or [[0]])
    rows = [
        *counts.items(),
        (say(language, "all"), [sum(column) for column in zip(*counts.values(), strict=True)]),
    ]
    cells = tuple(
        (label, written(sum(found), language), *(_part(count, sum(found), language) for count in found))
        for label, found in rows
    )
    header = (say(language, f"by_{plan.by}"), "n", *steps_of(variable))
    note = joined(say(language, "shares_only"), _test_in_words(test, language))
    return _exhibit(plan, findings, Table(header, cells, has_total=True), note, language)


def _part(count: int, n: int, language: str) -> str:
    return percent(count / n, language, decimals=1) if n else DASH


def returns_by(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """How many returns of each kind of office came from each group, and each group's part of all."""
    codes = [group.code for group in findings.codebook.groups]
    rows = []
    for label, part in _groups(plan, findings, language):
        counts = [int((part["office_type"] == code).sum()) for code in codes]
        share = _part(len(part), len(findings.frame), language)
        rows.append((label, *(written(count, language) for count in (*counts, len(part))), share))
    header = (
        say(language, f"by_{plan.by}"),
        *(label for _, label in offices(findings, language)),
        say(language, "share"),
    )
    return _exhibit(plan, findings, Table(header, tuple(rows)), say(language, "returns_by_note"), language)


def _groups(plan: Plan, findings: Findings, language: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """The groups in their own order, each with its name and its returns; kinds of office are all there."""
    frame, by = findings.frame, str(plan.by)
    if by == "office_type":
        names = {group.code: group.label for group in findings.codebook.groups}
    else:
        found = [str(value) for value in frame[by].unique().sort().to_list()]
        names = {value: _name(by, value, findings.codebook, language) for value in found}
    for value, name in names.items():
        yield name, frame.filter(pl.col(by).cast(pl.String) == value)


def _name(by: str, value: str, codebook: Codebook, language: str) -> str:
    """A size class by its bounds, 0 being below the first; a state by its code."""
    if by == "state" or int(value) not in range(len(codebook.size_classes) + 1) or not codebook.size_classes:
        return value
    if value == "0":
        return say(language, "under_population", high=written(codebook.size_classes[0], language))
    low, *above = codebook.size_classes[int(value) - 1 :]
    if not above:
        return say(language, "from_population", low=written(low, language))
    return say(language, "population", low=written(low, language), high=written(above[0], language))


def differences(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Whether the ratings of each item differ between the kinds of office, and between which of them."""
    labels = {group.code: group.label for group in findings.codebook.groups}
    rows = []
    for variable in variables_of(plan, findings):
        groups = {
            label: Answers.of(findings.frame.filter(pl.col("office_type") == code)[variable.name])
            for code, label in labels.items()
        }
        test = comparisons.kruskal(groups)
        rows.append((variable.short, *_kruskal_cells(test, language), _differing(test, groups, language)))
    header = (say(language, "item"), "n", "H", "df", "p", "Epsilon²", say(language, "differing"))
    return _exhibit(
        plan, findings, Table(header, tuple(rows), wordy=(0, 6)), say(language, "differences_note"), language
    )


def _kruskal_cells(test: Test, language: str) -> tuple[str, ...]:
    if test.value is None or test.effect is None:
        return (str(test.n), DASH, DASH, DASH, DASH)
    h, effect = written(test.value, language, decimals=1), written(test.effect, language, decimals=2)
    return (str(test.n), h, str(test.df), _p(test, language), effect)


def _differing(test: Test, groups: Mapping[str, Answers], language: str) -> str:
    """The pairs that differ after Holm; only asked for where the kinds of office differ at all."""
    if test.p is None or test.p >= SIGNIFICANT:
        return DASH
    found = [
        f"{one} – {other}" for (one, other), p in comparisons.pairwise(groups).items() if p < SIGNIFICANT
    ]
    return "; ".join(found) or DASH


def correlations(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """Every correlation that the report names: Pearson's r, and rank correlations beside it."""
    rows = []
    for result in findings.results:
        if result.statistic.name == "r" and result.office == ALL:
            one, other = str(result.variable).split(" x ")
            rows.append(
                (
                    _pair(one, other, findings),
                    *_coefficients(result.statistic, one, other, findings, language),
                )
            )
    header = (say(language, "pair"), "n", "r", "p", "rho", "tau")
    return _exhibit(plan, findings, Table(header, tuple(rows)), say(language, "correlations_note"), language)


def _pair(one: str, other: str, findings: Findings) -> str:
    return " × ".join(findings.codebook.variable(name).short for name in (one, other))


def _coefficients(r: Statistic, one: str, other: str, findings: Findings, language: str) -> tuple[str, ...]:
    x, y = findings.frame[one], findings.frame[other]
    pearson = DASH if r.number is None else written(r.number, language, decimals=2) + r.stars
    p = DASH if r.p is None else p_value(r.p, language)
    others = (comparisons.spearman(x, y), comparisons.kendall(x, y))
    ranked = (DASH if each.effect is None else written(each.effect, language, decimals=2) for each in others)
    return (str(r.n), pearson, p, *ranked)


def clusters(plan: Plan, findings: Findings, language: str) -> Exhibit:
    """The kinds of office grouped by how alike their means of the items are."""
    profiles: dict[str, list[float]] = {}
    for group in findings.codebook.groups:
        means = [findings.find(name, group.code, "mean").number for name in plan.variables]
        if None not in means:
            profiles[group.label] = [mean for mean in means if mean is not None]
    found = comparisons.clusters(profiles, plan.number)
    rows = tuple((str(number), enumerated(names, language)) for number, names in enumerate(found, start=1))
    header = (say(language, "cluster"), say(language, "offices"))
    note = say(language, "clusters_note", count=str(len(plan.variables)))
    return _exhibit(plan, findings, Table(header, rows, wordy=(0, 1)), note, language)


def _exhibit(plan: Plan, findings: Findings, table: Table, note: str, language: str) -> Exhibit:
    """The table; in its place a sentence where there is nothing to compare."""
    variables = variables_of(plan, findings)
    nothing = nothing_in(findings, variables, language)
    return Exhibit(plan.label, plan.title, None, nothing, joined(nothing or note, plan.note), table)


def _p(test: Test, language: str) -> str:
    return DASH if test.p is None else p_value(test.p, language)


def _test_in_words(test: Test, language: str) -> str:
    if test.p is None or test.effect is None:
        return say(language, "test_undefined")
    p, effect = p_value(test.p, language), written(test.effect, language, decimals=2)
    if test.value is None:
        return say(language, "test_fisher", p=p, effect=effect, n=str(test.n))
    value = written(test.value, language, decimals=1)
    return say(language, "test_chi", value=value, df=str(test.df), p=p, effect=effect, n=str(test.n))
