"""The institute's marks: small SVG drawings from the study folder that can do nothing but be looked at."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from surveys import studyfile
from surveys.studyfile import Fault, StudyError

LARGEST = 4000  # bytes: a mark stands in every page
SVG = "http://www.w3.org/2000/svg"
DRAWING = {
    "svg", "g", "defs", "title", "desc", "style", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "use", "symbol", "linearGradient", "radialGradient", "stop", "clipPath",
    "mask",
}  # fmt: skip
LOADING = re.compile(r"url\((?!\s*[\"']?#)|@(?!media\b)|\\|expression\(|javascript:|data:", re.IGNORECASE)


def read_mark(path: Path) -> str:
    """The drawing in the file; StudyError names every line that could do more than be looked at."""
    svg = studyfile.read_text(path)
    faults = [Fault(str(path), line, message) for line, message in sorted(set(Inspection(svg).faults()))]
    if len(svg.encode()) > LARGEST:
        faults.append(Fault(str(path), 1, f"a mark has {LARGEST} bytes at most, for every page carries it"))
    if faults:
        raise StudyError(faults)
    return svg


def as_address(svg: str) -> str:
    """The drawing as an address that a page can show without another request."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def drawing(address: str) -> str:
    """The drawing in such an address."""
    return base64.b64decode(address.partition(",")[2]).decode()


class Inspection:
    """One walk through a drawing, noting what has no place in it."""

    def __init__(self, svg: str) -> None:
        self.svg, self.found, self.open = svg, list[tuple[int, str]](), list[str]()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.element
        self.parser.EndElementHandler = lambda name: self.open.pop()
        self.parser.CharacterDataHandler = self.text
        self.parser.ProcessingInstructionHandler = lambda *_: self.note("a processing instruction")
        self.parser.StartDoctypeDeclHandler = self.document_type

    def faults(self) -> Iterator[tuple[int, str]]:
        """Line and message of everything found."""
        try:
            self.parser.Parse(self.svg, True)
        except expat.ExpatError as error:
            yield error.lineno, f"broken XML: {expat.errors.messages[error.code]}"
        except ForbiddenDocumentType:
            yield self.parser.CurrentLineNumber, "a document type has no place in a mark"
        yield from self.found

    def note(self, what: str) -> None:
        self.found.append((self.parser.CurrentLineNumber, f"{what} has no place in a mark"))

    def document_type(self, *_: object) -> None:
        raise ForbiddenDocumentType  # it may define entities without end: read no further

    def element(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self.open and (local != "svg" or "viewBox" not in attributes):
            self.found.append((self.parser.CurrentLineNumber, "a mark is an <svg> with a viewBox"))
        self.open.append(local)
        if namespace != SVG or local not in DRAWING:
            self.note(f"<{local}>")
        for attribute, value in attributes.items():
            self.attribute(attribute.rpartition(" ")[2], value)

    def attribute(self, name: str, value: str) -> None:
        leaves = name == "href" and not value.startswith("#")
        if name.lower().startswith("on") or leaves or LOADING.search(value):
            self.note(f'{name}="{value[:40]}"')

    def text(self, text: str) -> None:
        if self.open[-1] == "style" and (reference := LOADING.search(text)):
            self.note(f"{reference[0]!r} in <style>")


class ForbiddenDocumentType(Exception):
    """The drawing begins with a document type."""
