"""One row of a coded file read as answers to one form; every cell that is refused says why."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from analysis.codebook import Category, Missing
from analysis.frame import STATUS
from analysis.variables import options
from surveys.csvfile import Row, as_written
from surveys.instrument import Instrument, Item

REASONS = {int(reason) for reason in Missing} - {int(Missing.DONT_KNOW)}


class BadCell(Exception):
    """A cell that is refused: column, value and reason."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column} = {value[:40]!r}: {reason}")


def columns_of(item: Item) -> list[str]:
    """The columns of one item in a coded file."""
    if item.kind == "multiple":
        return [f"{item.variable}__{point.code}" for point in options(item)]
    status = [item.variable + STATUS] if item.kind in ("text", "date") else []
    return [item.variable, *status]


class Cells:
    """The cells of one row, read as answers to one form; what is refused is kept."""

    def __init__(self, form: Instrument, row: Row, *, finished: bool) -> None:
        self.form, self.row, self.finished = form, row, finished
        self.faults: list[BadCell] = []
        self.reasons: dict[str, int] = {}

    def answers(self, items: list[Item]) -> dict[str, Any]:
        """Answers by variable, then held against variant and filters."""
        answers: dict[str, Any] = {}
        for item in items:
            try:
                value = self.answer(self.form.items.get(item.variable, item))
            except BadCell as error:
                self.faults.append(error)
                continue
            if value is not None:
                answers[item.variable] = value
        if not self.faults:
            self.faults += [fault for item in items if (fault := self.contradiction(item, answers))]
        return answers

    def answer(self, item: Item) -> Any:
        """The answer in an item's cells; None, with its reason noted, if there is none."""
        column = columns_of(item)[-1]
        if item.kind == "multiple":
            return self.named(item)
        text = self.row[column]
        code = whole(column, text) if item.kind != "number" else None
        if item.kind in ("text", "date"):
            return self.written(item, column, code)
        if (code if code is not None else number(column, text)) in REASONS:
            self.reasons[item.variable] = int(float(text))
            return None
        return chosen(item, text) if item.kind == "choice" else within(item, text)

    def written(self, item: Item, column: str, status: int | None) -> str | None:
        """A text or a date, beside its status."""
        text = as_written(self.row[item.variable])
        if status == 0 and text:
            return iso_day(item.variable, text) if item.kind == "date" else text
        if status not in REASONS:
            raise BadCell(
                column, self.row[column], "0 goes with an answer; else the reason why there is none"
            )
        if text:
            raise BadCell(item.variable, text, f"{column} says that there is no answer")
        self.reasons[item.variable] = status
        return None

    def named(self, item: Item) -> list[int] | None:
        """The options named in a multiple choice: 0 and 1, or one missing code in all columns."""
        codes = [whole(column, self.row[column]) for column in columns_of(item)]
        if set(codes) <= {0, 1}:
            return [p.code for p, one in zip(options(item), codes, strict=True) if one] or None
        if len(set(codes)) == 1 and codes[0] in REASONS | {int(Missing.DONT_KNOW)}:
            self.reasons[item.variable] = codes[0]
            return [int(Missing.DONT_KNOW)] if codes[0] == Missing.DONT_KNOW else None
        raise BadCell(item.variable, str(codes), "0 or 1 in every column, or the same missing code in all")

    def contradiction(self, item: Item, answers: dict[str, Any]) -> BadCell | None:
        """Whether an answer, or the reason why there is none, does not go with variant and filters."""
        reason = self.reasons.get(item.variable, 0)
        why = self.against_variant(item, reason) or self.against_filter(item, reason, answers)
        return BadCell(item.variable, str(answers.get(item.variable, reason)), why) if why else None

    def against_variant(self, item: Item, reason: int) -> str:
        asks = item.variable in self.form.items
        if asks == (reason == Missing.NOT_IN_VARIANT):
            does = "asks it" if asks else "does not ask it, so it must be -11"
            return f"wrong variant: {self.form.variant} {does}"
        return ""

    def against_filter(self, item: Item, reason: int, answers: dict[str, Any]) -> str:
        own = self.form.items.get(item.variable)
        if own is None:
            return ""
        if reason == Missing.BROKEN_OFF:
            return "-12 stands only in returns never submitted" if self.finished else ""
        asked = self.form.is_asked(own, answers)
        if asked == (reason == Missing.NOT_APPLICABLE):
            does = "asks it, so it is not -10" if asked else "does not ask it, so it must be -10"
            return f"filter violated: the filter {does}"
        return ""

    def codes(self, categories: dict[str, tuple[Category, ...]]) -> Iterator[tuple[str, str]]:
        """Which category each coded answer names, as (variable, slug)."""
        for name, known in categories.items():
            for category in known:
                column = f"{name}__{category.slug}"
                text = self.row.get(column, "0")
                if text == "1" and name not in self.reasons:
                    yield name, category.slug
                elif text != "0" and text != str(self.reasons.get(name)):
                    self.faults.append(BadCell(column, text, "0 or 1, or the reason why there is no answer"))


def whole(column: str, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise BadCell(column, text, "not a whole number")
    return int(text)


def number(column: str, text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        raise BadCell(column, text, "not a number")
    return float(text)


def chosen(item: Item, text: str) -> int:
    """A code that the item's scale knows."""
    if (code := int(text)) not in [point.code for point in item.points]:
        raise BadCell(item.variable, text, "illegal code")
    return code


def within(item: Item, text: str) -> float:
    """A number within the item's limits."""
    value = float(text)
    low = item.minimum if item.minimum is not None else value
    high = item.maximum if item.maximum is not None else value
    if not low <= value <= high:
        raise BadCell(item.variable, text, "outside the item's limits")
    if item.decimals == 0 and value % 1:
        raise BadCell(item.variable, text, "not a whole number")
    return int(value) if item.decimals == 0 else value


def iso_day(column: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadCell(column, text, "not a day in ISO 8601") from None
