"""A page as a browser would see it: its links, its places, whatever it would fetch or run."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """``links``, ``places`` (ids), ``fetched`` (what a browser would load), ``scripts``, ``tags``."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: list[str] = []
        self.fetched: list[str] = []
        self.handlers: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {k: v or "" for k, v in attrs}
        self.handlers += [k for k in given if k.startswith("on")]
        if "id" in given:
            self.places.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.links.append(given.get("action", ""))
        elif "src" in given or tag in ("link", "base", "iframe", "object", "embed", "meta") and "href" in given:
            self.fetched.append(given.get("src") or given["href"])

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def broken(files: dict[str, str]) -> list[tuple[str, str]]:
    """(page, link) for every link that leads nowhere, or out of the folder."""
    pages = {path: Page(text) for path, text in files.items() if path.endswith(".html")}
    wrong = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            to = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
            there = pages.get(to)
            if parts.scheme or parts.netloc or (there is None and to not in files) or (parts.fragment and there is not None and unquote(parts.fragment) not in there.places):
                wrong.append((path, link))
    return wrong
