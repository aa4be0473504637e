"""The pages of the docs: every link leads somewhere, every picture is there and small, every page is in the site; the site itself builds."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.book.reading import Page, broken

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ {0,3}(```+|~~~+)(.*?)$(.*?)^ {0,3}\1\s*$", re.MULTILINE | re.DOTALL)
TONGUES = {"", "bash", "bat", "case", "console", "java", "js", "json", "law", "legalaid", "python", "sh", "sql", "shown", "text", "toml", "xml", "yaml", "{toctree}"}
LARGEST = 200_000  # bytes of a picture


def pages(root: Path) -> list[Path]:
    found = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return [p for p in found if "node_modules" not in p.parts and "vscode" not in p.parts]


def prose(path: Path) -> str:
    """A page without its code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", path.read_text("utf-8")))


def anchors(path: Path) -> set[str]:
    """The places of a page, as its headings name them."""
    heads = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}


def test_every_link_of_the_pages_leads_somewhere(root: Path) -> None:
    wrong = []
    for page in pages(root):
        base = page.parent if page.parent.name != "site" else root
        for _, _, link in LINK.findall(prose(page)):
            path, _, place = unquote(link).partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            to = (base / path).resolve() if path else page
            if not to.exists() or (place and to.suffix == ".md" and place not in anchors(to)):
                wrong.append((page.relative_to(root).as_posix(), link))
    assert wrong == []


def test_every_picture_is_there_is_small_and_is_told(root: Path) -> None:
    used = set()
    for page in pages(root):
        for shown, said, link in LINK.findall(prose(page)):
            if shown:
                to = (page.parent / link).resolve()
                used.add(to)
                assert said.strip(), f"{page.name}: {link} is not told in words"
                assert to.is_file() and to.stat().st_size <= LARGEST, f"{page.name}: {link}"
    kept = {p.resolve() for folder in ("book", "simulate") for p in (root / "docs" / folder).glob("*.png")}
    assert kept <= used, [p.name for p in kept - used]  # a picture that no page shows is left over


def test_every_block_of_code_says_what_it_is(root: Path) -> None:
    for page in pages(root):
        text = page.read_text("utf-8")
        assert len(re.findall(r"^ {0,3}```", text, re.MULTILINE)) % 2 == 0, page.name
        for _, info, _ in FENCE.findall(text):
            assert info.split(" ")[0].strip() in TONGUES, (page.name, info)


def test_every_page_is_in_the_site(root: Path) -> None:
    listed = re.findall(r"^(?:docs/)?[\w./*-]+$", (root / "docs" / "site" / "index.md").read_text("utf-8"), re.MULTILINE)
    there = {p.relative_to(root).with_suffix("").as_posix() for entry in listed for p in root.glob(f"{entry}.md")}
    wanted = {p.relative_to(root).with_suffix("").as_posix() for p in pages(root) if p.parent.name != "site"}
    assert wanted - there == set()


@pytest.mark.long
def test_the_site_builds_without_a_network_and_its_links_lead_somewhere(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    pytest.importorskip("myst_parser")
    pytest.importorskip("furo")
    spec = importlib.util.spec_from_file_location("site_build", root / "docs" / "site" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.build(tmp_path / "site") == 0
    files = {p.relative_to(tmp_path / "site").as_posix(): p.read_text("utf-8") if p.suffix == ".html" else "" for p in (tmp_path / "site").rglob("*") if p.is_file()}
    wrong = [(page, link) for page, link in broken(files) if not re.match(r"https?:|mailto:", link)]
    assert wrong == []
    for path, text in files.items():
        if path.endswith(".html"):
            assert not [x for x in Page(text).fetched if re.match(r"(?:https?:)?//", x)], path
