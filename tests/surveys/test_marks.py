"""A mark is a drawing and nothing else: whatever could act or load is refused, with its line."""

import base64
from pathlib import Path

import pytest
from django.test import Client

from respondents.models import Case
from tests.builders import survey_in_field
from tests.surveys.folders import SURVEY, assert_only_fault, edit, faults, loaded, place

pytestmark = pytest.mark.once

MARK = "marks/house.svg"
DRAWING = """<svg viewBox="0 0 8 8"
 xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<style>@media(prefers-color-scheme:dark){path{fill:#fff}}</style>
<defs><linearGradient id="g"/></defs>
<path id="p" fill="url(#g)" d="M0 0h8v8z"/><use xlink:href="#p"/>
</svg>
"""


@pytest.fixture
def marked(folder: Path) -> Path:
    """The small study with a mark."""
    (folder / "marks").mkdir()
    (folder / MARK).write_text(DRAWING)
    name = "  name: Institute for Memory Studies\n  unit"
    edit(
        folder,
        SURVEY,
        name,
        name.replace("  unit", f"  marks: [{{file: {MARK}, alt: The Institute}}]\n  unit"),
    )
    return folder


@pytest.mark.django_db
def test_a_mark_stands_on_the_pages_with_its_words_and_without_a_request_of_its_own(
    marked: Path, client: Client
) -> None:
    survey = survey_in_field(marked)
    page = client.get(f"/b/{Case.objects.of(survey)[0].token}/")
    address = "data:image/svg+xml;base64," + base64.b64encode(DRAWING.encode()).decode()
    assert f'src="{address}" alt="The Institute"' in page.content.decode()
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<defs>", "<script>alert(1)</script><defs>", "<script> has no place in a mark"),
        ("<path ", '<path onload="x()" ', 'onload="x()" has no place'),
        ('xlink:href="#p"', 'xlink:href="https://a.example/p.svg#p"', "https://a.example"),
        ("url(#g)", "url(https://a.example/g.svg)", "https://a.example"),
        ("fill:#fff", "background:url(//a.example)", "'url(' in <style>"),
        ("@media(", "@import 'x'; @media(", "'@' in <style>"),
        ("<defs>", "<foreignObject/><defs>", "<foreignObject> has no place"),
        ("<defs>", '<image href="#p"/><defs>', "<image> has no place"),
        ("<defs>", '<a xmlns="http://www.w3.org/1999/xhtml"/><defs>', "<a> has no place"),
        ("<defs>", '<?xml-stylesheet href="x.css"?><defs>', "a processing instruction has no place"),
        ("</defs>", "</def>", "mismatched tag"),
    ],
)
def test_what_is_more_than_a_drawing_is_refused_with_its_line(
    marked: Path, old: str, new: str, words: str
) -> None:
    edit(marked, MARK, old, new)
    assert_only_fault(marked, place(marked, MARK, new.split(" ", maxsplit=1)[0]), words)


@pytest.mark.django_db
def test_a_document_type_is_refused_before_its_entities_grow(marked: Path) -> None:
    (marked / MARK).write_text('<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n' + DRAWING)
    assert_only_fault(marked, f"{marked / MARK}:1: ", "a document type has no place")


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["<p>no drawing</p>", DRAWING.replace('viewBox="0 0 8 8"', "")])
def test_what_is_no_drawing_is_refused(marked: Path, other: str) -> None:
    (marked / MARK).write_text(other)
    assert f"{marked / MARK}:1: a mark is an <svg> with a viewBox" in faults(marked)


@pytest.mark.django_db
def test_a_mark_too_heavy_for_every_page_is_refused(marked: Path) -> None:
    edit(marked, MARK, "M0 0", "M0 0" + " 0 0" * 1000)
    assert_only_fault(marked, f"{marked / MARK}:1: ", "4000 bytes at most")


@pytest.mark.django_db
def test_a_mark_that_is_missing_is_named(marked: Path) -> None:
    (marked / MARK).unlink()
    assert_only_fault(marked, f"{marked / MARK}:1: ", "this file is missing")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../house.svg", "marks/house.png", "/etc/house.svg", "marks/a/house.svg"])
def test_a_mark_from_elsewhere_is_refused(marked: Path, name: str) -> None:
    edit(marked, SURVEY, MARK, name)
    assert_only_fault(marked, place(marked, SURVEY, name), "a mark is a file marks/*.svg of the study")


@pytest.mark.django_db
def test_the_small_study_loads_with_a_mark(marked: Path) -> None:
    assert "3 variants" in loaded(marked)
