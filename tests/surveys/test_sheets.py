"""A page that is laid out once and filled in many times is the page that crispy lays out afresh."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Engine, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, fromstring  # type: ignore[import-untyped]  # it comes without types

from surveys.blueprint import blueprint_of
from surveys.forms import PageForm
from surveys.instrument import Instrument, Item, Page, Point

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the forms are read from rows

KINDS = {"choice", "multiple", "number", "date", "text"}
EVERYTHING = {"digital": 1, "channels": [1, 3]}  # lets every item through
SYNTAX = [
    "{{ form }}",
    "{% load x %}",
    "{# no #}",
    "{% endlater %}",
    "100 % {sic}",
    "<b>&amp;\"'",
    "\0" + "0\0",
]
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])) | st.sampled_from(SYNTAX[:-1])
many = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def legal(item: Item) -> st.SearchStrategy[Any]:
    """What may be stored for an item."""
    codes = st.sampled_from([point.code for point in item.points] or [0])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "choice": codes,
        "multiple": st.lists(codes, unique=True, min_size=1),
        "number": st.integers(0, 60),
        "date": st.dates().map(str),
        "text": texts,
    }
    return kinds[item.kind]


@st.composite
def visits(draw: st.DrawFn, instrument: Instrument) -> PageForm:
    """A page that is looked at with some answers, or that was sent with right and wrong ones."""
    page = draw(st.sampled_from(instrument.pages))
    answers = draw(st.fixed_dictionaries({}, optional={i.variable: legal(i) for i in page.items}))
    if draw(st.booleans()):
        return PageForm(instrument, page, EVERYTHING | answers)
    data = QueryDict(mutable=True)
    for item in page.items:
        sent = draw(st.none() | legal(item) | texts)
        data.setlist(item.variable, [] if sent is None else [str(s) for s in listed(sent)])
    return PageForm(instrument, page, EVERYTHING, data)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def content(form: PageForm) -> dict[str, Any]:
    return {"instrument": form.instrument, "page": form.page, "form": form, "total": 4}


def afresh(form: PageForm) -> str:
    return str(Engine.get_default().get_template("surveys/page.html").render(Context(content(form))))


def blank(form: PageForm) -> PageForm:
    """The same items for nobody in particular."""
    without_answers = PageForm(form.instrument, form.page, {})
    without_answers.show(form.fields)
    return without_answers


def blueprint(form: PageForm, kept: dict[Any, Template] | None = None) -> Template:
    kept = {} if kept is None else kept
    key = form.page.number, tuple(form.fields)
    if key not in kept:
        kept[key] = blueprint_of("surveys/page.html", content(blank(form)))
    return kept[key]


def filled_in(form: PageForm, kept: dict[Any, Template] | None = None) -> str:
    return str(blueprint(form, kept).render(Context(content(form))))


def test_a_page_filled_in_is_the_page_laid_out_afresh(museum: Instrument) -> None:
    assert {item.kind for item in museum.items.values()} == KINDS
    kept: dict[Any, Template] = {}

    @many
    @given(visits(museum))
    def each(form: PageForm) -> None:
        assert filled_in(form, kept) == afresh(form)

    each()


def controls(element: HtmlElement, name: str) -> list[tuple[Any, ...]]:
    """Each control of this name: what it is, what it holds, whether it is chosen, whether it is wrong."""
    found = element.xpath(f'.//input[@name="{name}"] | .//textarea[@name="{name}"]')
    return [
        (
            e.get("type", e.tag),
            e.get("id"),
            e.text if e.tag == "textarea" else e.get("value", ""),
            e.get("checked") is not None,
        )
        for e in found
    ]


def test_a_page_holds_what_the_widgets_of_django_hold(museum: Instrument) -> None:
    kept: dict[Any, Template] = {}

    @many
    @given(visits(museum))
    def each(form: PageForm) -> None:
        page = fromstring(filled_in(form, kept))
        for field in form:
            assert controls(page, field.name) == controls(fromstring(f"<div>{field}</div>"), field.name)

    each()


def test_a_page_says_of_every_answer_whether_it_is_wrong_and_how(museum: Instrument) -> None:
    kept: dict[Any, Template] = {}

    @many
    @given(visits(museum))
    def each(form: PageForm) -> None:
        page = fromstring(filled_in(form, kept))
        for field in form:
            item = page.get_element_by_id(f"item_{field.name}")
            said = [error.text_content().strip() for error in item.find_class("kern-error")]
            assert said == ([" ".join(map(str, field.errors))] if field.errors else [])
        assert bool(page.xpath('//*[@id="error-summary"]')) == bool(form.errors)

    each()


def reworded(page: Page, text: str) -> Page:
    """The page with this text in every place where a study may put one."""
    questions = tuple(
        replace(
            question,
            text=text,
            help=text,
            items=tuple(
                replace(
                    item,
                    text=text,
                    unit=text,
                    poles=item.poles and (text, text),
                    points=tuple(Point(point.code, text) for point in item.points),
                )
                for item in question.items
            ),
        )
        for question in page.questions
    )
    return replace(page, title=text, intro=text, questions=questions)


@pytest.mark.parametrize("text", SYNTAX)
def test_what_looks_like_a_template_in_a_study_is_shown_as_it_stands(museum: Instrument, text: str) -> None:
    hostile = replace(museum, pages=tuple(reworded(page, text) for page in museum.pages))
    for page in hostile.pages:
        form = PageForm(hostile, page, EVERYTHING)
        assert filled_in(form) == afresh(form)
        shown = fromstring(filled_in(form).replace("\0", ""))
        assert shown.xpath("string(//h1)") == text.replace("\0", "")
        for legend in shown.xpath("//legend | //h2[contains(@class, 'question__text')]"):
            assert legend.text_content() == text.replace("\0", "")


@pytest.mark.parametrize("text", SYNTAX[:-1])
def test_what_looks_like_a_template_in_an_answer_is_shown_as_it_was_typed(
    museum: Instrument, text: str
) -> None:
    page = fromstring(filled_in(PageForm(museum, museum.page(4), {"remarks": text})))
    assert page.get_element_by_id("id_remarks").text == f"\n{text}"  # browsers leave the first break out


def test_a_page_laid_out_shows_nothing_of_whoever_asked_for_it_first(museum: Instrument) -> None:
    first = PageForm(museum, museum.page(4), {"remarks": "of the first", "volunteers": 7})
    kept: dict[Any, Template] = {}
    filled_in(first, kept)
    assert "of the first" not in filled_in(PageForm(museum, museum.page(4), {}), kept)
