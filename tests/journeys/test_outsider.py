"""A program that knows only the contract answers all five forms of 2019 and finds its answers coded."""

import csv
import random
from pathlib import Path

import pytest

from tests import builders
from tests.journeys.machine import FieldPhase, Machine
from tests.journeys.outsider import Browser, Choose, Visit, fill_in, read_table

pytestmark = pytest.mark.once

ABOUT = ["id", "office_type", "state", "size_class", "mode", "submitted_on"]
CLOSED, OPEN = 57, 8  # 56 closed items and v9x_nutzt; the contract counts 65 variables in all
TEXT = 'Ämter & "Runde Tische", <b>vor Ort</b>;\r\n=1+1 – Straße 🙂'

# An open question is asked only after one of these answers.
FILTERS = {
    "o6_neu": ("v6_neu", {"3", "4"}),
    "o6_anpassen": ("v6_anpassen", {"3", "4"}),
    "o9_programme": ("v9x_nutzt", {"1"}),
    "o15_gruende": ("v9x_nutzt", {"0"}),
    "o18_formate": ("v16_beteiligung", {"3", "4"}),
    "o19_themen": ("v19_interkommunal", {"3", "4"}),
}


def highest(name: str, codes: list[str]) -> str | None:
    return max(codes, key=int) if codes else f"{TEXT} {name}"


def lowest(name: str, codes: list[str]) -> str | None:
    """Also writes where nothing is asked, as a program without scripts may."""
    return min(codes, key=int) if codes else f"{TEXT} {name}"


def nothing(name: str, codes: list[str]) -> str | None:
    return None


def by_dice(seed: int) -> Choose:
    dice = random.Random(seed)

    def choose(name: str, codes: list[str]) -> str | None:
        return None if dice.random() < 0.2 else dice.choice(codes or [f"{TEXT} {name}"])

    return choose


MANNERS: dict[str, Choose] = {
    "ordnung": highest,
    "stadtplanung": lowest,
    "soziales": nothing,
    "jugend": by_dice(1),
    "integration": by_dice(2),
}


def write_links(field: FieldPhase, file: Path) -> None:
    """The links as the demo hands them out."""
    with file.open("w", newline="") as links:
        writer = csv.writer(links)
        writer.writerow(("office_type", "municipality", "url"))
        writer.writerows((case.office_type, case.municipality, case.url) for case in field.cases)


def is_asked(name: str, given: dict[str, str]) -> bool:
    if name not in FILTERS:
        return True
    variable, codes = FILTERS[name]
    return given.get(variable) in codes


def expected(visit: Visit) -> dict[str, str]:
    """The cells that the contract promises for what was put in."""
    cells: dict[str, str] = {}
    for name in visit.variables:
        missing = "-10" if not is_asked(name, visit.given) else "-9" if name not in visit.given else ""
        if name.startswith("o"):
            cells |= {name: "" if missing else visit.given[name], f"{name}__status": missing or "0"}
        else:
            cells[name] = missing or visit.given[name]
    return cells


def without_returns(cells: dict[str, str]) -> dict[str, str]:
    return {name: text.replace("\r\n", "\n") for name, text in cells.items()}


def dense(text: str) -> str:
    """The text without any white space, for line breaks may look like anything."""
    return "".join(text.split())


def check_copy(url: str, visit: Visit) -> None:
    """Behind the link there is now a copy to read; what a filter hid is not in it."""
    copy = Browser().open(url)
    assert copy.status == 200
    assert copy.tree.xpath("//form | //input | //textarea | //button") == []
    text = dense(copy.text)
    for name, given in visit.given.items():
        words = visit.labels.get(name, given)
        shown = f"{given} (1 = " if name.startswith("v4_") else words
        assert (dense(shown) in text) == is_asked(name, visit.given), f"{name}: {shown}"


def size_class(population: int) -> str:
    return "1" if population < 100_000 else "2" if population < 200_000 else "3"


def test_a_program_that_knows_only_the_contract_finds_its_answers_coded(
    service: Machine, field_2019: FieldPhase, tmp_path: Path
) -> None:
    write_links(field_2019, tmp_path / "links.csv")
    links = read_table(tmp_path / "links.csv")
    chosen = {kind: next(row for row in links if row["office_type"] == kind) for kind in MANNERS}

    visits = {kind: fill_in(chosen[kind]["url"], manner) for kind, manner in MANNERS.items()}
    for kind, visit in visits.items():
        check_copy(chosen[kind]["url"], visit)

    service.manage("report", "--survey", field_2019.survey, "--out", str(tmp_path))
    rows = read_table(tmp_path / "returns_coded.csv")
    by_kind = {row["office_type"]: row for row in rows if row["office_type"] in MANNERS}
    columns = list(rows[0])
    order = visits["ordnung"].variables
    assert columns[:6] == ABOUT
    assert [name for name in columns[6:] if "__" not in name] == order
    assert len(order) == len(set(order)) == CLOSED + OPEN
    assert [int(row["id"]) for row in rows] == sorted(int(row["id"]) for row in rows)
    places = {row["municipality"]: row for row in read_table(builders.STUDY_2019 / "register.csv")}
    for kind, visit in visits.items():
        row, place = by_kind[kind], places[chosen[kind]["municipality"]]
        assert visit.variables == order
        assert {name: row[name] for name in ABOUT[1:]} == {
            "office_type": kind,
            "state": place["state"],
            "size_class": size_class(int(place["population"])),
            "mode": "online",
            "submitted_on": "2019-11-05",
        }
        cells = without_returns(expected(visit))
        assert without_returns({name: row[name] for name in cells}) == cells
    assert not {"municipality", "email", "contact_name", "receipt", "url"} & set(columns)
    text = (tmp_path / "returns_coded.csv").read_text()
    assert not [case.url for case in field_2019.cases if case.url.rpartition("/")[2] in text]
