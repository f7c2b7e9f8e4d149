"""The apps know each other in one direction only, know no study, and stay small."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
STUDY = ROOT / "studies" / "divercity_2019"
APPS = ("surveys", "respondents", "analysis")
OURS = ("config", *APPS, "scripts", "studies", "tests")
LONGEST = 300

# Who may import which of our packages; a longer name narrows it to that part.
MAY_IMPORT = {
    "config": ("config",),  # the apps by name only, as strings
    "surveys": ("surveys",),
    "respondents": ("respondents", "surveys"),
    "analysis": ("analysis", "surveys", "respondents.models"),
}
# Numbers do not know where they come from: these modules and packages of analysis know only each other.
PURE = (
    "codebook", "comparisons", "contrasts", "fieldwork", "figures", "numbers", "phrases", "placeholders",
    "prose", "publishedfile", "replication", "reportfile", "results", "statistics", "style", "tables",
)  # fmt: skip


def modules(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"the rule about {folder}/ matches no file"
    return found


def is_command(path: Path) -> bool:
    return path.match("management/commands/*.py")


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(), str(path)))


def imports(path: Path) -> Iterator[str]:
    """Every imported thing by its full name: `from surveys import views` is "surveys.views"."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            source = ".".join([*package, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def is_within(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def forbidden(paths: Iterable[Path], *, among: Iterable[str], allowed: Iterable[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imports(path)
        if is_within(name, among) and not is_within(name, allowed)
    ]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    paths = [path for path in modules(package) if not is_command(path)]
    assert forbidden(paths, among=OURS, allowed=MAY_IMPORT[package]) == []


def test_a_command_imports_apps_and_nothing_else_of_ours() -> None:
    commands = [path for app in APPS for path in modules(app) if is_command(path)]
    assert commands
    assert forbidden(commands, among=OURS, allowed=APPS) == []


def test_pure_analysis_knows_neither_django_nor_the_other_apps() -> None:
    pure = [path for path in modules("analysis") if path.relative_to(ROOT).with_suffix("").parts[1] in PURE]
    assert pure
    allowed = [f"analysis.{name}" for name in PURE]
    assert forbidden(pure, among=(*OURS, "django", "celery", "crispy_forms"), allowed=allowed) == []


def test_an_export_knows_the_numbers_and_not_where_they_are_kept() -> None:
    allowed = ["analysis.exports", "surveys.csvfile", *(f"analysis.{name}" for name in PURE)]
    assert forbidden(modules("analysis/exports"), among=(*OURS, "django.db"), allowed=allowed) == []


def test_the_import_rules_see_every_way_to_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_architecture.ROOT", tmp_path)
    module = tmp_path / "surveys" / "views.py"
    module.parent.mkdir()
    module.write_text(
        "import config.celery\ndef late():\n    from respondents import letters\nfrom . import forms"
    )
    assert list(imports(module)) == ["config.celery", "surveys.forms", "respondents.letters"]


# --- a study is a folder ---


def read_yaml(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((STUDY / name).read_text())
    return content


def variables(node: object) -> Iterator[str]:
    """Every value of a key `variable`, wherever it stands."""
    if isinstance(node, dict):
        if "variable" in node:
            yield str(node["variable"])
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from variables(child)


def study_codes() -> set[str]:
    """The office types by the words that code would use for them."""
    variants = read_yaml("questionnaire.yaml")["variants"]
    return set(variants) | {variant["label"] for variant in variants.values()}


def study_names() -> set[str]:
    """Words that could mean nothing but this study: variables, exhibits and office titles."""
    report = read_yaml("report/report.yaml")
    exhibits = {exhibit["label"] for exhibit in report["exhibits"]} | set(report["numbers"])
    questionnaire = read_yaml("questionnaire.yaml")
    titles = {variant["title"] for variant in questionnaire["variants"].values()}
    return set(variables(questionnaire)) | exhibits | titles


def values_in_python(path: Path) -> Iterator[str]:
    """Every string as a whole, and every word of every identifier."""
    for node in nodes(path):
        for _, value in ast.iter_fields(node):
            if isinstance(node, ast.Constant) and isinstance(value, str):
                yield value
            elif isinstance(value, str):
                yield from value.split("_")


def values_in_template(path: Path) -> Iterator[str]:
    """Every word of quoted values and of template tags."""
    text = path.read_text()
    for quoted in re.findall(r"\"([^\"]*)\"|'([^']*)'", text):
        yield from "".join(quoted).split()
    for tag in re.findall(r"{[{%](.*?)[%}]}", text, re.DOTALL):
        yield from re.split(r"\W+|_", tag)


def code_files() -> list[Path]:
    return [path for app in APPS for path in modules(app)]


def templates() -> list[Path]:
    found = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
    assert found
    return found


def test_code_and_templates_name_no_office_type_of_a_study() -> None:
    codes = study_codes()
    assert len(codes) > 1
    in_code = {(path.name, value) for path in code_files() for value in values_in_python(path)}
    in_templates = {(path.name, value) for path in templates() for value in values_in_template(path)}
    assert [found for found in sorted(in_code | in_templates) if found[1] in codes] == []


def test_code_and_templates_name_no_variable_or_figure_of_a_study() -> None:
    names = study_names()
    assert len(names) > 50
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")
    files = code_files() + templates()
    assert [(path.name, match) for path in files for match in pattern.findall(path.read_text())] == []


def test_no_file_is_too_long_to_be_read_in_one_go() -> None:
    written_by_us = [path for path in code_files() if path.parent.name != "migrations"]
    lengths = {path: len(path.read_text().splitlines()) for path in written_by_us}
    assert [str(path.relative_to(ROOT)) for path, length in lengths.items() if length > LONGEST] == []
