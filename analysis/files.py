"""The files that a survey hands out, each made afresh from the stored answers.

Drawing and typesetting are imported when a file is made: form and workers need neither, and start sooner.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.reportfile import ReportFile
from surveys import paradata, pretesting
from surveys.models import Survey

Source = TypeVar("Source")

if TYPE_CHECKING:
    import polars as pl

    from analysis.codebook import Returns
    from analysis.tables import Exhibit


@dataclass(frozen=True)
class Material:
    """What a file of answers is made from."""

    survey: Survey
    returns: "Returns"
    plan: ReportFile


@dataclass(frozen=True)
class File(Generic[Source]):
    """One file on offer: its name, what it is, and how it is made."""

    name: str
    title: str | Promise
    description: str | Promise
    content_type: str
    make: Callable[[Source], bytes]


def report(material: Material) -> bytes:
    from analysis.report import report_pdf

    return report_pdf(material.survey.about, material.returns, material.plan)


def statistics(material: Material) -> bytes:
    from analysis.results import find_all

    rows = [result.row() for result in find_all(material.returns, material.plan).results]
    return json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False).encode()


def coded(material: Material) -> bytes:
    from analysis.exports.csv import coded_csv

    return coded_csv(material.returns)


def coded_for_spss(material: Material) -> bytes:
    from analysis.exports.sav import coded_sav

    return coded_sav(material.returns, material.survey.language)


def codebook(material: Material) -> bytes:
    from analysis.exports.codebook import codebook_html

    return codebook_html(material.returns, material.survey.language)


def pretest_comments(survey: Survey) -> bytes:
    from analysis.exports.csv import as_text

    return as_text(comments_as_frame(pretesting.talks(survey))).write_csv().encode()


def comments_as_frame(talks: list[pretesting.Talk]) -> "pl.DataFrame":
    """One row a comment, in the order of the questionnaire."""
    import polars as pl

    rows = [
        {"question": talk.question, "wording": talk.wording} | asdict(comment)
        for talk in talks
        for comment in talk.comments
    ]
    names = ("question", "wording", *(field.name for field in fields(pretesting.Comment)))
    return pl.DataFrame(rows, schema=names)


def by_name(*files: File[Source]) -> dict[str, File[Source]]:
    return {file.name: file for file in files}


# What a report is handed over with.
FILES = by_name(
    File("report.pdf", _("Bericht"), _("Tabellen und Abbildungen, gesetzt zum Drucken"),
         "application/pdf", report),
    File("returns_coded.csv", _("Kodierte Daten"),
         _("Eine Zeile je Antwort, Codes als ganze Zahlen, UTF-8"),
         "text/csv; charset=utf-8", coded),
    File("returns_coded.sav", _("Kodierte Daten für SPSS"),
         _("Dieselben Daten mit Beschriftungen, fehlenden Werten und Messniveaus"),
         "application/x-spss-sav", coded_for_spss),
    File("codebook.html", _("Codebuch"),
         _("Wortlaut, Codes und Häufigkeiten jeder Variablen, auch zum Drucken"),
         "text/html; charset=utf-8", codebook),
    File("statistics.json", _("Kennzahlen"), _("Jede Zahl des Berichts mit Basis und Methode"),
         "application/json", statistics),
)  # fmt: skip

# What is kept apart from the answers, and handed out apart from them.
APART = by_name(
    File("paradata.csv", _("Paradaten"),
         _("Wann Seiten geöffnet, beantwortet und verlassen wurden; getrennt von den Antworten"),
         "text/csv; charset=utf-8", paradata.as_csv),
    File("pretest_comments.csv", _("Anmerkungen aus dem Pretest"), _("Eine Zeile je Anmerkung"),
         "text/csv; charset=utf-8", pretest_comments),
)  # fmt: skip


def shown(survey: Survey) -> list["Exhibit"]:
    """The report's tables and figures as they stand now."""
    from analysis.report import exhibits
    from analysis.results import find_all

    material = material_of(survey)
    return exhibits(find_all(material.returns, material.plan), material.plan, survey.language)


def compared(survey: Survey, verdict: str) -> dict[str, object]:
    """The published numbers beside the computed ones, of the returns that the publication rests on.

    verdict: agree, differ or not_computable shows only these; anything else shows all.
    """
    from analysis.publishedfile import PublishedFile
    from analysis.replication import Verdict, as_of, by_figure, replicate, summary_of
    from analysis.results import find_all

    material = material_of(survey)
    published = PublishedFile.model_validate(survey.report.published)
    returns = as_of(material.returns, published.until)
    comparisons = replicate(published, returns, find_all(returns, material.plan))
    chosen = verdict if verdict in list(Verdict) else ""
    return {
        "published": published,
        "returned": len(returns.frame),
        "summary": summary_of(comparisons),
        "groups": by_figure(comparisons, chosen),
        "verdict": chosen,
    }


def material_of(survey: Survey) -> Material:
    """Read the stored answers once, for as many files as are wanted."""
    from analysis.frame import read

    return Material(survey, read(survey), ReportFile.model_validate(survey.report.plan))


def made(survey: Survey, filename: str) -> bytes:
    """One of the files, now. KeyError if there is none of that name."""
    if filename in APART:
        return APART[filename].make(survey)
    return FILES[filename].make(material_of(survey))


def write_all(survey: Survey, folder: Path) -> list[Path]:
    """Write every file into the folder, for its owner alone, each whole or not at all; their paths."""
    material = material_of(survey)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in FILES.values():
        path = folder / file.name
        draft = path.with_name(f".{path.name}")
        draft.touch(mode=0o600)
        draft.write_bytes(file.make(material))
        paths.append(draft.replace(path))
    return paths
