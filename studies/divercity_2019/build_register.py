"""Write register.csv: the 951 offices that were asked, with made-up addresses.

The report gives the number of offices of each type, not which municipality had one, so
a seeded draw decides. Only random() is drawn, whose sequence Python guarantees for a
seed: the same municipalities.csv gives the same file, byte for byte.

    python studies/divercity_2019/build_register.py
"""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent
SEED = 20191104

OFFICES = {"ordnung": 206, "stadtplanung": 206, "soziales": 170, "jugend": 187, "integration": 182}
MAILBOXES = {
    "ordnung": "ordnungsamt",
    "stadtplanung": "stadtplanungsamt",
    "soziales": "sozialamt",
    "jugend": "jugendamt",
    "integration": "integration",
}
WAVE_1_SHARE = 0.23  # the return rate of the first wave
PRIORITY_SHARE = 0.10

# Ranges that the Bundesnetzagentur keeps free for media; each has the extensions 000-999.
BERLIN, HAMBURG, FRANKFURT = "030 23125", "040 66969", "069 90009"
COLOGNE, MUNICH = "0221 4710", "089 99998"
NUMBERS = {
    **dict.fromkeys(("BB", "BE", "MV", "SN", "ST", "TH"), BERLIN),
    **dict.fromkeys(("HB", "HH", "NI", "SH"), HAMBURG),
    **dict.fromkeys(("HE", "RP", "SL"), FRANKFURT),
    "NW": COLOGNE,
    **dict.fromkeys(("BW", "BY"), MUNICH),
}
FIRST_EXTENSION = 100  # those below are left to the institute
TRANSCRIPTION = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}

HEADER = (
    "municipality",
    "state",
    "population",
    "office_type",
    "email",
    "phone",
    "salutation",
    "contact_name",
    "wave1",
    "priority",
)


class Municipality(NamedTuple):
    """A place that has offices."""

    name: str
    state: str
    population: int


def municipalities() -> list[Municipality]:
    """All places of municipalities.csv, in the order of the file."""
    with (FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return [
            Municipality(row["name"], row["state"], int(row["population"])) for row in csv.DictReader(file)
        ]


def slug(name: str) -> str:
    """The name as a label of an internet address, such as 'frankfurt-oder'."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().translate(TRANSCRIPTION)).strip("-")


def draw(places: list[Municipality], size: int, dice: random.Random, *, power: float) -> set[Municipality]:
    """Draw places without replacement, weighted by population ** power.

    Source: Efraimidis & Spirakis (2006), Information Processing Letters 97:181-185.
    """
    keys = {place: dice.random() ** (1 / place.population**power) for place in places}
    return set(sorted(places, key=lambda place: keys[place])[len(places) - size :])


def marked(
    has: dict[str, set[Municipality]],
    places: list[Municipality],
    dice: random.Random,
    *,
    share: float,
    power: float,
) -> dict[str, set[Municipality]]:
    """The same share of the offices of each type, drawn type by type."""
    return {
        office: draw(
            [place for place in places if place in members],
            round(len(members) * share),
            dice,
            power=power,
        )
        for office, members in has.items()
    }


def rows(places: list[Municipality]) -> Iterator[tuple[str | int, ...]]:
    """All offices, by municipality and then in the order of the variants."""
    dice = random.Random(SEED)
    # Small places are the likelier ones to have no office of their own.
    has = {office: draw(places, size, dice, power=1) for office, size in OFFICES.items()}
    wave1 = marked(has, places, dice, share=WAVE_1_SHARE, power=0)
    priority = marked(has, places, dice, share=PRIORITY_SHARE, power=0.25)
    extensions: defaultdict[str, count[int]] = defaultdict(lambda: count(FIRST_EXTENSION))
    for place in places:
        for office in (office for office in OFFICES if place in has[office]):
            email = f"{MAILBOXES[office]}@{slug(place.name)}.example"
            number = NUMBERS[place.state]
            phone = f"{number}-{next(extensions[number]):03d}"
            marks = int(place in wave1[office]), int(place in priority[office])
            yield *place, office, email, phone, "", "", *marks


def main() -> None:
    """Write the register beside this script."""
    with (FOLDER / "register.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows(municipalities()))
    print(f"register.csv: {sum(OFFICES.values())} offices")


if __name__ == "__main__":
    main()
