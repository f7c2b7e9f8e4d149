"""Writes a checked questionnaire into its rows, in place of the earlier one."""

from surveys.models import Item, Page, Question, Rule, Scale, ScalePoint, Survey, Variant
from surveys.schema import LARGEST, ItemShape, QuestionnaireFile, QuestionShape, ScaleShape


def write_questionnaire(survey: Survey, questionnaire: QuestionnaireFile) -> None:
    """Replace all pages and scales; variants are updated by code, for cases point at them."""
    survey.pages.all().delete()
    survey.scales.all().delete()
    variants = write_variants(survey, questionnaire)
    scales = {code: write_scale(survey, code, shape) for code, shape in questionnaire.scales.items()}
    items: dict[str, Item] = {}
    for position, page_shape in enumerate(questionnaire.pages, 1):
        page = Page.objects.create(
            survey=survey,
            position=position,
            code=page_shape.code,
            title=page_shape.title,
            intro=page_shape.intro,
        )
        for number, question_shape in enumerate(page_shape.questions, 1):
            question = write_question(page, number, question_shape, variants)
            for place, shape in enumerate(question_shape.items, 1):
                scale = scales[shape.scale or question_shape.scale or ""] if shape.is_closed else None
                items[shape.variable] = item = write_item(question, place, shape, scale)
                write_rules(item, shape, variants, items)


def write_variants(survey: Survey, questionnaire: QuestionnaireFile) -> dict[str, Variant]:
    survey.variants.exclude(code__in=questionnaire.variants).delete()
    variants = {}
    for position, (code, shape) in enumerate(questionnaire.variants.items(), 1):
        others = {
            name: ", ".join(text for owner, text in entries.items() if owner != code)
            for name, entries in questionnaire.lists.items()
        }
        variants[code], _ = Variant.objects.update_or_create(
            survey=survey,
            code=code,
            defaults={
                "position": position,
                "title": shape.title,
                "label": shape.label,
                "terms": shape.terms | others,
            },
        )
    return variants


def write_scale(survey: Survey, code: str, shape: ScaleShape) -> Scale:
    low, high = shape.poles or ("", "")
    scale = Scale.objects.create(survey=survey, code=code, level=shape.level, low_pole=low, high_pole=high)
    ScalePoint.objects.bulk_create(
        ScalePoint(scale=scale, position=position, code=point, label=label)
        for position, (point, label) in enumerate(shape.labels.items(), 1)
    )
    return scale


def write_question(page: Page, position: int, shape: QuestionShape, variants: dict[str, Variant]) -> Question:
    question = Question.objects.create(
        page=page, position=position, code=shape.code, text=shape.text, help=shape.help
    )
    Rule.objects.bulk_create(
        Rule(kind=Rule.Kind.WORDING, question=question, variant=variants[code], text=text)
        for code, text in shape.text_for.items()
    )
    return question


def write_item(question: Question, position: int, shape: ItemShape, scale: Scale | None) -> Item:
    return Item.objects.create(
        question=question,
        position=position,
        variable=shape.variable,
        kind=shape.kind,
        text=shape.text,
        short=shape.short,
        scale=scale,
        lines=shape.lines,
        max_length=shape.max_length,
        minimum=shape.min,
        maximum=LARGEST if shape.max is None and shape.kind == Item.Kind.NUMBER else shape.max,
        decimals=shape.decimals,
        unit=shape.unit,
    )


def write_rules(item: Item, shape: ItemShape, variants: dict[str, Variant], earlier: dict[str, Item]) -> None:
    rules = [
        Rule(kind=Rule.Kind.ASKED_IF, item=item, depends_on=earlier[name], codes=codes)
        for name, codes in shape.asked_if.items()
    ]
    rules += [Rule(kind=Rule.Kind.ONLY_FOR, item=item, variant=variants[code]) for code in shape.only_for]
    rules += [
        Rule(kind=Rule.Kind.WORDING, item=item, variant=variants[code], text=text)
        for code, text in shape.text_for.items()
    ]
    Rule.objects.bulk_create(rules)
