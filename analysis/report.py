"""The study's report: everything found, written, drawn and set as a tagged PDF."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from pydantic import BaseModel
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from analysis import contrasts, figures, style, tables
from analysis.codebook import Returns
from analysis.numbers import PHRASES, day, enumerated, rate, say, written
from analysis.reportfile import Kind, Plan, ReportFile
from analysis.results import ALL, MUNICIPALITIES, Findings, find_all
from analysis.tables import Exhibit

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
class Extreme:
    """The kinds of office with the highest or the lowest return rate, and this rate, as printed."""

    offices: str
    rate: str


@dataclass(frozen=True)
class Fieldwork:
    """What the chapter on method says in numbers, as printed; empty where there is nothing to say."""

    invited: str
    returned: str
    rate: str
    is_single: bool
    has_variants: bool
    highest: Extreme | None
    lowest: Extreme | None
    silent: str
    places: str
    places_reached: str
    places_rate: str


def exhibits(findings: Findings, spec: ReportFile, language: str) -> list[Exhibit]:
    """The report's tables and figures in order."""
    return [KINDS[plan.kind](plan, findings, language) for plan in spec.exhibits]


def report_pdf(survey_about: Mapping[str, object], returns: Returns, spec: ReportFile) -> bytes:
    """The report of a survey as a tagged PDF (PDF/UA-1) in the survey's language."""
    about = About.model_validate(survey_about)
    findings = find_all(returns, spec)
    shown = exhibits(findings, spec, about.language)
    numbered = [(f"exhibit-{number}", exhibit) for number, exhibit in enumerate(shown, start=1)]
    context = {
        "about": about,
        "groups": enumerated((group.label for group in findings.codebook.groups), about.language),
        "start": day(about.field_start, about.language),
        "end": day(about.field_end, about.language),
        "as_of": _as_of(returns, about.language),
        "support": enumerated(about.support, about.language),
        "fieldwork": fieldwork(findings, about.language),
        "says": PHRASES[about.language],
        "prose": f"analysis/method_{about.language}.html",
        "exhibits": numbered,
        "rates": [each for each, plan in zip(numbered, spec.exhibits, strict=True) if _is_of_method(plan)],
        "others": [
            each for each, plan in zip(numbered, spec.exhibits, strict=True) if not _is_of_method(plan)
        ],
    }
    html = render_to_string("analysis/report.html", context)
    document = HTML(string=html, url_fetcher=Assets(_drawings(numbered)))
    printed: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return printed


def _is_of_method(plan: Plan) -> bool:
    return plan.kind == "return_rates"


def _as_of(returns: Returns, language: str) -> str:
    """The date of the latest return; in words if there is none."""
    latest = returns.frame["submitted_on"].max()
    return say(language, "as_of", date=day(latest, language)) if isinstance(latest, date) else ""


def fieldwork(findings: Findings, language: str) -> Fieldwork:
    """The numbers of the field phase in words, taken from the same results as table and statistics.json."""
    returned, of_all = findings.find(None, ALL, "n").n, findings.find(None, ALL, "rate").number
    places = findings.find(MUNICIPALITIES, ALL, "rate")
    reached = round((places.number or 0) * places.n)
    groups = [(group.label, findings.find(None, group.code, "n").n) for group in findings.codebook.groups]
    highest, lowest = _extremes(findings, language)
    return Fieldwork(
        invited=written(findings.find(None, ALL, "invited").n, language),
        returned=written(returned, language) if returned else "",
        rate="" if of_all is None else rate(of_all, language),
        is_single=returned == 1,
        has_variants=len(groups) > 1,
        highest=highest,
        lowest=lowest,
        silent=enumerated((label for label, n in groups if n == 0), language) if returned else "",
        places=written(places.n, language) if places.n else "",
        places_reached=written(reached, language),
        places_rate="" if places.number is None else rate(places.number, language),
    )


def _extremes(findings: Findings, language: str) -> tuple[Extreme | None, Extreme | None]:
    """Who answered most and least among those who answered; nobody where the printed rates do not differ."""
    rates = {
        group.label: findings.find(None, group.code, "rate").number for group in findings.codebook.groups
    }
    answered = {label: share for label, share in rates.items() if share}
    if len({rate(share, language) for share in answered.values()}) <= 1:
        return None, None
    shares = answered.values()
    return _with_rate(answered, max(shares), language), _with_rate(answered, min(shares), language)


def _with_rate(rates: Mapping[str, float], share: float, language: str) -> Extreme:
    labels = [label for label, each in rates.items() if each == share]
    return Extreme(enumerated(labels, language), rate(share, language))


def _drawings(numbered: Sequence[tuple[str, Exhibit]]) -> dict[str, str]:
    return {f"asset:{name}.svg": exhibit.svg for name, exhibit in numbered if exhibit.svg}


class Assets(URLFetcher):  # type: ignore[misc]  # WeasyPrint comes without types
    """Serves the report's own drawings and fonts, and nothing else: no file, no network."""

    def __init__(self, drawings: Mapping[str, str]) -> None:
        super().__init__()
        self._known = {url: (svg.encode(), "image/svg+xml") for url, svg in drawings.items()}
        for font in style.FONTS.glob("FiraSans-*.ttf"):
            self._known[f"asset:{font.name}"] = (font.read_bytes(), "font/ttf")

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset of that address; ValueError for any other."""
        if url not in self._known:
            raise ValueError(f"not part of the report: {url}")
        content, content_type = self._known[url]
        return URLFetcherResponse(url, content, {"Content-Type": content_type})
