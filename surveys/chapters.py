"""All questions of a form with the answers given, for reading through."""

from collections.abc import Iterator
from dataclasses import dataclass

from surveys.instrument import Answers, Instrument, Item, Page, Question


@dataclass(frozen=True)
class Row:
    """One item and the answer in words; "" if there is none."""

    item: Item
    answer: str
    asked: bool


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
        Row(item, item.display(answers.get(item.variable)), instrument.is_asked(item, answers))
        for item in said
    )
