"""Sets HTML as a tagged PDF (PDF/UA-1) from our own fonts and what is handed in; nothing is fetched."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "fonts"


class Busy(Exception):
    """Another document is being set; one at a time leaves the other processes to those who fill in."""


class Assets(URLFetcher):  # type: ignore[misc]  # WeasyPrint comes without types
    """Serves the document's own drawings and fonts, and nothing else: no file, no network."""

    def __init__(self, drawings: Mapping[str, str]) -> None:
        super().__init__()
        self._known = {url: (svg.encode(), "image/svg+xml") for url, svg in drawings.items()}
        for font in FONTS.glob("FiraSans-*.ttf"):
            self._known[f"asset:{font.name}"] = (font.read_bytes(), "font/ttf")

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset of that address; ValueError for any other."""
        if url not in self._known:
            raise ValueError(f"not part of the document: {url}")
        content, content_type = self._known[url]
        return URLFetcherResponse(url, content, {"Content-Type": content_type})


def pdf(html: str, drawings: Mapping[str, str]) -> bytes:
    """The document as a tagged PDF; `drawings` are its SVG images by address."""
    document: bytes = HTML(string=html, url_fetcher=Assets(drawings)).write_pdf(pdf_variant="pdf/ua-1")
    return document


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Raises Busy while another process or thread of this machine is inside."""
    with (settings.VAR_DIR / "printing.lock").open("w") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
