"""Pages as PDF (typst) and as Word documents (docxtpl), by layouts that an office may replace, one file at a time."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import tomllib
import zipfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from ..basics.bilingual import BilingualError
from ..explain import render
from .record import TEMPLATES, Json
from .said import both

OFFICE: Final = "office.toml"
_LINES: Final = 22  # of sums and work that a page has room for
_OF_LINE: Final = 66  # letters of a line of work
_LEAST: Final = 0.6  # of the size of letters
_RUNS_ON: Final = 92  # lines that no page holds
_WELL: Final = 0.8  # of the size of letters, where there is more than a page
_SIZES: Final = ("10.5pt", "10pt", "9.5pt", "9pt", "8.5pt", "8pt", "7.5pt")
_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same paper is the same bytes


class UnusableLayout(BilingualError):
    """A layout of an office that cannot be used; the message says which and why."""

    def __init__(self, name: str, why: object) -> None:
        first = (str(why).strip().splitlines() or [""])[0]
        message = both("unknown", "layout", file=name, why=first)
        super().__init__(message.en, message.vi)


def office_words(folder: Path | None, lang: str) -> dict[str, str]:
    """The office's own words, of its folder or the shipped ones, which name no office. Raises UnusableLayout."""
    path = _layout(OFFICE, folder)
    try:
        found = tomllib.loads(path.read_text("utf-8"))[lang]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise UnusableLayout(OFFICE, error) from None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise UnusableLayout(OFFICE, lang)
    return found


def pdf(paper: str, data: Json, folder: Path | None = None, *, pages: int | None = None) -> bytes:
    """A paper as PDF. The data reach the layout as data: nothing in them is markup. ``pages``: how many there may be, by
    smaller letters (the layout's input ``size``) as far as these can be read. Raises UnusableLayout."""
    with tempfile.TemporaryDirectory() as there:
        for source in filter(None, (TEMPLATES, folder)):
            for file in source.iterdir():
                if file.is_file():
                    shutil.copyfile(file, Path(there, file.name))
        root = Path(there)
        made = root / f"{paper}.typ"
        given = {"data": json.dumps(data)}
        try:
            for size in _SIZES if pages is not None else ():
                given["size"] = size
                drawn: bytes | list[bytes] = typst.compile(made, root=root, format="svg", sys_inputs=given, font_paths=_fonts())
                if not isinstance(drawn, list) or len(drawn) <= (pages or 0):
                    break
            return bytes(typst.compile(made, root=root, sys_inputs=given, font_paths=_fonts(), timestamp=_DAY))
        except (typst.TypstError, RuntimeError) as error:
            raise UnusableLayout(f"{paper}.typ", error) from None


@cache
def _fonts() -> typst.Fonts:
    """Those that come with typst, and for letters that they lack those of the machine; looked for once."""
    return typst.Fonts()


def docx(paper: str, data: Json, folder: Path | None = None) -> bytes:
    """A paper as a Word document. Names and texts are escaped, and a layout sees no more than the data. Raises UnusableLayout."""
    path = _layout(f"{paper}.docx", folder)
    try:
        document = DocxTemplate(path)
        lines = _lines(data)
        document.render({"v": {**data, "runs_on": lines > _RUNS_ON}}, jinja_env=render.environment(TEMPLATES, "html"))
        _shrunk(document, lines)
        out = io.BytesIO()
        properties = document.docx.core_properties
        properties.created = properties.modified = _DAY.replace(tzinfo=None)
        document.save(out)
        return _undated(out)
    except (TemplateError, ValueError, KeyError, OSError) as error:
        raise UnusableLayout(path.name, error) from None


def _undated(made: io.BytesIO) -> bytes:
    """The same document without the time at which its parts were packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(zipfile.ZipInfo(part.filename), old.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _lines(data: Json) -> int:
    """How many lines a sheet has to say, about; 0 for papers that are no sheet of one page."""
    if "work" not in data:
        return 0
    rows = [row for table in data["work"] for row in table["rows"]]
    lines = sum(len(row["about"] + row["sums"]) // _OF_LINE + 1 for row in rows)
    return lines + sum(len(x["text"] + x["cites"]) // (_OF_LINE + 30) + 1 for x in (*data.get("sums", ()), *data.get("notes", ()), *data["findings"]))


def _shrunk(document: Any, lines: int) -> None:
    """Smaller letters where a sheet of one page has much to say: Word cannot be asked how much room a text takes. What no letters that
    can be read hold on one page runs on, in letters that read well."""
    if lines > _LINES:
        factor = _WELL if lines > _RUNS_ON else max(_LEAST, (_LINES / lines) ** 0.5)
        for style in document.styles:
            if style.type == WD_STYLE_TYPE.PARAGRAPH and style.font.size is not None:
                style.font.size = Pt(round(style.font.size.pt * factor * 2) / 2)


def _layout(name: str, folder: Path | None) -> Path:
    own = folder / name if folder is not None else None
    return own if own is not None and own.is_file() else TEMPLATES / name
