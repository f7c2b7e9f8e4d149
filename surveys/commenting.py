"""In a pretest each question has one item more: what the person who tries the form says about it.

As an item it is saved, merged, limited in length and shown like any answer.
See `docs/decisions/0012-a-comment-is-an-item-of-the-pretests-form.md`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from surveys.instrument import Instrument, Item, Question, instrument_of
from surveys.models import Response, Variant

PREFIX = "comment__"  # no variable of a study has two underscores
LONGEST = 2000


def form_of(response: Response) -> Instrument:
    """The form that this response fills in: in a pretest with a comment at each question."""
    return form_for(response.variant, commented=response.pretest_group_id is not None)


def form_for(variant: Variant, *, commented: bool) -> Instrument:
    """The form of a variant, with or without a comment at each question."""
    form = instrument_of(variant)
    return with_comments(form, _("Ihre Anmerkung zu dieser Frage")) if commented else form


@lru_cache(maxsize=64)
def with_comments(form: Instrument, words: str) -> Instrument:
    """The form with a comment at the end of each question."""
    pages = (
        replace(page, questions=tuple(with_comment(question, words) for question in page.questions))
        for page in form.pages
    )
    return replace(form, pages=tuple(pages))


def with_comment(question: Question, words: str) -> Question:
    comment = Item(
        variable=PREFIX + question.code,
        kind="text",
        text=words,
        short=words,
        lines=2,
        max_length=LONGEST,
        about=tuple(item.variable for item in question.items),
    )
    return replace(question, items=(*question.items, comment))


def are_among(variables: Iterable[str]) -> bool:
    """Whether there is a comment among these items."""
    return any(name.startswith(PREFIX) for name in variables)


def said(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each comment among these answers, with the code of its question."""
    return ((name.removeprefix(PREFIX), text) for name, text in answers.items() if name.startswith(PREFIX))
