"""The synthetic returns of 2019 say what the report says.

Expected values are those that the report prints; L is the line of its text. Shares and means are rounded
half up to the printed decimal. The report adds rounded labels, so a sum of two categories may agree as such.
"""

import csv
import statistics
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from math import dist
from pathlib import Path
from typing import Any

import pytest
import yaml
from scipy import stats

from studies.divercity_2019 import reconstruct

pytestmark = pytest.mark.once

STUDY = Path(reconstruct.__file__).parent
OFFICES = ("ordnung", "stadtplanung", "soziales", "jugend", "integration")
YES, NO, DONT_KNOW = 1, 0, 9
AGREE, DISAGREE = (3, 4), (1, 2)

Row = dict[str, str]


@cache
def returns() -> tuple[Row, ...]:
    with (STUDY / "returns.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def register() -> dict[tuple[str, str], Row]:
    with (STUDY / "register.csv").open(encoding="utf-8", newline="") as file:
        return {(row["municipality"], row["office_type"]): row for row in csv.DictReader(file)}


def of(office: str) -> list[Row]:
    return [row for row in returns() if office in ("all", row["office_type"])]


def valid(variable: str, office: str = "all") -> list[int]:
    answers = [int(row[variable]) for row in of(office)]
    return [answer for answer in answers if answer >= 0]


def mean(variable: str, office: str = "all") -> Fraction:
    answers = valid(variable, office)
    return Fraction(sum(answers), len(answers))


def per_cent(variable: str, codes: Iterable[int], office: str = "all") -> Fraction:
    answers = valid(variable, office)
    return Fraction(100 * sum(answer in codes for answer in answers), len(answers))


def quartiles(variable: str, office: str) -> list[float]:
    return statistics.quantiles(valid(variable, office), n=4, method="inclusive")


def rounded(value: Fraction, decimals: int = 1) -> Fraction:
    """Half up, exactly."""
    step = 10**decimals
    return Fraction((2 * value * step + 1) // 2, step)


def named(variable: str, slug: str, office: str = "all") -> int:
    return sum(row[f"{variable}__{slug}"] == "1" for row in of(office))


def slugs(variable: str) -> list[str]:
    columns = [column for column in returns()[0] if column.startswith(f"{variable}__")]
    return [column.removeprefix(f"{variable}__") for column in columns if not column.endswith("__status")]


def ranking(variable: str, office: str = "all") -> list[str]:
    """Slugs by how often they are named; a tie among the first three would make a rank unclear."""
    counts = Counter({slug: named(variable, slug, office) for slug in slugs(variable)})
    first = [count for _, count in counts.most_common(4)]
    assert len(set(first)) >= 3
    return [slug for slug, _ in counts.most_common()]


def independence(table: list[list[int]]) -> float:
    """p of the chi-square test; empty columns say nothing."""
    columns = [column for column in zip(*table, strict=True) if sum(column)]
    return float(stats.chi2_contingency(list(zip(*columns, strict=True)), correction=False).pvalue)


def read_yaml(name: str) -> Any:
    return yaml.safe_load((STUDY / name).read_text(encoding="utf-8"))


@cache
def items() -> tuple[dict[str, Any], ...]:
    questions = [
        question for page in read_yaml("questionnaire.yaml")["pages"] for question in page["questions"]
    ]
    return tuple(item for question in questions for item in question["items"])


def parents(variable: str) -> dict[str, str | None]:
    systems = read_yaml("codes.yaml")["systems"]
    codes = next(system["codes"] for system in systems if variable in system["variables"])
    return {code["slug"]: code.get("under") for code in codes}


# --- the file ---


def test_the_script_writes_the_same_file_byte_for_byte() -> None:
    assert reconstruct.returns_csv().encode() == (STUDY / "returns.csv").read_bytes()


def test_columns_follow_the_questionnaire_and_the_category_systems() -> None:
    expected = [
        "id",
        "office_type",
        "state",
        "size_class",
        "mode",
        "submitted_on",
        "municipality",
        "submitted_at",
    ]
    for item in items():
        name = item["variable"]
        expected.append(name)
        if item.get("kind") == "text":
            expected += [f"{name}__status", *(f"{name}__{slug}" for slug in parents(name))]
    assert list(returns()[0]) == expected
    assert [int(row["id"]) for row in returns()] == list(range(1, 187))


def test_every_return_comes_from_another_office_of_the_register() -> None:
    senders = [(row["municipality"], row["office_type"]) for row in returns()]
    assert len(set(senders)) == 186
    for row, sender in zip(returns(), senders, strict=True):
        population = int(register()[sender]["population"])
        assert row["state"] == register()[sender]["state"]
        assert int(row["size_class"]) == 1 + (population >= 100_000) + (population >= 200_000)


def test_returns_rise_after_each_contact() -> None:
    days = Counter(row["submitted_on"] for row in returns())
    assert min(days) == "2019-11-04"  # L97
    assert max(days) < "2020-01-31"
    for before, contact, after in (  # L98: the three reminders, and three working days on either side
        (("2019-11-19", "2019-11-20", "2019-11-21"), "2019-11-22", ("2019-11-25", "2019-11-26")),
        (("2019-12-03", "2019-12-04", "2019-12-05"), "2019-12-06", ("2019-12-09", "2019-12-10")),
        (("2019-12-30", "2020-01-02", "2020-01-03"), "2020-01-06", ("2020-01-07", "2020-01-08")),
    ):
        assert sum(days[day] for day in (contact, *after)) > 2 * sum(days[day] for day in before)
    assert all(row["submitted_at"].startswith(row["submitted_on"]) for row in returns())


def test_filters_leave_answers_only_where_the_item_was_asked() -> None:
    for item in items():
        name, condition = item["variable"], item.get("asked_if", {})
        for row in returns():
            asked = all(int(row[filtering]) in codes for filtering, codes in condition.items())
            status = int(row[f"{name}__status"]) if item.get("kind") == "text" else min(int(row[name]), 0)
            assert status in ((0, -9) if asked else (-10,))


def test_every_open_answer_has_words_and_codes_and_a_subcode_implies_the_code_above() -> None:
    for item in (item for item in items() if item.get("kind") == "text"):
        name, above = item["variable"], parents(item["variable"])
        for row in returns():
            status, cells = int(row[f"{name}__status"]), {slug: int(row[f"{name}__{slug}"]) for slug in above}
            assert bool(row[name]) == (status == 0)
            assert (1 in cells.values()) == (status == 0)
            assert status == 0 or set(cells.values()) == {status}
            assert all(cells[parent] == 1 for slug, parent in above.items() if parent and cells[slug] == 1)


# --- who answered ---


@pytest.mark.parametrize(("office", "n"), [*zip((*OFFICES, "all"), (47, 30, 32, 29, 48, 186), strict=True)])
def test_as_many_offices_answered_as_the_report_counts(office: str, n: int) -> None:
    assert len(of(office)) == n  # L126


def test_three_in_five_municipalities_sent_at_least_one_return() -> None:
    answered = {row["municipality"] for row in returns()}
    asked = {municipality for municipality, _ in register()}
    assert rounded(Fraction(100 * len(answered), len(asked)), 0) == 60  # L137


def test_most_returns_come_from_north_rhine_westphalia() -> None:
    (first, most), (_, second) = Counter(row["state"] for row in returns()).most_common(2)
    assert (first, most > 2 * second) == ("NW", True)  # L709


# --- shares ---


@pytest.mark.parametrize(
    ("variable", "office", "codes", "published"),
    [
        ("v4_sicherheit", "ordnung", (10,), "72.5"),  # L282
        ("v6_neu", "all", AGREE, "35.4"),  # L327
        ("v6_anpassen", "all", AGREE, "68.7"),  # L326
        ("v7_arbeitsgruppen", "all", (YES,), "95.6"),  # L368
        ("v7_quartiersmanagement", "all", (YES,), "87.4"),  # L369
        ("v7_lenkungsgruppen", "all", (YES,), "78.5"),  # L370
        ("v7_kpr", "all", (YES,), "54.2"),  # L371
        ("v7_kpr", "all", (DONT_KNOW,), "19.2"),  # L390
        ("v7_sop", "all", (YES,), "59.2"),  # L372
        ("v7_sop", "all", (DONT_KNOW,), "27.4"),  # L386
        ("v7_emailverteiler", "all", (YES,), "81.4"),  # L380
        ("v7_vorgaben", "all", (YES,), "64.2"),  # L382
        ("v7_leitlinien", "all", (YES,), "47.4"),  # L383
        ("v7_leitlinien", "all", (DONT_KNOW,), "26.3"),  # L385
        ("v8_vertrauen", "all", (2,), "7.8"),  # L399
        ("v8_vertrauen", "all", (3,), "70.6"),  # L400
        ("v8_vertrauen", "all", (4,), "21.1"),  # L401
        ("v8_verbindlich", "all", DISAGREE, "23.3"),  # L431
        ("v8_massnahmen", "all", DISAGREE, "14.9"),  # L434
        ("v8_massnahmen", "all", AGREE, "85.1"),  # L435
        ("v8_ziele_schwierig", "all", (2,), "61.2"),  # L421
        ("v8_ziele_schwierig", "all", AGREE, "25.8"),  # L436
        ("v8_ziele_schwierig", "all", DISAGREE, "74.1"),  # L439, only as 12,9 + 61,2
        ("v9_geregelt", "all", AGREE, "79.6"),  # L451
        ("v9_persoenlich", "all", AGREE, "89.5"),  # L453
        ("v9_recht", "all", AGREE, "72.0"),  # L454
        ("v9_richtlinien", "all", AGREE, "63.8"),  # L455
        ("v9_schriftlich", "all", AGREE, "57.0"),  # L455
        ("v16_beteiligung", "all", AGREE, "66.6"),  # L783, only as 48,3 + 18,3
        ("v17_aufwand", "all", AGREE, "63.6"),  # L785
        ("v19_interkommunal", "ordnung", AGREE, "48.9"),  # L869
        ("v19_interkommunal", "stadtplanung", AGREE, "38.0"),  # L837, only as 19,0 + 19,0
        ("v19_interkommunal", "soziales", AGREE, "40.0"),  # L870
        ("v19_interkommunal", "jugend", AGREE, "48.1"),  # L870
        ("v19_interkommunal", "integration", AGREE, "56.7"),  # L864
        ("v20_wunsch", "all", (3,), "54.9"),  # L904, by layout
        ("v20_wunsch", "all", AGREE, "74.3"),  # L940
        ("v21_dauerhaft", "all", (3,), "59.0"),  # L902, by layout
        ("v21_dauerhaft", "all", AGREE, "79.2"),  # L942
    ],
)
def test_share_agrees_with_the_report(
    variable: str, office: str, codes: tuple[int, ...], published: str
) -> None:
    exact = rounded(per_cent(variable, codes, office))
    labels = sum(rounded(per_cent(variable, [code], office)) for code in codes)
    assert Fraction(published) in (exact, labels)


@pytest.mark.parametrize(
    ("variable", "office", "published", "tolerance"),
    [
        ("v8_verbindlich", "all", 75, 2.5),  # L433 "drei Viertel"
        ("v21_dauerhaft", "integration", 90, 2.5),  # L944 "etwa 90%"
        ("v21_dauerhaft", "jugend", 75, 2.5),  # L945 "etwa drei Viertel"
    ],
)
def test_agreement_given_in_words_is_near(
    variable: str, office: str, published: int, tolerance: float
) -> None:
    assert abs(per_cent(variable, AGREE, office) - published) <= tolerance


@pytest.mark.parametrize(
    ("variable", "n"), [("v8_vertrauen", 180), ("v8_ziele_schwierig", 178), ("v7_sop", 179), ("v7_kpr", 177)]
)
def test_item_has_the_base_that_its_printed_shares_imply(variable: str, n: int) -> None:
    assert len(valid(variable)) == n


def test_small_and_large_spreads_of_agreement() -> None:
    wish, lasting = (
        [per_cent(variable, AGREE, office) for office in OFFICES]
        for variable in ("v20_wunsch", "v21_dauerhaft")
    )
    assert max(wish) - min(wish) <= 10  # L941
    assert max(lasting) - min(lasting) > max(wish) - min(wish)  # L944
    assert min(*wish, *lasting) > 50  # L1046
    assert max(lasting) == lasting[OFFICES.index("integration")]  # L946


# --- means and boxes ---


@pytest.mark.parametrize(
    ("variable", "means"),
    [  # L250-263; None is not printed
        ("v4_sicherheit", ("9.6", "5.7", "7.0", "6.5", None)),
        ("v4_vielfalt", (None, "6.8", "9.1", "8.6", "9.6")),
    ],
)
def test_mean_agrees_with_the_report(variable: str, means: tuple[str | None, ...]) -> None:
    for office, published in zip(OFFICES, means, strict=True):
        assert published is None or rounded(mean(variable, office)) == Fraction(published)
        assert mean(variable, office) > Fraction("5.5")  # L265


def test_box_plots_agree_with_the_report() -> None:
    assert quartiles("v4_sicherheit", "ordnung") == [9, 10, 10]  # L280, L284
    assert Counter(valid("v4_sicherheit", "ordnung")) == {10: 29, 9: 7, 8: 1, 7: 3}  # L282-285
    assert quartiles("v4_vielfalt", "integration") == [9, 10, 10]  # L285
    q1, _, q3 = quartiles("v4_sicherheit", "integration")
    assert (q1, q3) == (4, 8)  # L290
    assert quartiles("v4_vielfalt", "soziales") == [8, 10, 10]  # L292


def test_spread_and_medians_of_safety_lie_as_described() -> None:
    boxes = {office: quartiles("v4_sicherheit", office) for office in OFFICES}
    widths = {office: q3 - q1 for office, (q1, _, q3) in boxes.items()}
    assert max(widths.values()) == widths["integration"] == 4  # L289
    assert sorted(widths.values())[-2] < 4
    lower = max(boxes[office][1] for office in ("stadtplanung", "integration"))
    assert min(boxes[office][1] for office in ("soziales", "jugend")) > lower  # L298


# --- orderings ---

# Offices from the highest to the lowest mean, as far as the report orders them; within a group, in any order.
ORDERINGS = [
    ("v4_sicherheit", ["ordnung"], ["soziales", "jugend", "integration"], ["stadtplanung"]),  # L250-254
    ("v4_vielfalt", ["integration"], ["ordnung", "soziales", "jugend"], ["stadtplanung"]),  # L251-254
    ("v10_nutzung", ["ordnung", "stadtplanung"], ["soziales", "jugend", "integration"]),  # L514
    ("v10_gefluechtete", ["integration"], ["stadtplanung", "soziales", "jugend"], ["ordnung"]),  # L520
    ("v10_krim_zuw", ["ordnung"], ["stadtplanung", "soziales", "jugend", "integration"]),  # L521
    ("v10_krim_sonst", ["ordnung"], ["stadtplanung", "soziales", "jugend", "integration"]),  # L523
    ("v10_disorder", ["ordnung"], ["stadtplanung"], ["soziales", "jugend", "integration"]),  # L526
    ("v10_bau", ["stadtplanung"], ["ordnung", "soziales", "jugend", "integration"]),  # L528
    ("v11_extern", ["ordnung"], ["jugend"], ["soziales"]),  # L536-541
    ("v11_bevoelkerung", ["ordnung"], ["jugend"], ["soziales"]),  # L536-541
    ("v11_politik", ["integration"], ["stadtplanung", "soziales", "jugend"], ["ordnung"]),  # L545
    ("v11_spitze", ["ordnung"], ["stadtplanung", "soziales", "jugend"], ["integration"]),  # L548
    ("v11_medien", ["integration"], ["ordnung", "stadtplanung", "soziales", "jugend"]),  # L550
    ("v11_steuerung", ["jugend"], ["stadtplanung", "soziales", "integration"], ["ordnung"]),  # L552
    ("v12_staedtebau", ["stadtplanung"], ["ordnung", "soziales", "jugend"], ["integration"]),  # L611-618
    ("v12_sozialraum", ["soziales", "jugend"], ["integration"]),  # L617
    ("v12_strukturell", ["integration"], ["soziales", "jugend", "stadtplanung"], ["ordnung"]),  # L606-617
    ("v12_sozial", ["integration"], ["soziales", "jugend", "stadtplanung"], ["ordnung"]),  # L606-617
    ("v12_kulturell", ["integration"], ["soziales", "jugend", "stadtplanung"], ["ordnung"]),  # L606-617
    ("v14_zielgruppe", ["jugend"], ["all"]),  # L660
    ("v14_raeume", ["jugend"], ["all"]),  # L660
    ("v14_arbeitszeit", ["jugend"], ["all"]),  # L660
    ("v8_massnahmen", ["all"], ["soziales"]),  # L436
    ("v8_ziele_schwierig", ["integration"], ["all"]),  # L440
]


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda ordering: ordering[0])
def test_offices_lie_in_the_reported_order(ordering: tuple[str, *tuple[list[str], ...]]) -> None:
    variable, *groups = ordering
    for higher, lower in pairwise(groups):
        assert min(mean(variable, office) for office in higher) > max(
            mean(variable, office) for office in lower
        )


@pytest.mark.parametrize(
    ("higher", "lower", "office"),
    [
        ("v11_extern v11_bevoelkerung", "v11_politik v11_spitze v11_medien v11_steuerung", "all"),  # L534
        ("v11_extern v11_bevoelkerung", "v11_politik v11_spitze v11_medien v11_steuerung", "ordnung"),  # L556
        (
            "v11_extern",
            "v11_bevoelkerung v11_politik v11_spitze v11_medien v11_steuerung",
            "integration",
        ),  # L537
        ("v11_bevoelkerung", "v11_extern", "stadtplanung"),  # L539
        (
            "v10_nutzung v10_vielfalt v10_gefluechtete v10_disorder v10_bau",
            "v10_krim_zuw v10_krim_sonst",
            "all",
        ),
        ("v12_staedtebau v12_sozialraum", "v12_strukturell v12_sozial v12_kulturell", "ordnung"),  # L606
        ("v12_strukturell v12_sozial v12_kulturell", "v12_sozialraum", "integration"),  # L613
        ("v12_sozialraum", "v12_staedtebau", "integration"),  # L613
        ("v13_wissen", "v13_zielgruppe v13_raeume v13_arbeitszeit", "all"),  # L631
        ("v14_wissen", "v14_zielgruppe v14_raeume v14_arbeitszeit", "all"),  # L631
        ("v13_zielgruppe v13_raeume v13_arbeitszeit", "v13_finanz", "all"),  # L659
        ("v14_zielgruppe v14_raeume v14_arbeitszeit", "v14_finanz", "all"),  # L659
    ],
)
def test_items_lie_in_the_reported_order(higher: str, lower: str, office: str) -> None:
    lowest = min(mean(variable, office) for variable in higher.split())
    assert lowest > max(mean(variable, office) for variable in lower.split())


def spread(variable: str) -> Fraction:
    means = [mean(variable, office) for office in OFFICES]
    return max(means) - min(means)


def test_means_that_the_report_calls_alike_are_near_each_other() -> None:
    assert abs(mean("v10_nutzung", "ordnung") - mean("v10_nutzung", "stadtplanung")) <= Fraction(
        "0.1"
    )  # L514
    assert abs(mean("v10_vielfalt", "ordnung") - mean("v10_vielfalt", "integration")) <= Fraction(
        "0.1"
    )  # L517
    assert spread("v11_spitze") <= Fraction("0.3")  # L549
    assert spread("v11_medien") > spread("v11_spitze")  # L550
    gaps = [mean("v14_wissen", office) - mean("v13_wissen", office) for office in OFFICES]
    assert min(gaps) > 0  # L667
    assert max(gaps) - min(gaps) <= Fraction("0.1")  # L632


def test_offices_differ_more_in_giving_than_in_taking() -> None:
    for resource in ("zielgruppe", "raeume", "arbeitszeit"):
        assert spread(f"v13_{resource}") < spread(f"v14_{resource}")  # L662
        assert 2 <= mean(f"v14_{resource}") <= 3  # L659


def test_social_offices_youth_and_integration_form_one_cluster() -> None:
    fields = [item["variable"] for item in items() if item["variable"].startswith("v12_")]
    profiles = {office: [float(mean(field, office)) for field in fields] for office in OFFICES}
    near = ("soziales", "jugend", "integration")
    within = max(dist(profiles[one], profiles[other]) for one, other in combinations(near, 2))
    others = [pair for pair in combinations(OFFICES, 2) if not set(pair) <= set(near)]
    assert within < min(dist(profiles[one], profiles[other]) for one, other in others)  # L602, L956


def test_ordnung_knows_best_about_partnerships_for_order() -> None:
    unknown = {office: per_cent("v7_sop", [DONT_KNOW], office) for office in OFFICES}
    assert min(unknown, key=unknown.__getitem__) == "ordnung"  # L388


# --- relations ---


@pytest.mark.parametrize(
    ("x", "y", "r", "stars"),
    [
        ("v9_persoenlich", "v8_vertrauen", 0.34, "**"),  # L459
        ("v16_beteiligung", "v17_aufwand", 0.16, "*"),  # L787
    ],
)
def test_correlation_agrees_with_the_report(x: str, y: str, r: float, stars: str) -> None:
    answers = [(int(row[x]), int(row[y])) for row in returns()]
    found = stats.pearsonr(*zip(*[pair for pair in answers if min(pair) >= 0], strict=True))
    assert round(float(found.statistic), 2) == r
    assert ("**" if found.pvalue < 0.01 else "*" if found.pvalue < 0.05 else "") == stars


def test_trust_does_not_depend_on_the_size_of_the_municipality() -> None:
    table = [
        [
            sum(row["size_class"] == size and row["v8_vertrauen"] == code for row in returns())
            for code in "1234"
        ]
        for size in "123"
    ]
    assert independence(table) > 0.05  # L401


# --- open answers ---


@pytest.mark.parametrize("slug", slugs("o1_chancen"))
def test_no_chance_is_named_by_one_kind_of_office_more_than_by_others(slug: str) -> None:
    column = f"o1_chancen__{slug}"
    table = [[sum(row[column] == code for row in of(office)) for code in "01"] for office in OFFICES]
    assert independence(table) > 0.05  # L147


@pytest.mark.parametrize("variable", ["o6_neu", "o6_anpassen"])
def test_networks_on_safety_are_proposed_by_all_and_above_all_by_ordnung(variable: str) -> None:
    shares = {}
    for office in OFFICES:
        answers = sum(row[f"{variable}__status"] == "0" for row in of(office))
        shares[office] = Fraction(named(variable, "netzwerke_sicherheit", office), answers)
    assert min(shares.values()) > 0  # L361
    assert max(shares, key=shares.__getitem__) == "ordnung"  # L360


def test_programmes_rank_as_reported() -> None:
    both = {"soziale_stadt", "demokratie_leben"}
    assert set(ranking("o9_programme")[:2]) == both  # L675
    for office in ("ordnung", "soziales", "jugend"):
        assert both < set(ranking("o9_programme", office)[:3])  # L703
    assert ranking("o9_programme", "soziales")[2] == "komm_an_nrw"  # L708
    assert {"ehap", "komm_an_nrw"} <= set(ranking("o9_programme", "integration")[:3])  # L704


@pytest.mark.parametrize(
    ("slug", "office"),
    [
        ("weltoffenes_sachsen", "integration"),  # L700
        ("weltoffenes_sachsen", "jugend"),  # L700
        ("wir_hessen", "integration"),  # L712
        ("wir_hessen", "jugend"),  # L712
        ("esf", "jugend"),  # L715
        ("staedtebaufoerderung", "stadtplanung"),  # L721
        ("bildungskoordination", "ordnung"),  # L725
        ("dialog_der_religionen", "ordnung"),  # L726
        ("konfliktmanagement", "integration"),  # L729
    ],
)
def test_programme_is_named_where_the_report_names_it(slug: str, office: str) -> None:
    assert named("o9_programme", slug, office) > 0


@pytest.mark.parametrize(
    ("slug", "state"), [("komm_an_nrw", "NW"), ("wir_hessen", "HE"), ("weltoffenes_sachsen", "SN")]
)
def test_programme_of_a_land_is_used_in_that_land_only(slug: str, state: str) -> None:
    assert {row["state"] for row in returns() if row[f"o9_programme__{slug}"] == "1"} == {state}


def test_reasons_rank_as_reported() -> None:
    assert ranking("o15_gruende")[:2] == ["personelle_ressourcen", "fehlende_passung"]  # L738, L754


def test_the_overview_is_missing_above_all_in_small_municipalities() -> None:
    column = "o15_gruende__ueberblickswissen"
    small, larger = (
        [row[column] for row in returns() if row[column] in "01" and (row["size_class"] == "1") == is_small]
        for is_small in (True, False)
    )
    assert small.count("1") / len(small) > larger.count("1") / len(larger)  # L755


def test_formats_of_participation_are_as_many_as_the_report_names() -> None:
    formats = {slug: parent for slug, parent in parents("o18_formate").items() if parent}
    assert all(named("o18_formate", slug) for slug in formats)
    assert list(Counter(formats.values()).values()) == [10, 9, 11, 2, 2, 1, 2]  # L803-823
