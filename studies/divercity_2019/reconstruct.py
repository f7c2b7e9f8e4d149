"""Write returns.csv: synthetic returns that reproduce what the report of 2019 publishes.

They are not the real returns, which were never published. Counts come first: reconstruction/counts.yaml
says how many returns of each office gave which answer, and why. This script deals those counts to
returns; nothing that it draws can change a count. Two correlations are then brought about by swapping
answers within an office, and reconstruction/phrases.yaml lends the words of the open answers.
Only random() is drawn, whose sequence Python guarantees for a seed: the same files, byte for byte.

    python studies/divercity_2019/reconstruct.py
"""

import csv
import io
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import chain, cycle
from pathlib import Path
from typing import Any, TypeVar

import yaml

FOLDER = Path(__file__).resolve().parent
SEED = 16  # with it, trust hangs on no size of place and every programme of a Land finds its offices

NO_ANSWER, NOT_APPLICABLE = -9, -10
LEANING = 0.5  # weight of a return's own inclination, against chance, in how far it agrees to an item
PULL_OF_SIZE = 0.2  # larger places take part a little more often
NEAR_ENOUGH = 0.003  # to a correlation printed with two decimals; one swap moves it by about 0.01
MOST_SWAPS = 5000

# Four contacts are reported (L97), the late personal letters without a date (L98). How many returns
# followed each of them is ours.
WAVES = {
    date(2019, 11, 4): 64,
    date(2019, 11, 22): 46,
    date(2019, 12, 6): 30,
    date(2020, 1, 6): 27,
    date(2020, 1, 16): 19,
}
FIELD_END = date(2020, 1, 31)
LATE_LETTERS = WAVES[
    date(2020, 1, 16)
]  # went to offices of the first wave and to those that matter most to the project
HOLIDAYS = {date(2019, 12, day) for day in (24, 25, 26, 31)} | {date(2020, 1, 1)}
NEXT_DAY = 0.8  # chance that a form lies for another working day
EVENING = 0.04  # chance that it is sent in the evening
WINTER_TIME = timezone(timedelta(hours=1))  # the whole field phase
UNDATED = datetime.min.replace(tzinfo=WINTER_TIME)

DRAFTS = 5  # of an answer's words, the first that nobody has used yet

Dice = random.Random
T = TypeVar("T")


@dataclass(eq=False)
class Return:
    """One office's form: who sent it, what it says, and the codes that its open answers name."""

    municipality: str
    state: str
    population: int
    office_type: str
    marked: bool  # took part in the first wave, or has priority
    agrees: float
    skips: float
    answers: dict[str, int | str] = field(default_factory=dict)
    named: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    submitted_at: datetime = UNDATED


@dataclass(frozen=True)
class Item:
    """What matters here of an item of the questionnaire."""

    variable: str
    is_text: bool
    asked_if: dict[str, list[int]]

    def is_asked(self, answers: dict[str, int | str]) -> bool:
        """Whether the filters let the item through."""
        return all(answers[variable] in codes for variable, codes in self.asked_if.items())


@dataclass(frozen=True)
class Sources:
    """The files that the reconstruction rests on."""

    items: list[Item]
    parents: dict[str, dict[str, str | None]]  # of each code of each coded item
    register: list[dict[str, str]]
    counts: dict[str, Any]
    slots: dict[str, list[str]]
    open: dict[str, dict[str, Any]]
    size_classes: list[int]


def read_yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def read_sources() -> Sources:
    phrases = read_yaml("reconstruction/phrases.yaml")
    with (FOLDER / "register.csv").open(encoding="utf-8", newline="") as file:
        register = list(csv.DictReader(file))
    return Sources(
        items=list(items()),
        parents={
            variable: {code["slug"]: code.get("under") for code in system["codes"]}
            for system in read_yaml("codes.yaml")["systems"]
            for variable in system["variables"]
        },
        register=register,
        counts=read_yaml("reconstruction/counts.yaml"),
        slots=phrases["slots"],
        open=phrases["open"],
        size_classes=read_yaml("survey.yaml")["size_classes"],
    )


def items() -> Iterator[Item]:
    for page in read_yaml("questionnaire.yaml")["pages"]:
        for item in chain.from_iterable(question["items"] for question in page["questions"]):
            yield Item(item["variable"], item.get("kind") == "text", item.get("asked_if", {}))


# --- dice ---


def shuffled(things: Iterable[T], dice: Dice) -> list[T]:
    return sorted(things, key=lambda _: dice.random())


def pick(things: Sequence[T], dice: Dice) -> T:
    return things[int(dice.random() * len(things))]


def by_office(returns: Iterable[Return], offices: Iterable[str]) -> list[list[Return]]:
    """The returns of each office, in the order of every row of counts."""
    groups: dict[str, list[Return]] = {office: [] for office in offices}
    for form in returns:
        groups[form.office_type].append(form)
    return list(groups.values())


# --- which offices answered ---


def draw_returns(sources: Sources, dice: Dice) -> list[Return]:
    """As many offices of each type as the report counts, in as many places."""
    wanted = Counter(sources.counts["returns"])
    offices = offices_by_place(sources.register)
    places = draw_places(offices, sources.counts["places"], dice)
    drawn = [first_of_place(offices[place], wanted) for place in shuffled(places, dice)]
    others = [row for place in places for row in offices[place] if row not in drawn]
    for row in shuffled(others, dice):
        if wanted[row["office_type"]]:
            wanted[row["office_type"]] -= 1
            drawn.append(row)
    return [blank_return(row, dice) for row in drawn]


def offices_by_place(register: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    offices: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in register:
        offices[row["municipality"]].append(row)
    return offices


def draw_places(offices: dict[str, list[dict[str, str]]], number: int, dice: Dice) -> list[str]:
    """Draw without replacement, weighted by population ** PULL_OF_SIZE.

    Source: Efraimidis & Spirakis (2006), Information Processing Letters 97:181-185.
    """
    keys = {
        place: dice.random() ** (1 / int(rows[0]["population"]) ** PULL_OF_SIZE)
        for place, rows in offices.items()
    }
    return sorted(offices, key=lambda place: keys[place], reverse=True)[:number]


def first_of_place(rows: list[dict[str, str]], wanted: Counter[str]) -> dict[str, str]:
    """The place's office of the type of which most are still wanted."""
    row = max(rows, key=lambda row: wanted[row["office_type"]])
    wanted[row["office_type"]] -= 1
    return row


def blank_return(row: dict[str, str], dice: Dice) -> Return:
    return Return(
        municipality=row["municipality"],
        state=row["state"],
        population=int(row["population"]),
        office_type=row["office_type"],
        marked="1" in (row["wave1"], row["priority"]),
        agrees=dice.random(),
        skips=dice.random(),
    )


# --- when they answered ---


def date_returns(returns: list[Return], dice: Dice) -> None:
    """Let the returns come in after the contacts; the last wave from those who got personal letters."""
    marked = shuffled((form for form in returns if form.marked), dice)[:LATE_LETTERS]
    earlier = shuffled((form for form in returns if form not in marked), dice)
    arrivals = iter(earlier + marked)
    ends = [*list(WAVES)[1:], FIELD_END]
    for (contact, number), end in zip(WAVES.items(), ends, strict=True):
        days = working_days(contact, end)
        for _ in range(number):
            next(arrivals).submitted_at = moment(contact, days, dice)


def working_days(start: date, end: date) -> list[date]:
    days = (start + timedelta(days=ahead) for ahead in range((end - start).days))
    return [day for day in days if day.isoweekday() <= 5 and day not in HOLIDAYS]


def moment(contact: date, days: list[date], dice: Dice) -> datetime:
    """A working day soon after the contact, in office hours but for a few evenings."""
    waits = 0
    while dice.random() < NEXT_DAY:
        waits += 1
    day = days[waits % len(days)]
    opens = 9.5 if day == contact else 7.5
    hour = opens + (17.5 - opens) * (dice.random() + dice.random()) / 2
    if dice.random() < EVENING:
        hour = 18 + 3 * dice.random()
    return datetime.combine(day, time(), WINTER_TIME) + timedelta(seconds=int(hour * 3600))


# --- closed items: deal the counts ---


@dataclass(frozen=True)
class Closed:
    """The counts of a closed item; returns in `first` get its first codes."""

    variable: str
    codes: list[int]
    rows: list[list[int]]
    first: Collection[Return] = ()


def codes_of(variable: str, codes: dict[str, list[int]]) -> list[int]:
    return next((codes[start] for start in codes if variable.startswith(start)), codes["other"])


def deal(groups: list[list[Return]], item: Closed, dice: Dice) -> None:
    """Give each office's counts to its returns; who skips much is likelier to be left without an answer."""
    leaning = LEANING if item.codes == sorted(item.codes) else 0  # yes, no, don't know: no agreement
    for group, counts in zip(groups, item.rows, strict=True):
        values = [code for code, count in zip(item.codes, counts, strict=True) for _ in range(count)]
        answering = those_who_answer(group, len(values), dice, sure=item.first)
        order = {form: (form not in item.first, leaning * form.agrees + dice.random()) for form in answering}
        given = dict(zip(sorted(order, key=order.__getitem__), values, strict=True))
        for form in group:
            form.answers[item.variable] = given.get(form, NO_ANSWER)


def those_who_answer(
    group: list[Return], number: int, dice: Dice, *, sure: Collection[Return] = ()
) -> list[Return]:
    """Draw so many of the group; those who are sure to answer come first."""
    return sorted(group, key=lambda form: (form not in sure, form.skips * dice.random()))[:number]


# --- correlations: swap answers within an office ---


def correlate(x: str, y: str, target: float, groups: list[list[Return]], dice: Dice) -> None:
    """Swap answers to y between two returns of an office while that keeps r as near to its target."""
    groups = [[form for form in group if form.answers[y] != NO_ANSWER] for group in groups]
    distance = abs(correlation(x, y, chain(*groups)) - target)
    for _ in range(MOST_SWAPS):
        if distance <= NEAR_ENOUGH:
            return
        group = pick(groups, dice)
        one, other = pick(group, dice).answers, pick(group, dice).answers
        one[y], other[y] = other[y], one[y]
        if (moved := abs(correlation(x, y, chain(*groups)) - target)) <= distance:
            distance = moved
        else:
            one[y], other[y] = other[y], one[y]
    raise ValueError(f"r of {x} and {y} stays {distance:.4f} from {target}")


def correlation(x: str, y: str, forms: Iterable[Return]) -> float:
    """Pearson's r over the returns that answer both items."""
    answers = [(int(form.answers[x]), int(form.answers[y])) for form in forms]
    pairs = [pair for pair in answers if NO_ANSWER not in pair]
    mean_x, mean_y = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    products = [((x - mean_x) ** 2, (y - mean_y) ** 2, (x - mean_x) * (y - mean_y)) for x, y in pairs]
    square_x, square_y, product = (sum(column) for column in zip(*products, strict=True))
    return float(product / (square_x * square_y) ** 0.5)


# --- open answers: deal the codes, then find words ---


def appoint(variable: str, codes: dict[str, Any], groups: list[list[Return]], dice: Dice) -> list[Return]:
    """Deal the codes that only offices of one Land can name, before anything else is dealt."""
    appointed = []
    for slug, code in codes.items():
        for group, number in zip(groups, code["named"], strict=True) if "state" in code else ():
            able = [form for form in group if form.state == code["state"]]
            if len(able) < number:
                raise ValueError(f"{slug}: {number} offices in {code['state']} needed, {len(able)} drawn")
            for form in shuffled(able, dice)[:number]:
                form.named[variable].append(slug)
                appointed.append(form)
    return appointed


def appointed_by_filter(sources: Sources, groups: list[list[Return]], dice: Dice) -> dict[str, list[Return]]:
    """The appointed, by the closed item whose first code lets them reach their open item."""
    appointed = {name: appoint(name, spec["codes"], groups, dice) for name, spec in sources.open.items()}
    return {
        filtering: forms
        for item in sources.items
        for filtering in item.asked_if
        if (forms := appointed[item.variable])
    }


def write_open_answers(item: Item, sources: Sources, groups: list[list[Return]], dice: Dice) -> None:
    """Draw who answers an open item among those who are asked, what they name, and in which words."""
    spec = sources.open[item.variable]
    said: set[int | str] = set()
    for office, (group, number) in enumerate(zip(groups, spec["answers"], strict=True)):
        asked = [form for form in group if item.is_asked(form.answers)]
        sure = [form for form in asked if form.named[item.variable]]
        answering = those_who_answer(asked, number, dice, sure=sure)
        for slug, code in spec["codes"].items():
            ranked = sorted(answering, key=readiness(item.variable, code, dice))
            for form in ranked[: still_to_name(code, office, number)]:
                form.named[item.variable].append(slug)
        for form in group:
            form.answers[item.variable] = NO_ANSWER if form in asked else NOT_APPLICABLE
        for form in answering:
            drafts = [words(form.named[item.variable], spec, sources.slots, dice) for _ in range(DRAFTS)]
            form.answers[item.variable] = next((text for text in drafts if text not in said), drafts[0])
            said.add(form.answers[item.variable])


def readiness(variable: str, code: dict[str, Any], dice: Dice) -> Callable[[Return], tuple[float, float]]:
    """Who names a code first: smaller places, or else who has named the least so far."""
    if code.get("small_first"):
        return lambda form: (form.population * (0.5 + dice.random()), 0)
    return lambda form: (len(form.named[variable]), dice.random())


def still_to_name(code: dict[str, Any], office: int, answers: int) -> int:
    """So many namings in an office: counted, or a share of its answers, rounded half up."""
    if "state" in code:
        return 0  # dealt already, by appointment
    named: list[int] | float = code["named"]
    return named[office] if isinstance(named, list) else int(named * answers + 0.5)


def words(slugs: list[str], spec: dict[str, Any], slots: dict[str, list[str]], dice: Dice) -> str:
    """A short answer that names these codes: a list in a frame, or a sentence for each."""
    decks = {slot: cycle(shuffled(texts, dice)) for slot, texts in slots.items()}
    phrases = [pick(spec["codes"][slug]["phrases"], dice) for slug in shuffled(slugs, dice)]
    if frames := spec.get("frames"):
        return sentence(pick(frames, dice).format(liste=listed(phrases)))
    return " ".join(sentence(filled(phrase, decks)) for phrase in phrases)


def filled(phrase: str, decks: Mapping[str, Iterator[str]]) -> str:
    """The phrase with its slots filled; no text repeats itself before a deck is used up."""
    return phrase.format_map({slot: next(deck) for slot, deck in decks.items() if f"{{{slot}}}" in phrase})


def listed(things: list[str]) -> str:
    return " und ".join(filter(None, (", ".join(things[:-1]), things[-1])))


def sentence(text: str) -> str:
    return text[0].upper() + text[1:]


# --- the whole, and the file ---


def reconstruct(sources: Sources) -> list[Return]:
    """All returns in the order in which they came in."""
    dice = random.Random(SEED)
    returns = draw_returns(sources, dice)
    date_returns(returns, dice)
    groups = by_office(returns, sources.counts["returns"])
    first = appointed_by_filter(sources, groups, dice)
    for variable, rows in sources.counts["answers"].items():
        codes = codes_of(variable, sources.counts["codes"])
        deal(groups, Closed(variable, codes, rows, first.get(variable, ())), dice)
    for pair in sources.counts["correlations"]:
        correlate(pair["of"], pair["with"], pair["r"], groups, dice)
    for item in sources.items:
        if item.is_text:
            write_open_answers(item, sources, groups, dice)
    return sorted(returns, key=lambda form: form.submitted_at)


def rows(sources: Sources) -> Iterator[dict[str, object]]:
    for number, form in enumerate(reconstruct(sources), start=1):
        yield {
            "id": number,
            "office_type": form.office_type,
            "state": form.state,
            "size_class": sum(bound <= form.population for bound in sources.size_classes),
            "mode": "online",
            "submitted_on": form.submitted_at.date(),
            "municipality": form.municipality,
            "submitted_at": form.submitted_at.isoformat(),
        } | dict(chain.from_iterable(cells(item, form, sources.parents) for item in sources.items))


def cells(
    item: Item, form: Return, parents: dict[str, dict[str, str | None]]
) -> Iterator[tuple[str, object]]:
    """A code; of an open answer its text, why there is none, and each code of its category system."""
    answer = form.answers[item.variable]
    if not item.is_text:
        yield item.variable, answer
        return
    missing = answer if isinstance(answer, int) else 0
    above = parents[item.variable]
    named = set(form.named[item.variable])
    named |= {parent for slug in named if (parent := above[slug])}
    yield item.variable, "" if missing else answer
    yield f"{item.variable}__status", missing
    for slug in above:
        yield f"{item.variable}__{slug}", missing or int(slug in named)


def returns_csv() -> str:
    """The file as text."""
    lines = list(rows(read_sources()))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def main() -> None:
    """Write the returns beside this script."""
    text = returns_csv()
    (FOLDER / "returns.csv").write_text(text, encoding="utf-8", newline="\n")
    print(f"returns.csv: {len(text.splitlines()) - 1} returns")


if __name__ == "__main__":
    main()
