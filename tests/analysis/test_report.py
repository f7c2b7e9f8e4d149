"""The printed report is read back with pypdf."""

import logging
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from analysis.codebook import Returns
from analysis.report import report_pdf
from analysis.reportfile import ReportFile
from surveys.printing import Assets
from tests.analysis.builders import OFFICES_2019, RELEVANCE, RETURNED_2019, item, returns

pytestmark = pytest.mark.once

ABOUT = {
    "title": "Vielfalt und Sicherheit",
    "short_title": "Vielfalt 2019",
    "language": "de",
    "field_start": "2019-11-04",
    "field_end": "2020-01-31",
    "unit": {"one": "Amt", "many": "Ämter und Fachbereiche"},
    "place": {"one": "Kommune", "many": "Kommunen"},
    "institute": {"name": "Institut für Beispiele", "unit": "Abteilung Umfragen", "phone": "0"},
    "support": ["Verband A", "Verband B"],
}
SPEC = ReportFile.model_validate(
    {
        "exhibits": [
            {"label": "Tab. 1", "kind": "return_rates", "title": "Rücklaufquoten"},
            {"label": "Abb. 3", "kind": "means_by_office", "title": "Bedeutung", "variables": ["v4"]},
            {"label": "Abb. 8", "kind": "stacked_bars", "title": "Zusammenarbeit", "variables": ["v8"]},
        ]
    }
)
VARIABLES = (
    item("v4", RELEVANCE, level="interval", short="Sicherheit"),
    item("v8", short="Es herrscht Vertrauen."),
)


def wave(offices: list[str]) -> Returns:
    columns = {"v4": [8] * len(offices), "v8": [3] * len(offices)}
    return returns(offices, columns, VARIABLES, groups=OFFICES_2019, places=206)


@cache
def printed(number: int | None = None) -> bytes:
    """The report of the first returns of 2019; of all without a number."""
    offices = [office for office, count in RETURNED_2019.items() for _ in range(count)]
    return report_pdf(ABOUT, wave(offices[:number]), SPEC)


def text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def catalog(pdf: bytes) -> Any:
    return PdfReader(BytesIO(pdf)).trailer["/Root"]


def structure(node: Any) -> list[Any]:
    node = node.get_object()
    if not isinstance(node, dict):
        return [part for each in node for part in structure(each)] if isinstance(node, list) else []
    return [node, *(structure(node["/K"]) if "/K" in node else [])]


def test_the_prose_takes_its_numbers_from_the_data() -> None:
    prose = text(printed())
    assert "Angeschrieben wurden 951 Ämter und Fachbereiche." in prose
    assert (
        "Eingegangen sind 186 ausgefüllte Fragebögen; das entspricht einer Rücklaufquote von 20 %." in prose
    )
    assert (
        "Am höchsten ist die Quote bei Integration mit 26 %, am niedrigsten bei Stadtplanung mit 15 %."
        in prose
    )
    assert "aus 186 davon vor (90 %)" in prose


def test_the_cover_names_institute_title_and_date_of_the_data() -> None:
    cover = PdfReader(BytesIO(printed())).pages[0].extract_text()
    for words in ("Institut für Beispiele", "Vielfalt und Sicherheit", "Stand der Daten: 31. Januar 2020"):
        assert words in cover


def test_the_contents_name_every_exhibit_with_its_page() -> None:
    pages = PdfReader(BytesIO(printed())).pages
    contents = " ".join(pages[1].extract_text().split())
    for label in ("Tab. 1", "Abb. 3", "Abb. 8"):
        on = [
            number
            for number, page in enumerate(pages, start=1)
            if label in page.extract_text() and number > 2
        ]
        assert label in contents
        assert str(on[0]) in contents.split(label)[1][:40]


def test_the_report_is_tagged_and_names_its_language() -> None:
    root = catalog(printed())
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_every_figure_has_its_numbers_as_alternative_text() -> None:
    figures = [
        node for node in structure(catalog(printed())["/StructTreeRoot"]) if node.get("/S") == "/Figure"
    ]
    assert [figure["/Alt"][:11] for figure in figures] == ["Mittelwerte", "Anteile in "]
    assert "Sicherheit: Ordnung 8,0" in figures[0]["/Alt"]


def test_all_text_is_set_in_the_embedded_fira_sans() -> None:
    pages: Any = PdfReader(BytesIO(printed())).pages
    fonts = {font["/BaseFont"] for page in pages for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("Fira-Sans" in font for font in fonts)


def test_nothing_is_reported_while_printing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        report_pdf(ABOUT, wave(["ordnung"]), SPEC)
    assert caplog.messages == []


def test_without_returns_the_report_says_so_and_draws_nothing() -> None:
    empty = text(printed(0))
    assert empty.count("Bisher ist kein Fragebogen eingegangen") >= 3
    assert "Stand der Daten" not in empty
    assert not [
        node for node in structure(catalog(printed(0))["/StructTreeRoot"]) if node.get("/S") == "/Figure"
    ]


CHAPTERS = ReportFile.model_validate(
    {
        **SPEC.model_dump(),
        "summary": ["Im Mittel {mean:v4}.", "Bei {highest:mean:v4} am höchsten."],
        "chapters": [
            {"title": "Bedeutung", "text": "Der Mittelwert ist {mean:v4}.", "shows": ["Abb. 3"]},
            {"title": "Kultur", "text": "Vertrauen: {share_top2:v8}.", "shows": ["Abb. 8"]},
        ],
        "earlier": {"wave": "ersten Welle", "rate": 0.23},
    }
)


def test_chapters_are_numbered_and_their_sentences_take_their_numbers_from_the_data() -> None:
    offices = [office for office, count in RETURNED_2019.items() for _ in range(count)]
    prose = text(report_pdf(ABOUT, wave(offices), CHAPTERS))
    for words in ("1 Das Wichtigste in Kürze", "2 Methode und Rücklauf", "3 Bedeutung", "4 Kultur"):
        assert words in prose
    assert "Der Mittelwert ist 8,0." in prose
    assert "Vertrauen: 100,0 %." in prose


def test_the_rate_is_compared_with_that_of_the_first_wave() -> None:
    # The report prints 23 % for the first wave and 20 % for the second.
    offices = [office for office, count in RETURNED_2019.items() for _ in range(count)]
    prose = text(report_pdf(ABOUT, wave(offices), CHAPTERS))
    unbroken = prose.replace("- ", "")  # words are broken at the end of lines
    assert "In der ersten Welle betrug die Quote 23 %; das ist ein Unterschied von −3 " in unbroken


def test_without_returns_chapters_stand_and_no_sentence_pretends() -> None:
    empty = text(report_pdf(ABOUT, wave([]), CHAPTERS))
    assert "Bedeutung" in empty
    assert "Der Mittelwert" not in empty
    assert "Das Wichtigste" not in empty


def test_the_appendix_has_the_numbers_of_every_figure_and_the_gaps_of_every_question() -> None:
    _, _, *appendices = text(printed()).split("Anhang: Zahlen zu den Abbildungen")
    appendix = " ".join(appendices)
    assert "Abb. 3 Bedeutung" in appendix
    assert "(Typ 7)" in appendix
    assert "v4 Sicherheit 186" in appendix


def test_data_tables_are_tagged_as_tables_with_headers() -> None:
    tags = [node.get("/S") for node in structure(catalog(printed())["/StructTreeRoot"])]
    assert tags.count("/Table") >= 4
    assert tags.count("/TH") > 20


def test_one_return_is_not_called_several_and_not_generalised() -> None:
    single = text(printed(1))
    assert "Bisher ist ein einziger ausgefüllter Fragebogen eingegangen" in single
    assert "Noch kein Fragebogen liegt vor von: Stadtplanung, Soziales, Jugend und Integration." in single
    assert "lässt sich noch nichts verallgemeinern" in single
    assert "Am höchsten" not in single


def test_an_english_survey_has_an_english_report() -> None:
    pdf = report_pdf({**ABOUT, "language": "en"}, wave(["ordnung", "jugend"]), SPEC)
    assert catalog(pdf)["/Lang"] == "en"
    assert "2 completed questionnaires have been returned" in text(pdf)


def test_words_of_the_study_are_text_and_never_markup() -> None:
    about = {**ABOUT, "title": "Amt <b>und</b> & Stadt"}
    assert "Amt <b>und</b> & Stadt" in text(report_pdf(about, wave([]), SPEC))


@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://127.0.0.1/", "data:,x", "asset:other.svg"])
def test_the_printer_fetches_nothing_but_the_reports_own_parts(url: str) -> None:
    with pytest.raises(ValueError, match="not part of the document"):
        Assets({"asset:exhibit-1.svg": "<svg/>"}).fetch(url)
