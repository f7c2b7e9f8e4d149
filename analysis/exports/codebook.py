"""The codebook as one HTML file that needs nothing else: to read, to search, to print."""

from base64 import b64encode
from datetime import date

from django.template.loader import render_to_string

from analysis.codebook import Returns
from analysis.exports.entries import about_returns, missing_legend, of_variables
from analysis.exports.words import WORDS
from analysis.numbers import day, say, written
from analysis.style import FONTS

WEIGHTS = (400, 600)


def codebook_html(returns: Returns, language: str) -> bytes:
    """Each variable with wording, codes and frequencies, in the survey's language."""
    variables = of_variables(returns, language)
    says = WORDS[language]
    latest = returns.frame["submitted_on"].max()
    context = {
        "language": language,
        "title": returns.codebook.title,
        "says": says,
        "prose": f"analysis/codebook_{language}.html",
        "as_of": say(language, "as_of", date=day(latest, language)) if isinstance(latest, date) else "",
        "no_returns": say(language, "no_returns"),
        "returned": written(len(returns.frame), language),
        "asked": written(len(variables), language),
        "missing": missing_legend(language),
        "parts": (
            ("about", says["about"], about_returns(returns, language)),
            ("questions", says["questions"], variables),
        ),
        "fonts": embedded_fonts(),
    }
    return render_to_string("analysis/codebook.html", context).encode()


def embedded_fonts() -> dict[int, str]:
    """Each weight of the font that set-up has built, as text within the file; readers' own font otherwise."""
    files = {weight: FONTS / f"fira-sans-latin-{weight}-normal.woff2" for weight in WEIGHTS}
    return {weight: b64encode(file.read_bytes()).decode() for weight, file in files.items() if file.exists()}
