"""The interface is written in German; whoever reads it in English misses nothing and finds no German."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from respondents.models import Case
from surveys.instrument import instrument_of, remembered
from surveys.models import Survey
from tests import builders

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PO = Path("en", "LC_MESSAGES", "django.po")
PRODUCT = "Rücklauf"  # a name is not translated
KEYWORDS = DEFAULT_KEYWORDS | {
    f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")
}
PLACE = re.compile(r"%\(\w+\)s|\{\w*\}|</?\w+>")  # what is filled in, and markup
GERMAN_SIGNS = re.compile(r".{0,30}[äöüßÄÖÜ].{0,30}")


# --- what the interface says, and what the catalogue knows ---


def sources() -> Iterator[tuple[Path, str]]:
    """Everything that may speak to a reader, as Python; a template by the calls that it stands for."""
    for package in ("config", "surveys", "respondents", "analysis"):
        yield from ((path, path.read_text()) for path in (ROOT / package).rglob("*.py"))
    for path in (ROOT / "templates").rglob("*.html"):
        calls: str = templatize(path.read_text())
        yield path, re.sub(r"^[ \t]+", "", calls, flags=re.MULTILINE)  # HTML's indentation is not Python's


@cache
def spoken() -> dict[str, Path]:
    """Each German message by its singular, with a file that says it."""
    found = {}
    for path, source in sources():
        for _, message, _, _ in extract("python", BytesIO(source.encode()), KEYWORDS):
            found[message if isinstance(message, str) else message[0]] = path.relative_to(ROOT)
    return found


@cache
def catalogue() -> Catalog:
    return read_po(BytesIO((ROOT / "locale" / PO).read_bytes()))


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def forms(text: object) -> tuple[str, ...]:
    """Singular and plural, or the only form."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def pairs() -> list[tuple[str, str]]:
    """Each form of each message beside its translation."""
    return [pair for m in messages() for pair in zip(forms(m.id), forms(m.string), strict=False)]


def test_the_interface_speaks() -> None:
    assert len(spoken()) > 100
    places = {path.parts[0] for path in spoken().values()}
    assert places >= {"templates", "surveys", "respondents", "analysis"}


def test_everything_that_is_said_has_its_english() -> None:
    known = {
        forms(message.id)[0] for message in messages() if all(forms(message.string)) and not message.fuzzy
    }
    assert {text: str(path) for text, path in spoken().items() if text not in known} == {}


def test_nothing_is_translated_that_nobody_says() -> None:
    assert {forms(message.id)[0] for message in messages()} - spoken().keys() == set()


def test_a_plural_has_both_forms() -> None:
    assert catalogue().num_plurals == 2
    assert [m.id for m in messages() if len(forms(m.id)) != len(forms(m.string))] == []


def test_a_translation_fills_in_what_its_message_fills_in() -> None:
    assert [pair for pair in pairs() if len({tuple(sorted(PLACE.findall(text))) for text in pair}) > 1] == []


def test_a_translation_keeps_the_spaces_around_its_message() -> None:
    assert [
        pair for pair in pairs() if len({(text[:1].isspace(), text[-1:].isspace()) for text in pair}) > 1
    ] == []


def test_the_catalogue_compiles_without_complaint_and_names_nobody() -> None:
    assert [(message.id, errors) for message, errors in catalogue().check()] == []
    text = (ROOT / "locale" / PO).read_text()
    assert "@" not in text
    assert "Translator" not in text


# --- what an English reader sees ---


@pytest.fixture
def english(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    """The interface in English, from the catalogue as it stands in the repository."""
    compiled = (tmp_path / "locale" / PO).with_suffix(".mo")
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalogue())
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    remembered.cache_clear()
    with translation.override("en"):
        yield


def german_in(html: bytes | str) -> list[str]:
    """German messages, and anything else that looks German, in a page."""
    page = unescape(html if isinstance(html, str) else html.decode())
    translated = [german for german in spoken() if translation.gettext(german) != german]
    said = [text for text in translated if text != PRODUCT and pattern_of(text).search(page)]
    return said + GERMAN_SIGNS.findall(page.replace(PRODUCT, ""))


@cache
def pattern_of(message: str) -> re.Pattern[str]:
    """Finds a message in a page, whatever has been filled in."""
    known_parts = map(re.escape, re.split(r"%\(\w+\)s|\{\w*\}", message))
    return re.compile(rf"(?<!\w){'[^<>]{0,80}?'.join(known_parts)}(?!\w)")


def set_day(survey: Survey, days_after_end: int) -> None:
    noon = datetime.combine(survey.field_end, time(12), ZoneInfo(survey.time_zone))
    survey.set_clock(noon + timedelta(days=days_after_end))


@pytest.mark.usefixtures("english")
def test_an_english_study_is_english_from_the_link_to_the_receipt(survey: Survey, client: Client) -> None:
    case = Case.objects.filter(variant__survey=survey)[0]
    link = f"/b/{case.token}"
    pages = [client.get(link)]
    client.post(link)
    pages += [client.get(f"/form/{number}/") for number in range(1, 5)]
    client.post("/form/1/", {"digital": "1", "go": "next"})
    client.post("/form/2/", {"channels": ["1"], "go": "next"})
    pages += [client.get("/form/2/"), client.post("/form/2/", {"online_share": "all", "portal_since": "?"})]
    pages += [client.get("/form/review/"), client.post("/form/review/", {"go": "submit"}, follow=True)]
    pages += [client.get(link)]
    assert [german_in(page.content) for page in pages] == [[]] * len(pages)
    assert {b'<html lang="en">' in page.content for page in pages} == {True}
    assert [b"error-summary" in page.content for page in pages] == [False] * 6 + [True] + [False] * 3


@pytest.mark.usefixtures("english")
def test_an_english_study_is_english_where_no_form_opens(survey: Survey, client: Client) -> None:
    first, second = Case.objects.filter(variant__survey=survey)[:2]
    client.post(f"/b/{first.token}")
    builders.withdrawn(second)
    links = [f"/b/{first.token}", f"/b/{second.token}", "/b/unknown"]
    pages = [client.get(f"/about/{survey.name}/{topic}/") for topic in ("privacy", "imprint")]
    client.cookies["django_language"] = "en"  # some of these pages belong to no study
    set_day(survey, days_after_end=1)
    pages += [client.get(link) for link in links] + [client.post("/form/1/", {"go": "next"})]
    set_day(survey, days_after_end=-1000)
    pages += [client.get(links[0]), Client().get("/form/1/?language=en")]
    assert [page.status_code for page in pages] == [200, 200, 410, 410, 404, 403, 403, 403]
    assert [german_in(page.content) for page in pages] == [[]] * len(pages)


@pytest.mark.usefixtures("english")
def test_an_english_study_quotes_as_the_english_do(survey: Survey) -> None:
    with survey.in_its_tongue():
        form = instrument_of(survey.variants.all()[0])
        conditions = {form.condition(item) for item in form.items.values()} - {""}
    assert conditions == {
        "Only if you answered “yes” to “Does your museum offer collections online?”.",
        "Only if you answered “a portal” to “How do people hear of them?”.",
    }


@pytest.mark.usefixtures("english")
def test_the_desk_can_be_read_in_english(survey: Survey, client: Client) -> None:
    builders.mailing(survey).release()
    builders.mailing(survey)
    client.cookies["django_language"] = "en"
    pages = [client.get("/desk/login/"), client.post("/desk/login/", {"username": "", "password": ""})]
    client.force_login(builders.staff("Administrator"))
    pages += [client.get(f"/desk/{survey.name}/")]
    assert [page.status_code for page in pages] == [200] * 3
    assert [german_in(page.content) for page in pages] == [[]] * 3


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_can_be_read_in_english(name: str) -> None:
    assert german_in(render_to_string(name)) == []


def test_german_needs_no_catalogue() -> None:
    with translation.override("de"):
        assert [text for text in spoken() if translation.gettext(text) != text] == []
        assert translation.gettext("This field is required.") == "Dieses Feld ist zwingend erforderlich."


@pytest.mark.usefixtures("english")
def test_a_pretest_of_an_english_study_is_english(survey: Survey, client: Client) -> None:
    group = survey.pretest_groups.create(name="Colleagues")
    door = f"/p/{group.token}/"
    pages = [client.get(door), client.post(door)]
    client.post(door, {"variant": survey.variants.all()[0].pk})
    client.post("/form/1/", {"comment__importance": "Clear.", "go": "next"})
    pages += [client.get("/form/1/"), client.get("/form/review/"), client.get(door)]
    pages += [client.post("/form/review/", {"go": "submit"}, follow=True)]
    group.close()
    pages += [client.get(door)]
    client.cookies["django_language"] = "en"
    client.force_login(builders.staff("Administrator"))
    address = f"/desk/{survey.name}/pretest/"
    pages += [client.get(address), client.post(f"{address}add/"), client.get(f"{address}comments/")]
    pages += [client.post(f"{address}delete/", follow=True)]
    assert [german_in(page.content) for page in pages] == [[]] * len(pages)
