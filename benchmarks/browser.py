"""A respondent's browser without a screen: keeps its connection and its cookies, and reads forms."""

import html
import re
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FILES = re.compile(rb'(?:href|src)="(/static/[^"]+)"')


@dataclass(frozen=True)
class Reply:
    """What came back for one request."""

    status: int
    location: str
    body: bytes

    @property
    def hidden(self) -> dict[str, str]:
        """What the page's forms send along unseen."""
        return {name.decode(): html.unescape(value.decode()) for name, value in HIDDEN.findall(self.body)}


class Browser:
    """One connection, its cookies, and a count of what was asked for."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.known: set[str] = set()
        self.asked: list[str] = []
        self.at = "/"

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, data: dict[str, Any], **headers: str) -> Reply:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(data, doseq=True).encode(), form | headers)

    def follow(self, reply: Reply) -> Reply:
        """The page that a redirect leads to; what is no redirect stays."""
        return self.visit(reply.location) if reply.location else reply

    def visit(self, path: str) -> Reply:
        """Go to a page, with the files that this browser does not know yet."""
        self.at = path
        page = self.get(path)
        for file in (name.decode() for name in FILES.findall(page.body)):
            if file not in self.known:
                self.known.add(file)
                self.get(file)
        return page

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        self.asked.append(method)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept-Encoding": "gzip, br", "Cookie": cookies, **(headers or {})}
        self.connection.request(method, path, body or None, sent)
        response = self.connection.getresponse()
        content = response.read()
        self.take_cookies(response)
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status}")
        return Reply(response.status, response.headers.get("Location", ""), content)

    def take_cookies(self, response: HTTPResponse) -> None:
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
