"""All questions of a form with the answers given, for reading through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveys.instrument import Answers, Instrument, Item, Page, Question

KINDS: dict[str, tuple[type, ...]] = {
    "choice": (int,),
    "multiple": (list,),
    "number": (int, float),
    "text": (str,),
}


@dataclass(frozen=True)
class Row:
    """One item and the answer in words; "" if there is none."""

    item: Item
    answer: str
    asked: bool
    condition: str


@dataclass(frozen=True)
class Chapter:
    """One page with its questions and their rows; rows hidden by a filter are marked, not left out."""

    page: Page
    questions: tuple[tuple[Question, tuple[Row, ...]], ...]


def chapters(instrument: Instrument, answers: Answers) -> Iterator[Chapter]:
    """The form page by page, as it stands."""
    for page in instrument.pages:
        yield Chapter(page, tuple((q, rows(q, instrument, answers)) for q in page.questions))


def rows(question: Question, instrument: Instrument, answers: Answers) -> tuple[Row, ...]:
    said = (item for item in question.items if not item.about or item.variable in answers)
    return tuple(
        Row(
            item,
            in_words(item, answers.get(item.variable)),
            instrument.is_asked(item, answers),
            instrument.condition(item),
        )
        for item in said
    )


def in_words(item: Item, answer: Any) -> str:
    """The answer in words; as it stands if it was given while the item was of another kind, in a pretest."""
    return item.display(answer) if answer is None or fits(item, answer) else str(answer)


def fits(item: Item, answer: Any) -> bool:
    """Whether the item could have been answered so."""
    if item.kind == "date":
        return isinstance(answer, str) and is_day(answer)
    return isinstance(answer, KINDS[item.kind])


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
