"""Study folders for tests: the small study, broken in one place, and what the loading of it says."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

QUESTIONNAIRE, SURVEY, MAILINGS = "questionnaire.yaml", "survey.yaml", "mailings.yaml"
REPORT, PLACES = "report/report.yaml", "municipalities.csv"
LETTER, HTML_LETTER = "letters/invitation.txt", "letters/invitation.html"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first `old` in one of the study's files."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, old
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def place(folder: Path, file: str, mark: str) -> str:
    """The file and the line of the first `mark`, as faults name it."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    line = next(number for number, line in enumerate(lines, 1) if mark in line)
    return f"{folder / file}:{line}: "


def loaded(folder: Path) -> str:
    """What the command says when it loads the folder."""
    out = StringIO()
    call_command("load_study", folder, stdout=out)
    return out.getvalue()


def faults(folder: Path) -> list[str]:
    """The faults for which the folder is refused."""
    said = StringIO()
    with pytest.raises(CommandError, match=r"^nothing was loaded; faults: \d+$") as refusal:
        call_command("load_study", folder, stdout=StringIO(), stderr=said)
    assert refusal.value.returncode == 2
    named = said.getvalue().splitlines()
    assert str(refusal.value).endswith(f": {len(named)}")
    return named


def assert_only_fault(folder: Path, start: str, words: str) -> None:
    (fault,) = faults(folder)
    assert fault.startswith(start)
    assert words in fault.removeprefix(start)
