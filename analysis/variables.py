"""What each column means: the codebook, derived from the compiled forms of all variants."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from analysis.codebook import Category, Codebook, Group, Value, Variable
from analysis.models import Code
from respondents.models import places_reached, returns_by_variant
from surveys.instrument import Instrument, Item, Question, instrument_of
from surveys.models import Item as ItemRow
from surveys.models import Survey

Forms = dict[str, Instrument]


def forms_of(survey: Survey) -> Forms:
    """The compiled form of every variant, by its code."""
    return {variant.code: instrument_of(variant) for variant in survey.variants.all()}


def codebook_of(survey: Survey, forms: Forms) -> Codebook:
    """All that is known of a survey's data apart from its cells."""
    with survey.in_its_tongue():
        variables = tuple(variables_of(survey, forms))
    groups = zip(survey.variants.all(), returns_by_variant(survey), strict=False)
    return Codebook(
        survey=survey.name,
        title=survey.title,
        groups=tuple(Group(variant.code, variant.label, row.invited) for variant, row in groups),
        variables=variables,
        places_invited=places_reached(survey).invited,
        size_classes=tuple(survey.about["size_classes"]),
    )


def ordered_items(survey: Survey, forms: Forms) -> list[Item]:
    """Every item of any variant, in the order of the master questionnaire."""
    rows = ItemRow.objects.filter(question__page__survey=survey)
    order = rows.order_by("question__page__position", "question__position", "position")
    merged = {name: item for form in reversed(forms.values()) for name, item in form.items.items()}
    return [merged[name] for name in order.values_list("variable", flat=True) if name in merged]


def variables_of(survey: Survey, forms: Forms) -> Iterator[Variable]:
    """The codebook's entries in questionnaire order; a multiple choice has one for each option."""
    categories = categories_of(survey)
    for item in ordered_items(survey, forms):
        wordings = wordings_of(item, forms)
        shared: dict[str, Any] = {
            "label": next(iter(wordings.values())),
            "wordings": wordings,
            "condition": condition(item, forms),
        }
        if item.kind == "multiple":
            yield from flags(item, shared)
        else:
            yield Variable(
                name=item.variable,
                short=item.short,
                kind=item.kind,
                level=level(item),
                values=values(item),
                categories=categories.get(item.variable, ()),
                **shared,
            )


def categories_of(survey: Survey) -> dict[str, tuple[Category, ...]]:
    """The codes of each coded open item."""
    found: dict[str, tuple[Category, ...]] = {}
    for system in survey.code_systems.all():
        codes = Code.objects.filter(system=system).select_related("parent")
        categories = tuple(
            Category(code.slug, code.label, code.parent.slug if code.parent else None) for code in codes
        )
        found |= dict.fromkeys(system.variables, categories)
    return found


def wordings_of(item: Item, forms: Forms) -> dict[str, str]:
    """The full question as each variant that asks it reads it."""
    return {
        code: wording(question, own)
        for code, form in forms.items()
        for question, own in questions_of(form)
        if own.variable == item.variable
    }


def condition(item: Item, forms: Forms) -> str:
    """Under which condition the item is asked, in words; the same in every variant that asks it."""
    form = next(form for form in forms.values() if item.variable in form.items)
    return form.condition(form.items[item.variable])


def flags(item: Item, shared: dict[str, Any]) -> Iterator[Variable]:
    """One variable for each option of a multiple choice: named or not."""
    for point in options(item):
        yield Variable(
            name=f"{item.variable}__{point.code}",
            short=point.label,
            kind="flag",
            level="nominal",
            values=(Value(0, _("nicht genannt")), Value(1, _("genannt"))),
            **shared | {"label": f"{shared['label']} – {point.label}"},
        )


def options(item: Item) -> list[Any]:
    """The substantive options of a multiple choice."""
    return [point for point in item.points if point.code >= 0]


def values(item: Item) -> tuple[Value, ...]:
    """Codes and labels; on a scale of numbers the ends are labelled with their poles."""
    codes = [point.code for point in item.points if point.code >= 0]
    ends = dict(zip((codes[0], codes[-1]), item.poles, strict=True)) if item.poles else {}
    return tuple(Value(point.code, ends.get(point.code, point.label)) for point in item.points)


def level(item: Item) -> str:
    return {"number": "interval", "text": "nominal", "date": "interval"}.get(item.kind, item.level)


def questions_of(form: Instrument) -> Iterator[tuple[Question, Item]]:
    for page in form.pages:
        for question in page.questions:
            yield from ((question, item) for item in question.items)


def wording(question: Question, item: Item) -> str:
    """The full question as read: stem and item."""
    return " – ".join(part for part in (question.text, item.text) if part)
