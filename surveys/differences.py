"""All variants of a questionnaire side by side: what they share stands once, what differs is marked."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from surveys import models
from surveys.instrument import Instrument, Item, Page, Question, instrument_of
from surveys.models import Survey

T = TypeVar("T")
U = TypeVar("U")
Words = tuple[str, ...]


class Place(NamedTuple):
    """Where an item stands in the master, by codes."""

    page: str
    question: str
    variable: str


@dataclass(frozen=True)
class Part:
    """Some words in a row, and whether they are told from the common wording."""

    words: str
    differs: bool = False
    left_out: bool = False  # the common wording has these words, this one has not


@dataclass(frozen=True)
class Wording:
    """What one variant says; no parts if it does not ask this at all."""

    variant: str
    parts: tuple[Part, ...] | None


@dataclass(frozen=True)
class Text:
    """A text of the master: the most common wording, and each variant's own unless all agree."""

    common: str
    wordings: tuple[Wording, ...] = ()


@dataclass(frozen=True)
class ItemBeside:
    """One item in all variants; `only` names those that ask it, if not all that have the question do."""

    item: Item
    only: tuple[str, ...]
    text: Text
    condition: Text

    @property
    def differs(self) -> bool:
        return bool(self.only or self.text.wordings or self.condition.wordings)


@dataclass(frozen=True)
class QuestionBeside:
    """One question in all variants; `only` names those that have it, if not all that have the page do."""

    code: str
    only: tuple[str, ...]
    text: Text
    help: Text
    items: tuple[ItemBeside, ...]

    @property
    def differs(self) -> bool:
        own = self.only or self.text.wordings or self.help.wordings
        return bool(own) or any(item.differs for item in self.items)

    @property
    def scale(self) -> Item | None:
        """An item with the scale that several have in common; None if each has its own."""
        scales = {(beside.item.kind, beside.item.points, beside.item.poles) for beside in self.items}
        return self.items[0].item if len(self.items) > 1 and len(scales) == 1 else None

    def differing(self) -> "QuestionBeside":
        return replace(self, items=tuple(item for item in self.items if item.differs))


@dataclass(frozen=True)
class PageBeside:
    """One page in all variants; `only` names those that have it, if not all do."""

    code: str
    only: tuple[str, ...]
    title: Text
    intro: Text
    questions: tuple[QuestionBeside, ...]

    @property
    def differs(self) -> bool:
        own = self.only or self.title.wordings or self.intro.wordings
        return bool(own) or any(question.differs for question in self.questions)

    def differing(self) -> "PageBeside":
        return replace(self, questions=tuple(q.differing() for q in self.questions if q.differs))


@dataclass(frozen=True)
class Column(Generic[T]):
    """What one variant has at a place of the master; None if it has nothing there."""

    instrument: Instrument
    part: T | None


def instruments_of(survey: Survey) -> list[Instrument]:
    """The compiled forms of all variants, in the order of the study."""
    return [instrument_of(variant) for variant in survey.variants.all()]


def order_of(survey: Survey) -> list[Place]:
    """The places of all items in the order of the master."""
    path = ("question__page__code", "question__code", "variable")
    rows = models.Item.objects.filter(question__page__survey=survey)
    ordered = rows.order_by("question__page__position", "question__position", "position")
    return [Place(*row) for row in ordered.values_list(*path)]


def side_by_side(instruments: Sequence[Instrument], order: Sequence[Place]) -> list[PageBeside]:
    """Every page of the master as all variants have it."""
    pages = [{page.code: page for page in instrument.pages} for instrument in instruments]
    return [
        page_beside([Column(i, own.get(code)) for i, own in zip(instruments, pages, strict=True)], [*places])
        for code, places in groupby(order, key=lambda place: place.page)
    ]


def differing(pages: Iterable[PageBeside]) -> list[PageBeside]:
    """What is not the same in all variants, with the texts that it stands under."""
    return [page.differing() for page in pages if page.differs]


def page_beside(columns: Sequence[Column[Page]], places: Sequence[Place]) -> PageBeside:
    return PageBeside(
        code=places[0].page,
        only=only(columns, len(columns)),
        title=text(columns, lambda _, page: page.title),
        intro=text(columns, lambda _, page: page.intro),
        questions=tuple(
            question_beside(
                [below(c, lambda page: {q.code: q for q in page.questions}, code) for c in columns],
                [place.variable for place in inside],
                len(having(columns)),
            )
            for code, inside in groupby(places, key=lambda place: place.question)
        ),
    )


def question_beside(columns: Sequence[Column[Question]], variables: list[str], of: int) -> QuestionBeside:
    return QuestionBeside(
        code=first(columns).code,
        only=only(columns, of),
        text=text(columns, lambda _, question: question.text),
        help=text(columns, lambda _, question: question.help),
        items=tuple(
            item_beside(
                [below(c, lambda question: {i.variable: i for i in question.items}, name) for c in columns],
                len(having(columns)),
            )
            for name in variables
        ),
    )


def item_beside(columns: Sequence[Column[Item]], of: int) -> ItemBeside:
    return ItemBeside(
        item=first(columns),
        only=only(columns, of),
        text=text(columns, lambda _, item: item.text),
        condition=text(columns, lambda instrument, item: instrument.condition(item)),
    )


def below(column: Column[T], parts: Callable[[T], dict[str, U]], code: str) -> Column[U]:
    """The same variant one level down."""
    return Column(column.instrument, None if column.part is None else parts(column.part).get(code))


def having(columns: Sequence[Column[T]]) -> list[tuple[Instrument, T]]:
    """The variants that have something here, with what they have."""
    return [(column.instrument, column.part) for column in columns if column.part is not None]


def first(columns: Sequence[Column[T]]) -> T:
    return having(columns)[0][1]


def only(columns: Sequence[Column[T]], of: int) -> tuple[str, ...]:
    """The variants that have this, by name, if they are fewer than could have it; else none."""
    readers = tuple(instrument.variant_label for instrument, _ in having(columns))
    return readers if len(readers) < of else ()


def text(columns: Sequence[Column[T]], say: Callable[[Instrument, T], str]) -> Text:
    """What the variants say here, word by word; white space makes no difference."""
    said = [None if c.part is None else say(c.instrument, c.part) for c in columns]
    counts = Counter(tuple(each.split()) for each in said if each is not None)
    common = next(each for each in said if each is not None and tuple(each.split()) == norm_of(counts))
    if len(counts) == 1:
        return Text(common)
    wordings = (None if each is None else tuple(parts(each.split(), counts)) for each in said)
    labels = (column.instrument.variant_label for column in columns)
    return Text(common, tuple(Wording(*pair) for pair in zip(labels, wordings, strict=True)))


def norm_of(counts: Counter[Words]) -> Words:
    """The wording of most variants; of several the first."""
    return counts.most_common(1)[0][0]


def parts(words: list[str], counts: Counter[Words]) -> Iterator[Part]:
    """A wording in parts: what is not as most variants have it is marked.

    If no wording is more common than all others, the first one is marked too, where another departs from it.
    """
    norm = norm_of(counts)
    if tuple(words) == norm:
        is_lone = [*counts.values()].count(counts[norm]) > 1
        return own_parts(words, departures(norm, counts) if is_lone else set())
    return parts_beside(norm, words)


def departures(norm: Words, counts: Counter[Words]) -> set[int]:
    """Which words of the norm another wording does not have in their place."""
    return {
        place
        for other in counts
        for tag, start, end, _, _ in SequenceMatcher(None, norm, other, autojunk=False).get_opcodes()
        if tag != "equal"
        for place in range(start, end)
    }


def own_parts(words: Sequence[str], marked: set[int]) -> Iterator[Part]:
    for differs, places in groupby(range(len(words)), key=marked.__contains__):
        yield Part(" ".join(words[place] for place in places), differs=differs)


def parts_beside(norm: Words, words: Sequence[str]) -> Iterator[Part]:
    matcher = SequenceMatcher(None, norm, words, autojunk=False)
    for tag, start, end, own_start, own_end in matcher.get_opcodes():
        if tag == "delete":
            yield Part(" ".join(norm[start:end]), differs=True, left_out=True)
        else:
            yield Part(" ".join(words[own_start:own_end]), differs=tag != "equal")
