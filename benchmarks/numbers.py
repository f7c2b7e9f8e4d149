"""The way of a number, on 100,000 returns: reading, computing, writing; and the report of a real survey."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
from django.core.management import call_command
from django.db import connection

from analysis.codebook import Returns
from analysis.exports.columns import columns, handed_out
from analysis.exports.sav import coded_sav, labels_of
from analysis.files import FILES, material_of
from analysis.frame import read
from analysis.reportfile import ReportFile
from analysis.results import find_all
from benchmarks.measure import Figure, compared
from surveys.models import Survey

STUDY = Path(__file__).resolve().parent.parent / "studies" / "divercity_2019"
COPY = """COPY (
    SELECT r.id, v.code, m.name, m.state, m.population, r.mode, r.submitted_at, r.answers
    FROM respondents_case c
    JOIN surveys_response r ON r.id = c.response_id
    JOIN surveys_variant v ON v.id = c.variant_id
    JOIN respondents_office o ON o.id = c.office_id
    JOIN respondents_municipality m ON m.id = o.municipality_id
    WHERE r.submitted_at IS NOT NULL ORDER BY r.id
) TO STDOUT"""


def figures(survey: Survey) -> Iterator[Figure]:
    """Reading, all descriptive statistics, and the SPSS file, each beside its baseline."""
    yield compared("frame_100k", lambda: read(survey), copy_out)
    returns = read(survey)
    plan = ReportFile.model_validate(survey.report.plan)
    yield compared("statistics_100k", lambda: find_all(returns, plan), lambda: by_hand(returns))
    yield compared("sav_100k", lambda: coded_sav(returns, "en"), lambda: pyreadstat_alone(returns))


def copy_out() -> None:
    """Baseline of reading: PostgreSQL's COPY of the same rows."""
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, io.BytesIO())


def by_hand(returns: Returns) -> list[Any]:
    """Baseline of the statistics: the same numbers in Polars, written out for this frame alone."""
    return [
        described(part, name)
        for part in [returns.frame, *returns.frame.partition_by("office_type")]
        for name in (variable.name for variable in returns.codebook.variables)
    ]


def described(frame: pl.DataFrame, name: str) -> Any:
    valid = frame[name].filter(frame[name] >= 0)
    value = pl.col(name)
    summary = valid.to_frame().select(
        value.len().alias("n"), value.mean().alias("mean"), value.std().alias("sd"),
        value.min().alias("min"), value.max().alias("max"),
        *(value.quantile(q, "linear").alias(f"q{q}") for q in (0.25, 0.5, 0.75)),
    )  # fmt: skip
    low, high = summary["q0.25"][0], summary["q0.75"][0]
    fence = 1.5 * (high - low)
    outliers = valid.filter((valid < low - fence) | (valid > high + fence))
    return summary, valid.value_counts(), frame[name].filter(frame[name] < 0).value_counts(), outliers


def pyreadstat_alone(returns: Returns) -> None:
    """Baseline of the SPSS file: pyreadstat writes and reads the same labelled cells."""
    frame = handed_out(returns)
    labels = labels_of(columns(returns.codebook, "en"), frame)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "alone.sav"
        pyreadstat.write_sav(frame, file, row_compress=True, **vars(labels))
        pyreadstat.read_sav(file, user_missing=True, output_format="polars")


def report() -> Figure:
    """The report of the 2019 study with all its returns, beside the same report without a single one."""
    quiet = StringIO()
    call_command("load_study", STUDY, stdout=quiet)
    call_command("import_register", STUDY / "register.csv", survey=STUDY.name, stdout=quiet)
    call_command("import_returns", STUDY / "returns.csv", survey=STUDY.name, stdout=quiet, stderr=quiet)
    full = material_of(Survey.objects.get(name=STUDY.name))
    empty = replace(full, returns=Returns(full.returns.frame.clear(), full.returns.codebook))
    make = FILES["report.pdf"].make
    return compared("report_pdf", lambda: make(full), lambda: make(empty))
