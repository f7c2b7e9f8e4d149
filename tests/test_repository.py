"""The repository holds our own work only: pinned, explained, and free of any one machine's traces."""

import re
import subprocess
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-test.txt", "requirements-dev.txt")
DEPENDENCY = re.compile(r'^ {2}"(?P<name>[\w-]+)[^"]*",(?P<reason> +# \w.*)?$')
REGISTRY_HOST = re.compile(r"\b(pypi|pythonhosted|npmjs|yarnpkg)\.(org|com)\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/~}*-])/(root|home|Users|work|mnt)/\w")


@cache
def files() -> tuple[Path, ...]:
    """What is committed, and what would be."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, text=True, capture_output=True).stdout.split("\0")
    return tuple(path for name in names if (path := ROOT / name).is_file())


def found(pattern: re.Pattern[str]) -> list[str]:
    texts = ((path, path.read_text(errors="replace")) for path in files())
    return [
        f"{path.relative_to(ROOT)}: {match[0]}" for path, text in texts for match in pattern.finditer(text)
    ]


def requirements(name: str) -> dict[str, str]:
    """Each pinned requirement with all its lines."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    blocks = re.split(r"\n(?=\S)", text.strip())
    return {block.split(" ")[0]: block for block in blocks}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_with_hashes_and_nothing_else_is_said(name: str) -> None:
    pinned = requirements(name)
    assert len(pinned) > 20
    assert [block for first, block in pinned.items() if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+", first)] == []
    assert [first for first, block in pinned.items() if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(("smaller", "larger"), [REQUIREMENTS[:2], REQUIREMENTS[1:]])
def test_tests_and_tools_run_on_the_versions_that_the_service_runs_on(smaller: str, larger: str) -> None:
    assert set(requirements(smaller)) - set(requirements(larger)) == set()


def test_every_dependency_says_why_it_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = chain(project["project"]["dependencies"], *project["dependency-groups"].values())
    names = {re.split(r"[^\w-]", entry)[0] for entry in declared if isinstance(entry, str)}
    lines = map(DEPENDENCY.match, (ROOT / "pyproject.toml").read_text().splitlines())
    explained = {match["name"] for match in lines if match and match["reason"]}
    assert names
    assert names - explained == set()


def test_no_file_names_the_registry_that_packages_came_from() -> None:
    assert found(REGISTRY_HOST) == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert found(MACHINE_PATH) == []


def test_no_file_of_others_is_committed() -> None:
    names = [str(path.relative_to(ROOT)) for path in files()]
    of_others = re.compile(r"static/vendor/|node_modules/|.*\.(woff2?|ttf|otf|min\.\w+)$")
    assert [name for name in names if of_others.match(name)] == []
    assert "/static/vendor/" in (ROOT / ".gitignore").read_text().splitlines()


def test_no_translation_is_a_guess() -> None:
    catalogues = [path for path in files() if path.suffix == ".po"]
    assert catalogues
    assert [path for path in catalogues if re.search("^#,.*fuzzy", path.read_text(), re.MULTILINE)] == []
