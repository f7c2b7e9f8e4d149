"""The codebook is read with lxml, and looked at with Chromium as a stranger would open it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import Browser, sync_playwright

from analysis.codebook import Returns, Variable
from analysis.exports import codebook
from analysis.exports.codebook import codebook_html
from analysis.exports.columns import columns
from tests.analysis.exported import BOTH, DEGENERATE, NO_ANSWERS, RETURNS, TITLE, VARIABLES, whole_returns

pytestmark = pytest.mark.once

CHROMIUM = "/usr/bin/chromium"
ROWS: list[Mapping[str, Any]] = [
    *({"trust": code} for code in (1, 3, 3, 4, 4, 4, 4, 4)),
    {"trust": -8, "help__money": 0},
    {"office_type": "jugend", "trust": -12, "staff": -11.0},
    NO_ANSWERS,
]


def page(returns: Returns, language: str = "de") -> Any:
    return html.fromstring(codebook_html(returns, language).decode())


def entry(returns: Returns, name: str, language: str = "de") -> Any:
    return page(returns, language).get_element_by_id(f"v-{name}")


def words(node: Any) -> str:
    return " ".join(" ".join(node.itertext()).split())


def rows(node: Any) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in node.xpath(".//table/tbody/tr")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    switches = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield chromium
        chromium.close()


def test_each_variable_has_an_entry_that_the_contents_lead_to() -> None:
    document = page(whole_returns(ROWS))
    links = [link.get("href") for link in document.xpath("//nav//li/a")]
    assert links[-5:] == ["#v-trust", "#v-contact__1", "#v-staff", "#v-help", "#v-since"]
    assert [f"#{article.get('id')}" for article in document.xpath("//article")] == links
    for link in document.xpath("//a"):
        assert document.get_element_by_id(link.get("href").removeprefix("#")) is not None


def test_every_column_of_the_data_files_is_named() -> None:
    returns = whole_returns(ROWS)
    text = words(page(returns).body)
    assert [column.name for column in columns(returns.codebook, "de") if column.name not in text] == []


def test_counts_and_shares_rest_on_the_valid_answers() -> None:
    assert rows(entry(whole_returns(ROWS), "trust")) == [
        ["1", "trifft gar nicht zu", "1", "12,5"],
        ["2", "trifft eher nicht zu", "0", "0,0"],
        ["3", "trifft eher zu", "2", "25,0"],
        ["4", "trifft voll zu", "5", "62,5"],
        ["", "gültig", "8", ""],
        ["−8", "kann ich nicht beurteilen", "1", ""],
        ["−9", "keine Angabe", "1", ""],
        ["−12", "abgebrochen", "1", ""],
        ["", "gesamt", "11", ""],
    ]


def test_codes_of_an_open_answer_are_counted_and_no_answer_is_quoted() -> None:
    returns = whole_returns([*ROWS, {"help": "ganz geheim"}])
    assert rows(entry(returns, "help")) == [
        ["money", "Mittel", "10", "90,9"],
        ["grants", "Fördermittel", "0", "0,0"],
        ["", "gültig", "11", ""],
        ["−9", "keine Angabe", "1", ""],
        ["", "gesamt", "12", ""],
    ]
    assert "geheim" not in words(page(returns).body)


def test_a_number_is_summed_up() -> None:
    returns = whole_returns([{"staff": 1.0}, {"staff": 2.5}, {"staff": -10.0}])
    said = words(entry(returns, "staff").find(".//dl[@class='facts']"))
    assert "Mittelwert 1,75" in said
    assert "Minimum 1 Maximum 2,50" in said
    assert rows(entry(returns, "staff"))[0] == ["", "gültig", "2", ""]


def test_each_wording_names_its_readers() -> None:
    wordings = entry(whole_returns(ROWS), "trust").xpath(".//dl[@class='wordings']/div")
    assert [words(each) for each in wordings] == [
        "Ordnung Vertrauen in unserem Ordnungsamt",
        "Jugend Vertrauen in unserem Jugendamt",
    ]


def test_a_wording_that_all_share_stands_once() -> None:
    article = entry(whole_returns(ROWS), "help")
    assert [words(each) for each in article.find_class("wording")] == ["Was hilft?"]
    assert article.find_class("wordings") == []


def test_filter_and_missing_variants_are_said_in_words() -> None:
    article = entry(whole_returns(ROWS), "staff")
    facts = {words(each[0]): words(each[1]) for each in article.xpath(".//dl[@class='facts']/div")}
    assert facts["Filter"] == "Nur wenn Sie bei „Vertrauen“ „trifft voll zu“ angegeben haben."
    assert facts["Nicht gestellt"] == "Jugend"
    assert [row[0] for row in rows(article) if row[0]] == ["−9", "−10", "−11"]


def test_a_code_that_the_scale_does_not_know_is_shown() -> None:
    assert ["5", "", "1", "100,0"] in rows(entry(whole_returns([{"trust": 5}]), "trust"))


@pytest.mark.parametrize("case", DEGENERATE)
@pytest.mark.parametrize("language", ["de", "en"])
def test_little_data_makes_a_whole_codebook(case: str, language: str) -> None:
    returns = DEGENERATE[case]
    document = page(returns, language)
    assert len(document.xpath("//article")) == 6 + len(VARIABLES)
    text = words(document.body)
    assert ("kein Fragebogen" in text or "No questionnaire" in text) == returns.frame.is_empty()
    assert not re.search(r"\b(nan|None|inf)\b", text, re.IGNORECASE)


@given(RETURNS)
@settings(max_examples=25, deadline=None)
def test_valid_and_missing_add_up_to_all(returns: Returns) -> None:
    for article in page(returns).xpath("//article[.//tbody[@class='missing']]"):
        counts = {row[1]: int(row[2]) for row in rows(article)}
        missing = sum(int(row[2]) for row in rows(article) if row[0].startswith("−"))
        assert counts["gültig"] + missing == counts["gesamt"] == len(returns.frame)


def test_what_a_study_says_is_text_and_never_markup() -> None:
    attack = '<script>alert("1")</script><img src=x onerror=alert(1)>&amp;'
    evil = replace(VARIABLES[0], short=attack, condition=attack, wordings=dict.fromkeys(BOTH, attack))
    document = page(whole_returns(ROWS, (evil,), title=attack))
    assert document.xpath("//script | //img") == []
    assert document.find(".//h1").text == attack
    assert words(document.find_class("wording")[0]) == attack


def test_the_study_language_is_the_page_language() -> None:
    document = page(whole_returns(ROWS), "en")
    assert document.get("lang") == "en"
    assert ["", "valid", "8", ""] in rows(document.get_element_by_id("v-trust"))
    assert "Häufigkeit" not in words(document.body)


def test_headings_descend_without_a_gap() -> None:
    headings = page(whole_returns(ROWS)).xpath("//h1 | //h2 | //h3 | //h4")
    levels = [int(heading.tag[1]) for heading in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_without_built_fonts_the_reader_s_own_serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(codebook, "FONTS", tmp_path)
    assert b"@font-face" not in codebook_html(whole_returns(ROWS), "de")


@pytest.mark.parametrize("width", [1280, 360])
def test_it_needs_no_other_file_and_no_sideways_scrolling(
    width: int, browser: Browser, tmp_path: Path
) -> None:
    long_name = Variable(
        "x" * 50, "Wort" * 40, "Wort" * 20, "choice", "nominal", (), {"ordnung": "Wort" * 60}
    )
    returns = whole_returns(ROWS)
    frame = returns.frame.with_columns(returns.frame["trust"].alias(long_name.name))
    variables = (*returns.codebook.variables, long_name)
    content = codebook_html(Returns(frame, replace(returns.codebook, variables=variables)), "de")
    (tmp_path / "codebook.html").write_bytes(content)
    tab = browser.new_page(viewport={"width": width, "height": 900})
    wanted: list[str] = []
    tab.on("request", lambda request: wanted.append(request.url))
    tab.goto((tmp_path / "codebook.html").as_uri())
    assert [url for url in wanted if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in wanted if url.startswith("file:")]) == 1
    assert tab.title() == f"Codebuch – {TITLE}"
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()
