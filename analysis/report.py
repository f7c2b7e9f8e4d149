"""The study's report: everything found, written, drawn and set as a tagged PDF."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from pydantic import BaseModel

from analysis import contrasts, figures, tables
from analysis.codebook import Returns
from analysis.fieldwork import fieldwork
from analysis.numbers import day, enumerated, say
from analysis.phrases import PHRASES
from analysis.prose import filled
from analysis.reportfile import Kind, Plan, ReportFile
from analysis.results import ALL, Findings, find_all
from analysis.tables import Exhibit
from surveys.printing import pdf

# A new kind of table or figure is one function and its line here.
KINDS: Mapping[Kind, Callable[[Plan, Findings, str], Exhibit]] = {
    "return_rates": tables.return_rates,
    "typology": figures.typology,
    "means_by_office": figures.means_by_office,
    "boxes_by_office": figures.boxes_by_office,
    "stacked_bars": figures.stacked_bars,
    "stacked_bars_by_office": figures.stacked_bars_by_office,
    "profile_lines": figures.profile_lines,
    "lines_by_office": figures.lines_by_office,
    "radar": figures.radar,
    "columns": figures.columns,
    "codes_by_office": contrasts.codes_by_office,
    "cross_table": contrasts.cross_table,
    "returns_by": contrasts.returns_by,
    "correlations": contrasts.correlations,
    "differences": contrasts.differences,
    "clusters": contrasts.clusters,
}


class Institute(BaseModel):
    """Who conducts the survey."""

    name: str
    unit: str = ""


class Nouns(BaseModel):
    """What something is called, one and many."""

    one: str
    many: str


class About(BaseModel):
    """The part of survey.yaml that the report speaks of."""

    title: str
    short_title: str
    language: str
    field_start: date
    field_end: date
    unit: Nouns
    place: Nouns
    institute: Institute
    support: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbered:
    """An exhibit and the name by which links in the report find it."""

    name: str
    exhibit: Exhibit


@dataclass(frozen=True)
class Section:
    """A chapter as printed: its text is filled, its exhibits are drawn."""

    name: str
    title: str
    text: str
    exhibits: Sequence[Numbered]


def exhibits(findings: Findings, spec: ReportFile, language: str) -> list[Exhibit]:
    """The report's tables and figures in order."""
    return [KINDS[plan.kind](plan, findings, language) for plan in spec.exhibits]


def report_pdf(survey_about: Mapping[str, object], returns: Returns, spec: ReportFile) -> bytes:
    """The report of a survey as a tagged PDF (PDF/UA-1) in the survey's language."""
    about = About.model_validate(survey_about)
    findings = find_all(returns, spec)
    shown = exhibits(findings, spec, about.language)
    numbered = [Numbered(f"exhibit-{number}", each) for number, each in enumerate(shown, start=1)]
    html = render_to_string("analysis/report.html", _context(about, returns, spec, findings, numbered))
    return pdf(html, _drawings(numbered))


def _context(
    about: About, returns: Returns, spec: ReportFile, findings: Findings, numbered: Sequence[Numbered]
) -> dict[str, object]:
    language = about.language
    kinds = {plan.label: plan.kind for plan in spec.exhibits}
    rates = [each for each in numbered if kinds[each.exhibit.label] == "return_rates"]
    return {
        "about": about,
        "groups": enumerated((group.label for group in findings.codebook.groups), language),
        "start": day(about.field_start, language),
        "end": day(about.field_end, language),
        "as_of": _as_of(returns, language),
        "support": enumerated(about.support, language),
        "fieldwork": fieldwork(findings, spec.earlier, language),
        "says": PHRASES[language],
        "prose": f"analysis/method_{language}.html",
        "measures": f"analysis/measures_{language}.html",
        "summary": _summary(findings, spec, language),
        "rates": rates,
        "exhibits": numbered,
        "sections": _sections(findings, spec, [each for each in numbered if each not in rates], language),
        "drawn": [each for each in numbered if each.exhibit.svg],
        "bases": tables.bases(findings, language) if len(returns.frame) else None,
    }


def _summary(findings: Findings, spec: ReportFile, language: str) -> list[str]:
    """The sentences of the summary whose numbers are known."""
    sentences = (filled(sentence, findings, language) for sentence in spec.summary)
    return [sentence for sentence in sentences if sentence != say(language, "not_yet")]


def _sections(
    findings: Findings, spec: ReportFile, numbered: Sequence[Numbered], language: str
) -> list[Section]:
    """The study's chapters; a study without any has one of all exhibits."""
    if not spec.chapters:
        return [Section("findings", say(language, "findings"), "", numbered)] if numbered else []
    by_label = {each.exhibit.label: each for each in numbered}
    nobody = findings.find(None, ALL, "n").n == 0
    return [
        Section(
            f"chapter-{number}",
            chapter.title,
            "" if nobody else filled(chapter.text, findings, language),
            [by_label[label] for label in chapter.shows],
        )
        for number, chapter in enumerate(spec.chapters, start=1)
    ]


def _as_of(returns: Returns, language: str) -> str:
    """The date of the latest return; in words if there is none."""
    latest = returns.frame["submitted_on"].max()
    return say(language, "as_of", date=day(latest, language)) if isinstance(latest, date) else ""


def _drawings(numbered: Sequence[Numbered]) -> dict[str, str]:
    return {f"asset:{each.name}.svg": each.exhibit.svg for each in numbered if each.exhibit.svg}
