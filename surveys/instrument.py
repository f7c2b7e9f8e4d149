"""The compiled, immutable questionnaire of one variant: what forms, codebook and exports read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from surveys import models
from surveys.models import Rule, Variant

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Point:
    """One answer that a scale offers."""

    code: int
    label: str


@dataclass(frozen=True)
class Condition:
    """An item is asked only if `variable` was answered with one of `codes`."""

    variable: str
    codes: tuple[int, ...]

    def holds(self, answer: Any) -> bool:
        given = answer if isinstance(answer, list) else [answer]
        return any(code in self.codes for code in given)


@dataclass(frozen=True)
class Item:
    """One variable as this variant asks it."""

    variable: str
    kind: str
    text: str
    short: str
    level: str = ""
    points: tuple[Point, ...] = ()
    poles: tuple[str, str] | None = None
    asked_if: tuple[Condition, ...] = ()
    lines: int = 3
    max_length: int = 4000
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    unit: str = ""
    about: tuple[str, ...] = ()  # of a comment: the items that it is about

    def label(self, code: int) -> str:
        """The words of a code; the code itself if the scale does not have it any more."""
        return next((point.label for point in self.points if point.code == code), str(code))

    def display(self, answer: Any) -> str:
        """The answer in words, "" if there is none."""
        if answer in (None, "", []):
            return ""
        if self.kind == "choice":
            return self.placed(answer)
        if self.kind == "multiple":
            return ", ".join(point.label for point in self.points if point.code in answer)
        if self.kind == "number":
            return f"{number_format(answer, self.decimals)} {self.unit}".strip()
        if self.kind == "date":
            return date_format(date.fromisoformat(answer), "DATE_FORMAT")
        return str(answer)

    def placed(self, code: int) -> str:
        """A chosen code in words; on a scale of numbers with the poles beside it."""
        if not self.poles or code < 0:
            return self.label(code)
        ends = [point.code for point in self.points if point.code >= 0]
        return f"{code} ({ends[0]} = {self.poles[0]}, {ends[-1]} = {self.poles[1]})"


@dataclass(frozen=True)
class Question:
    """A stem and its items, as this variant reads them."""

    code: str
    text: str
    help: str
    items: tuple[Item, ...]

    @property
    def variables(self) -> set[str]:
        return {item.variable for item in self.items}


@dataclass(frozen=True)
class Page:
    """One page of the form; `number` counts from 1."""

    number: int
    code: str
    title: str
    intro: str
    questions: tuple[Question, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for question in self.questions for item in question.items)


@dataclass(frozen=True)
class Instrument:
    """The whole form of one variant."""

    survey: str
    variant: str
    variant_title: str
    variant_label: str
    pages: tuple[Page, ...]

    def __hash__(self) -> int:
        """Quick, for forms are found by it at every request; what is equal is told by all of the content."""
        return hash((self.survey, self.variant, len(self.pages)))

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item of this variant by variable, in questionnaire order."""
        return {item.variable: item for page in self.pages for item in page.items}

    @property
    def outline(self) -> dict[str, dict[str, Any]]:
        """Everything but the items' own content, by what it is called: texts, and what stands where."""
        about = {"title": self.variant_title, "label": self.variant_label}
        outline: dict[str, dict[str, Any]] = {f"variant {self.variant}": about}
        for page in self.pages:
            order = [question.code for question in page.questions]
            outline[f"page {page.code}"] = {
                "number": page.number, "title": page.title, "intro": page.intro, "order": order,
            }  # fmt: skip
            for q in page.questions:
                order = [item.variable for item in q.items]
                outline[f"question {q.code}"] = {"text": q.text, "help": q.help, "order": order}
        return outline

    def page(self, number: int) -> Page:
        """Page `number`, counting from 1; LookupError if there is none."""
        if not 1 <= number <= len(self.pages):
            raise LookupError(number)
        return self.pages[number - 1]

    def is_met(self, condition: Condition, answers: Answers) -> bool:
        """Whether a condition holds; an answer hidden by a filter opens nothing."""
        filtering = self.items.get(condition.variable)
        return (
            filtering is not None
            and self.is_asked(filtering, answers)
            and condition.holds(answers.get(condition.variable))
        )

    def is_asked(self, item: Item, answers: Answers) -> bool:
        """Whether the filters let this item through; a comment goes with what it is about."""
        if item.about:
            return any(self.is_asked(self.items[name], answers) for name in item.about)
        return not item.asked_if or all(self.is_met(condition, answers) for condition in item.asked_if)

    def is_shown(self, item: Item, page: Page, answers: Answers) -> bool:
        """Whether the item stands on its page: filters of other pages let it through.

        A filter on the same page is left to the respondent, whose answer may change while the page is open.
        """
        if item.about:
            return any(self.is_shown(self.items[name], page, answers) for name in item.about)
        if not item.asked_if:
            return True
        here = {other.variable: other for other in page.items}
        return all(
            self.is_shown(here[condition.variable], page, answers)
            if condition.variable in here
            else self.is_met(condition, answers)
            for condition in item.asked_if
        )

    def is_open(self, page: Page, answers: Answers) -> bool:
        """Whether a page has anything to ask after these answers."""
        return any(self.is_asked(item, answers) for item in page.items)

    def page_after(self, number: int, answers: Answers) -> int | None:
        """The next page that asks something; None leads to the review."""
        return next((p.number for p in self.pages[number:] if self.is_open(p, answers)), None)

    def page_before(self, number: int, answers: Answers) -> int | None:
        """The page before that asks something; None on the first."""
        return next((p.number for p in reversed(self.pages[: number - 1]) if self.is_open(p, answers)), None)

    def condition(self, item: Item) -> str:
        """Under which condition the item is asked, for people; "" if it is always asked."""
        return " ".join(self.in_words(condition) for condition in item.asked_if)

    def in_words(self, condition: Condition) -> str:
        filtering = self.items.get(condition.variable)
        if filtering is None:
            return ""
        labels = _(" oder ").join(_("„{label}“").format(label=filtering.label(c)) for c in condition.codes)
        sentence = _("Nur wenn Sie bei „{question}“ {labels} angegeben haben.")
        return sentence.format(question=filtering.text or filtering.short, labels=labels)

    def unanswered(self, answers: Answers) -> list[Item]:
        """Items that were asked and have no answer; nobody owes a comment."""
        owed = (item for item in self.items.values() if not item.about)
        return [item for item in owed if self.is_asked(item, answers) and item.variable not in answers]


def instrument_of(variant: Variant) -> Instrument:
    """The compiled form of a variant, kept until its questionnaire changes."""
    return remembered(variant.pk, variant.survey.version)


@lru_cache(maxsize=64)
def remembered(variant_id: int, version: int) -> Instrument:
    return compiled(Variant.objects.select_related("survey").get(pk=variant_id))


def compiled(variant: Variant) -> Instrument:
    """The form of a variant, read from its rows."""
    items = models.Item.objects.select_related("scale").prefetch_related(
        "scale__points", Prefetch("rules", Rule.objects.select_related("variant", "depends_on"))
    )
    rows = variant.survey.pages.prefetch_related("questions__rules", Prefetch("questions__items", items))
    pages = [compiled_page(variant, row) for row in rows]
    return Instrument(
        survey=variant.survey.name,
        variant=variant.code,
        variant_title=variant.title,
        variant_label=variant.label,
        pages=renumbered(pages),
    )


def renumbered(pages: list[Page]) -> tuple[Page, ...]:
    """The pages that ask this variant anything, numbered from 1 without a gap."""
    kept = [page for page in pages if page.items]
    return tuple(replace(page, number=number) for number, page in enumerate(kept, 1))


def compiled_page(variant: Variant, row: models.Page) -> Page:
    questions = (compiled_question(variant, question) for question in row.questions.all())
    return Page(
        number=row.position,
        code=row.code,
        title=row.title.format_map(variant.terms),
        intro=row.intro.format_map(variant.terms),
        questions=tuple(question for question in questions if question.items),
    )


def compiled_question(variant: Variant, row: models.Question) -> Question:
    return Question(
        code=row.code,
        text=worded(variant, row),
        help=row.help.format_map(variant.terms),
        items=tuple(compiled_item(variant, item) for item in row.items.all() if is_for(variant, item)),
    )


def is_for(variant: Variant, row: models.Item) -> bool:
    """Whether this variant asks the item: no restriction, or one that names the variant."""
    readers = [rule.variant_id for rule in row.rules.all() if rule.kind == Rule.Kind.ONLY_FOR]
    return not readers or variant.pk in readers


def worded(variant: Variant, row: models.Question | models.Item) -> str:
    """The text that this variant reads, with its terms put in."""
    own = [r.text for r in row.rules.all() if r.kind == Rule.Kind.WORDING and r.variant_id == variant.pk]
    return (own[0] if own else row.text).format_map(variant.terms)


def compiled_item(variant: Variant, row: models.Item) -> Item:
    scale = row.scale
    given: dict[str, Any] = {"lines": row.lines, "max_length": row.max_length, "decimals": row.decimals}
    return Item(
        variable=row.variable,
        kind=row.kind,
        text=worded(variant, row),
        short=row.short,
        level=scale.level if scale else "",
        points=tuple(Point(p.code, p.label) for p in scale.points.all()) if scale else (),
        poles=(scale.low_pole, scale.high_pole) if scale and scale.low_pole else None,
        asked_if=tuple(
            Condition(rule.depends_on.variable, tuple(rule.codes or ()))
            for rule in row.rules.all()
            if rule.depends_on is not None
        ),
        minimum=row.minimum,
        maximum=row.maximum,
        unit=row.unit,
        **{name: value for name, value in given.items() if value is not None},
    )
