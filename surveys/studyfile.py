"""A study's YAML files: read, held against a declared shape, every fault named by file and line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class StudyError(Exception):
    """A study folder that cannot be loaded; carries every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


class Shape(BaseModel):
    """Base of all declared shapes: an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


ShapeT = TypeVar("ShapeT", bound=BaseModel)


@dataclass
class StudyFile:
    """One YAML file: its data, and the line of every value."""

    name: str
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: KeyPath) -> int:
        """The line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: KeyPath, message: str) -> Fault:
        return Fault(self.name, self.line(path), message)

    def parse(self, shape: type[ShapeT]) -> ShapeT:
        """The data as `shape`; StudyError names every misfit."""
        if self.faults:
            raise StudyError(self.faults)
        try:
            return shape.model_validate(self.data)
        except ValidationError as error:
            raise StudyError([self.fault(e["loc"], describe(e)) for e in error.errors()]) from None


def describe(error: Any) -> str:
    """One pydantic error in words: where in the file, and what is expected there."""
    *above, last = [str(part) for part in error["loc"]] or ["file"]
    if error["type"] == "extra_forbidden":
        return f"unknown key {last!r}"
    if error["type"] == "missing":
        return f"missing key {last!r}"
    if error["type"] in ("string_type", "int_type") and isinstance(error["input"], bool):
        return f"{last}: YAML reads this word as true or false; put it in quotation marks"
    place = ".".join([*above[-1:], last])
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"


def read_text(path: Path) -> str:
    """A study's text file; StudyError if it is absent or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise StudyError([Fault(str(path), 1, "this file is missing")]) from None
    except OSError as error:
        raise StudyError([Fault(str(path), 1, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"not UTF-8 (byte {error.object[error.start]:#04x}); save the file as UTF-8"
        raise StudyError([Fault(str(path), line, message)]) from None


def read(path: Path) -> StudyFile:
    """Read one YAML file. Faults (absent, not UTF-8, broken, a key twice) are kept until it is parsed."""
    file = StudyFile(str(path))
    try:
        text = read_text(path)
        root = yaml.compose(text, yaml.SafeLoader)
        file.faults += [
            Fault(file.name, line, "anchors and aliases are not read here") for line in aliases(text)
        ]
    except StudyError as error:
        file.faults += error.faults
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        file.faults.append(Fault(file.name, mark.line + 1 if mark else 1, f"broken YAML: {error.problem}"))
    except yaml.YAMLError as error:
        file.faults.append(Fault(file.name, 1, f"broken YAML: {error}"))
    else:
        file.data = build(root, (), file) if root and not file.faults else {}
    return file


def aliases(text: str) -> list[int]:
    """The lines on which a YAML file refers to another place of itself; such a file need not end."""
    tokens = yaml.scan(text, yaml.SafeLoader)
    return [token.start_mark.line + 1 for token in tokens if isinstance(token, yaml.AliasToken)]


def build(node: yaml.Node, path: KeyPath, file: StudyFile) -> Any:
    """The value of a node, noting its line; a key that stands twice is a fault."""
    file.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(entries(node, path, file))
    if isinstance(node, yaml.SequenceNode):
        return [build(child, (*path, number), file) for number, child in enumerate(node.value)]
    try:
        return scalar(node)
    except (ValueError, yaml.YAMLError) as error:  # a date with a thirteenth month, a tag that nobody knows
        message = getattr(error, "problem", error)
        file.faults.append(Fault(file.name, node.start_mark.line + 1, f"{node.value}: {message}"))


def entries(node: yaml.MappingNode, path: KeyPath, file: StudyFile) -> Iterator[tuple[Any, Any]]:
    seen: set[Any] = set()
    for key_node, value_node in node.value:
        line, known_faults = key_node.start_mark.line + 1, len(file.faults)
        key = build(key_node, (), file) if isinstance(key_node, yaml.ScalarNode) else None
        if key is None and len(file.faults) == known_faults:
            file.faults.append(Fault(file.name, line, "a key must be a word or a number"))
        elif key in seen:
            file.faults.append(Fault(file.name, line, f"{key!r} stands here twice"))
        if key is None or key in seen:
            continue
        seen.add(key)
        file.lines[(*path, key)] = line
        yield key, build(value_node, (*path, key), file)


def scalar(node: yaml.Node) -> Any:
    return yaml.SafeLoader("").construct_object(node)


def placeholders(text: str) -> set[str]:
    """The names in {braces}; ValueError if a brace is out of place or says more than a name."""
    names = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if spec or conversion:
            raise ValueError(f"the placeholder {{{name}}} takes no format")
        if name is not None:
            names.add(name)
    return names


def gather(*attempts: Callable[[], Any]) -> list[Any]:
    """Call each attempt; return their results, or raise one StudyError with the faults of all."""
    results: list[Any] = []
    faults: list[Fault] = []
    for attempt in attempts:
        try:
            results.append(attempt())
        except StudyError as error:
            faults += error.faults
    if faults:
        raise StudyError(faults)
    return results
