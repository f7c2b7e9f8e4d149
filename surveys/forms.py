"""A page becomes a Django form with a crispy layout."""

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.template import Engine
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from surveys.instrument import Answers, Instrument, Item, Page, Question

MISTAKES = {
    "invalid": _("Bitte geben Sie eine Zahl in Ziffern ein, ohne Tausenderpunkt."),
    "fraction": ngettext_lazy(
        "Bitte geben Sie eine Zahl ohne Tausenderpunkt ein, höchstens %(decimals)d Stelle hinter dem Komma.",
        "Bitte geben Sie eine Zahl ohne Tausenderpunkt ein, höchstens %(decimals)d Stellen hinter dem Komma.",
        "decimals",
    ),
    "min_value": _("Bitte geben Sie eine Zahl ab %(limit_value)s ein."),
    "max_value": _("Bitte geben Sie eine Zahl bis %(limit_value)s ein."),
    "max_length": _(
        "Bitte kürzen Sie Ihren Text auf höchstens %(limit_value)d Zeichen; jetzt sind es %(show_value)d."
    ),
}


class QuestionBlock(LayoutObject):  # type: ignore[misc]  # crispy-forms carries no types
    """One question on the page: its stem, then a fieldset for each item."""

    template = "kern/question.html"

    def __init__(self, question: Question, instrument: Instrument) -> None:
        self.question, self.instrument = question, instrument
        self.fields = [item.variable for item in question.items]

    def render(self, form: forms.Form, context: Any, template_pack: str = "kern", **kwargs: Any) -> str:
        form.rendered_fields.update(self.fields)  # type: ignore[attr-defined]  # crispy's own record
        rows = [self.row(form[i.variable], i) for i in self.question.items if i.variable in form.fields]
        with context.update({"question": self.question, "rows": rows, "form": form}):
            return str(Engine.get_default().get_template(self.template).render(context))

    def row(self, field: forms.BoundField, item: Item) -> dict[str, Any]:
        """One item with what the page needs to know of its filters."""
        return {
            "field": field,
            "item": item,
            "condition": self.instrument.condition(item),
            "asked_if": json.dumps({c.variable: c.codes for c in item.asked_if}) if item.asked_if else "",
        }


class PageForm(forms.Form):
    """The form of one page. Every item may be left out; what is given must be a legal answer."""

    use_required_attribute = False

    def __init__(self, instrument: Instrument, page: Page, answers: Answers, data: Any = None) -> None:
        self.instrument, self.page, self.stored = instrument, page, dict(answers)
        typed = data or {}  # is taken even if a colleague's answer has hidden its item meanwhile
        shown = tuple(
            item.variable
            for item in page.items
            if item.variable in typed or instrument.is_shown(item, page, answers)
        )
        super().__init__(data, initial={name: answers.get(name) for name in shown})
        self.show(shown)

    def show(self, variables: Iterable[str]) -> None:
        """Let these items of the page stand in the form."""
        fields = fields_of(self.instrument)
        self.fields = {name: fields[name] for name in variables}

    @property
    def helper(self) -> FormHelper:
        """How crispy lays the page out: question by question."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        shown = (q for q in self.page.questions if self.fields.keys() & q.variables)
        helper.layout = Layout(*(QuestionBlock(question, self.instrument) for question in shown))
        return helper

    def clean(self) -> None:
        """What is wrong with an item that its filter hides does not hold the page up."""
        given = self.stored | {name: plain(value) for name, value in self.cleaned_data.items()}
        for name in list(self.errors):
            if not self.instrument.is_asked(self.instrument.items[name], given):
                del self.errors[name]

    def answers(self) -> dict[str, Any]:
        """The legal answers by variable; None where nothing was given. Illegal ones are absent."""
        self.is_valid()
        return {name: plain(value) for name, value in self.cleaned_data.items()}

    def show_instead(self, answers: Answers) -> None:
        """Let these answers stand on the page in place of what was sent."""
        if not answers:
            return
        data = MultiValueDict(self.data.lists())  # type: ignore[attr-defined]  # as a browser sends it
        for name, value in answers.items():
            given = value if isinstance(value, list) else [] if value is None else [value]
            data.setlist(name, [str(part) for part in given])
            self.errors.pop(name, None)
        self.data = data


def plain(value: Any) -> Any:
    """A cleaned value as JSON keeps it: dates in ISO 8601, codes in order, nothing as None."""
    if value in (None, "", []):
        return None
    if isinstance(value, list):
        return sorted(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


@lru_cache(maxsize=64)
def fields_of(instrument: Instrument) -> dict[str, forms.Field]:
    """The fields of all items, shared by the forms of all requests: a field keeps nothing of its own."""
    return {name: field_for(item) for name, item in instrument.items.items()}


def field_for(item: Item) -> forms.Field:
    """The form field that takes this item's answers."""
    field = FIELDS[item.kind](item)
    field.label = item.text
    field.required = False
    return field


def choice(item: Item) -> forms.Field:
    return forms.TypedChoiceField(
        choices=choices(item), coerce=int, empty_value=None, widget=forms.RadioSelect
    )


def multiple(item: Item) -> forms.Field:
    return forms.TypedMultipleChoiceField(
        choices=choices(item), coerce=int, empty_value=None, widget=forms.CheckboxSelectMultiple
    )


def choices(item: Item) -> list[tuple[int, str]]:
    return [(point.code, point.label) for point in item.points]


class WholeNumber(forms.IntegerField):
    """A whole number in digits: "1.000" is refused, for it may mean one or a thousand."""

    re_decimal = re.compile(r"(?!)")


class Fraction(forms.FloatField):
    """A number with a point or a comma before its fraction; what may have a mark for thousands is refused."""

    THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})+")

    def __init__(self, decimals: int, **options: Any) -> None:
        self.decimals, self.typed = decimals, re.compile(rf"[+-]?[0-9]+([.,][0-9]{{1,{decimals}}})?")
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if text and (not self.typed.fullmatch(text) or self.THOUSANDS.fullmatch(text)):
            raise forms.ValidationError(MISTAKES["fraction"], params={"decimals": self.decimals})
        return super().to_python(text.replace(",", "."))


def number(item: Item) -> forms.Field:
    """Typed as text: a control for numbers changes at a turn of the wheel, and drops a comma unseen."""
    keys = "decimal" if item.decimals else "numeric"
    signed = item.minimum is not None and item.minimum < 0  # small keyboards of digits have no minus
    widget = forms.TextInput(attrs={} if signed else {"inputmode": keys})
    widget.is_localized = bool(item.decimals)  # with the reader's own comma or point
    options: dict[str, Any] = {
        "min_value": round_if_whole(item.minimum),
        "max_value": round_if_whole(item.maximum),
        "error_messages": MISTAKES,
        "widget": widget,
    }
    return Fraction(item.decimals, **options) if item.decimals else WholeNumber(**options)


def round_if_whole(limit: float | None) -> float | None:
    """3 instead of 3.0, as it is read in a message."""
    return int(limit) if limit is not None and limit == int(limit) else limit


def day(item: Item) -> forms.Field:
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={"invalid": _("Bitte geben Sie ein Datum ein, zum Beispiel 31.12.2019.")},
    )


class LongText(forms.CharField):
    """Free text; a line break counts as one character.

    The control takes more than `max_length`, or a browser would cut off what is pasted without a word.
    """

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"data-max-length": self.max_length}


def text(item: Item) -> forms.Field:
    return LongText(
        max_length=item.max_length, error_messages=MISTAKES, widget=forms.Textarea(attrs={"rows": item.lines})
    )


FIELDS: dict[str, Callable[[Item], forms.Field]] = {
    "choice": choice,
    "multiple": multiple,
    "number": number,
    "date": day,
    "text": text,
}
