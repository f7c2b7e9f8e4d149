"""All variants side by side: what differs is marked, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from surveys.differences import (
    ItemBeside,
    PageBeside,
    Place,
    Text,
    differing,
    instruments_of,
    order_of,
    side_by_side,
)
from surveys.instrument import Instrument
from surveys.models import Response, Survey
from tests import builders

pytestmark = pytest.mark.once

HOSTILE = "<script>alert(1)</script> {{ survey }} <b>bold"
MUSEUM, LIBRARY, ARCHIVE = "Museums", "Libraries", "Archives"


def order_in(*instruments: Instrument) -> list[Place]:
    """The places of the items of the first, which has all of them."""
    first = instruments[0]
    return [Place(p.code, q.code, i.variable) for p in first.pages for q in p.questions for i in q.items]


def reworded(instrument: Instrument, title: str, label: str) -> Instrument:
    """The form with another title on its first page."""
    first, *others = instrument.pages
    return replace(instrument, variant_label=label, pages=(replace(first, title=title), *others))


def titles(museum: Instrument, *wordings: str) -> Text:
    """The title of the first page, worded in these ways by as many variants."""
    instruments = [reworded(museum, words, str(place)) for place, words in enumerate(wordings)]
    return side_by_side(instruments, order_in(museum))[0].title


def marks(text: Text) -> dict[str, list[str] | None]:
    """What is marked, by variant; words that are left out stand in brackets."""
    return {
        wording.variant: None
        if wording.parts is None
        else [f"[{p.words}]" if p.left_out else p.words for p in wording.parts if p.differs]
        for wording in text.wordings
    }


def items(pages: list[PageBeside]) -> Iterator[ItemBeside]:
    return (item for page in pages for question in page.questions for item in question.items)


@pytest.fixture
def pages(survey: Survey) -> list[PageBeside]:
    return side_by_side(instruments_of(survey), order_of(survey))


def test_the_differences_of_the_small_study_are_found_exactly(pages: list[PageBeside]) -> None:
    found: dict[str, dict[str, list[str] | None]] = {}
    for page in pages:
        found |= {f"{page.code} title": marks(page.title), f"{page.code} intro": marks(page.intro)}
        for q in page.questions:
            found |= {f"{q.code} text": marks(q.text), f"{q.code} help": marks(q.help)}
            found |= {f"{row.item.variable} text": marks(row.text) for row in q.items}
            found |= {f"{row.item.variable} filter": marks(row.condition) for row in q.items}
    museum, library, archive = ["museum"], ["library"], ["archive"]
    assert {name: marked for name, marked in found.items() if marked} == {
        "work title": {MUSEUM: museum, LIBRARY: library, ARCHIVE: archive},
        "work intro": {MUSEUM: museum, LIBRARY: library, ARCHIVE: archive},
        "importance text": {
            MUSEUM: ["museum?"],
            LIBRARY: ["library?"],
            ARCHIVE: ["archive and its holdings?"],
        },
        "together text": {
            MUSEUM: ["libraries, archives."],
            LIBRARY: ["museums,"],
            ARCHIVE: ["museums, libraries."],
        },
        "a_shared text": {
            MUSEUM: ["We share visitors with them."],
            LIBRARY: ["readers"],
            ARCHIVE: ["Our users also go there."],
        },
        "digital text": {MUSEUM: museum, LIBRARY: library, ARCHIVE: archive},
        "online_share filter": {MUSEUM: museum, LIBRARY: library, ARCHIVE: archive},
        "channels filter": {MUSEUM: museum, LIBRARY: library, ARCHIVE: archive},
        "volunteers text": {MUSEUM: ["museum?"], LIBRARY: ["library?"], ARCHIVE: ["archive?"]},
        "founded_on text": {MUSEUM: museum, LIBRARY: library, ARCHIVE: archive},
    }


def test_what_only_some_variants_ask_says_which(pages: list[PageBeside]) -> None:
    assert {row.item.variable: row.only for row in items(pages) if row.only} == {"a_loans": (MUSEUM, ARCHIVE)}
    assert {page.code: page.only for page in pages if page.only} == {"exhibitions": (MUSEUM,)}


def test_places_are_in_the_order_of_the_master(pages: list[PageBeside]) -> None:
    assert [page.code for page in pages] == ["work", "online", "exhibitions", "closing"]
    assert [row.item.variable for row in items(pages)][:6] == [
        "i_access", "i_research", "a_known", "a_shared", "a_loans", "digital",
    ]  # fmt: skip


def test_nothing_is_marked_where_all_variants_agree(museum: Instrument) -> None:
    pages = side_by_side([museum, replace(museum, variant_label="Twin")], order_in(museum))
    assert len(list(items(pages))) == len(museum.items)
    assert not any(page.differs for page in pages)
    assert differing(pages) == []


def test_one_wording_against_a_majority_is_marked_alone(museum: Instrument) -> None:
    text = titles(museum, "The work of one", "The work of all", "The work of all")
    assert marks(text) == {"0": ["one"], "1": [], "2": []}
    assert text.common == "The work of all"


def test_words_that_a_variant_leaves_out_are_told(museum: Instrument) -> None:
    assert marks(titles(museum, "The hard work", "The work", "The hard work"))["1"] == ["[hard]"]


def test_without_a_majority_every_variant_is_marked(museum: Instrument) -> None:
    assert marks(titles(museum, "a b", "a c", "a d")) == {"0": ["b"], "1": ["c"], "2": ["d"]}


def test_white_space_makes_no_difference(museum: Instrument) -> None:
    assert titles(museum, "The  work\nof all", "The work of all").wordings == ()


def test_the_differences_alone_leave_out_what_is_the_same(pages: list[PageBeside]) -> None:
    kept = {row.item.variable for row in items(differing(pages))}
    assert kept == {
        "a_shared", "a_loans", "digital", "online_share", "channels", "volunteers", "founded_on",
    }  # fmt: skip


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(builders.staff("Interviewer"))
    return client


def test_all_five_variants_of_2019_stand_on_one_page(db: None, desk: Client) -> None:
    survey = builders.load(builders.STUDY_2019)
    shown = desk.get(reverse("desk:questionnaire", args=[survey.name])).content.decode()
    instruments = instruments_of(survey)
    assert len(instruments) == 5
    for instrument in instruments:
        assert reverse("desk:preview", args=[survey.name, instrument.variant, 1]) in shown
        for variable in instrument.items:
            assert shown.count(f"<code>{variable}</code>") == 1


def test_once_compiled_the_forms_are_not_read_from_the_database_again(
    survey: Survey, desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("desk:questionnaire", args=[survey.name])
    desk.get(address)
    # session, user, rights, rights; survey, variants, order, report, surveys, inbox, privacy notices
    with django_assert_num_queries(11):
        desk.get(address)


@pytest.mark.parametrize("query", ["", "?only=differences"])
def test_hostile_texts_are_shown_as_texts(survey: Survey, desk: Client, query: str) -> None:
    survey.variants.update(label=HOSTILE)
    for page in survey.pages.all():
        page.questions.update(text=HOSTILE.replace("{{ survey }}", "{{{{ survey }}}}"))
    survey.version += 1
    survey.save()
    shown = desk.get(reverse("desk:questionnaire", args=[survey.name]) + query).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ survey }} &lt;b&gt;bold" in shown


def test_the_preview_shows_a_page_with_all_its_items_and_no_way_to_send_it(
    survey: Survey, desk: Client, forms: Mapping[str, Instrument]
) -> None:
    for instrument in forms.values():
        for page in instrument.pages:
            address = reverse("desk:preview", args=[survey.name, instrument.variant, page.number])
            shown = desk.get(address).content.decode()
            assert all(f'name="{item.variable}"' in shown for item in page.items)
            assert "<form" not in shown
            assert "<button" not in shown
    assert not Response.objects.exists()


def test_the_preview_leads_from_the_first_page_to_the_last(survey: Survey, desk: Client) -> None:
    ends = [reverse("desk:preview", args=[survey.name, "library", number]) for number in (0, 1, 2, 3, 4)]
    before, first, second, last, behind = ends
    shown = [desk.get(address).content.decode() for address in (first, second, last)]
    assert [second in page for page in shown] == [True, False, True]
    assert last in shown[1]
    assert not any(f'href="{address}"' in page for address in (before, behind) for page in shown)
    assert desk.get(before).status_code == desk.get(behind).status_code == 404
    assert desk.get(reverse("desk:preview", args=[survey.name, "zoo", 1])).status_code == 404
