"""Renders explanations: sandboxed, strict about missing names, whatever is printed made neutral for its format."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import attrs
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.nodes import Concat
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from ..basics.bilingual import LANGUAGES
from ..basics.citation import Citation
from ..basics.neutral import in_place, visible
from ..rulebook.model import Rulebook
from .view import make_view
from .words import FOLDER, Unwritable, words_for

LAYERS: Final = {"statement": "statement", "explanation": "explanation", "full": "layout"}
FORMATS: Final = {"text": "txt", "markdown": "md", "html": "html"}
TEMPLATES: Final = Path(__file__).parent / "templates"
_FILTERS: Final = ("join", "length", "upper")
_SUMS: Final[Mapping[str, Callable[[int, int], int]]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_OF_TEXT: Final = ("lower", "split")  # what a template may call of a text
_MOST: Final = 10**9  # of what a template reckons: lengths on a page
_LONGEST: Final = 10**6  # characters of a text that a template puts together
_PAGE: Final = 16 * 10**6  # characters; the longest code has two million

# Every mark of Markdown and HTML; what begins a list, an underline or a number at the beginning; addresses.
_MARKS: Final = re.compile(r"[\\`*_\[\]<>#|&~$]|^-(?=[-\s]|$)|^\+(?=\s|$)|^=(?==|$)|:(?=//)")
_NUMBERED: Final = re.compile(r"^([0-9]+)([.)])(?=\s|$)")
_WWW: Final = re.compile(r"(?<=www)\.", re.IGNORECASE)


class UnknownPerson(Unwritable):
    """Somebody whom the case does not have."""


def explain(
    rulebook: Rulebook, result: Mapping[str, Any], lang: str = "en", format: str = "text",
    texts: Mapping[Citation, str] | None = None, *, layer: str = "explanation", who: Iterable[str] = (),
    template: str | Path | None = None, what_if: Iterable[Mapping[str, Any]] | None = None,
    link: Callable[[str], str] | None = None,
) -> str:  # fmt: skip
    """An explanation of a result with its trace. ``lang`` en or vi, or another that ``template`` has words for; ``format``
    text, markdown, html; ``texts``: the official text of provisions, quoted where they are cited (layer full).

    ``layer``: ``statement`` (a page for each whom the money goes to; ``who``: only those, by id), ``explanation``, ``full``.
    ``link``: what leads from the path of a provision to where it can be read (a book's page); only HTML has such links.
    ``template``: a folder whose templates and words come before those of the instrument, and these before the shipped ones.
    ``what_if``: what else could have come out (``asking/what_if.py``), told beside it in the layer explanation.
    """
    own = Path(rulebook.folder) / FOLDER if rulebook.folder else None
    folders = tuple(p for p in (Path(template) if template is not None else None, own) if p is not None and p.is_dir())
    words = words_for(folders, lang)
    if lang not in LANGUAGES and words.like not in LANGUAGES:
        raise ValueError(f"no language {lang!r}; there are: {', '.join(LANGUAGES)}")
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}; there are: {', '.join(FORMATS)}")
    if layer not in LAYERS:
        raise ValueError(f"no layer {layer!r}; there are: {', '.join(LAYERS)}")
    base = lang if lang in LANGUAGES else words.like
    view = make_view(rulebook, result, base, texts, words, tuple(who), what_if, link if format == "html" else None)
    if layer == "statement" and (unknown := [x for x in who if x not in {p.id for p in view.people}]):
        there = ", ".join(p.id for p in make_view(rulebook, result, base, texts, words).people) or "–"
        raise UnknownPerson(f"nobody is “{unknown[0]}” here; there are: {there}", f"ở đây không có ai là “{unknown[0]}”; hiện có: {there}")
    view = attrs.evolve(view, lang=lang, base=lang if lang in LANGUAGES or _has_words(folders, lang) else base)
    return fill((*folders, TEMPLATES), LAYERS[layer], format, v=view)


def _has_words(folders: Iterable[Path], lang: str) -> bool:
    """Whether a folder has sentences of its own for a language."""
    return any((folder / lang / "words.j2").is_file() for folder in folders)


def brief(rulebook: Rulebook, result: Mapping[str, Any]) -> str:
    """The results of a case in both languages, as a part of a page of HTML (a notebook's)."""
    views = {f"{lang}_view": make_view(rulebook, result, lang) for lang in LANGUAGES}
    return fill(TEMPLATES, "brief", "html", **views)


def fill(folder: Path | tuple[Path, ...], layout: str, format: str, **values: Any) -> str:
    """A layout of a folder of templates, filled. Raises TemplateError for a template that cannot be used, or makes too long a page."""
    name = f"{layout}.{FORMATS[format]}.j2"
    with _unusable(name):
        return _page(environment(folder, format).get_template(name).generate(**values)).strip() + "\n"


def _page(pieces: Iterable[str]) -> str:
    found, size = list[str](), 0
    for piece in pieces:
        size += len(piece)
        if size > _PAGE:
            raise SecurityError(f"a page has at most {_PAGE} characters")
        found.append(piece)
    return "".join(found)


@contextmanager
def _unusable(name: str) -> Iterator[None]:
    """Templates become Python, so that a bad one ends in whatever Python raises, when it is read or when it is filled."""
    try:
        yield
    except TemplateError:
        raise
    except Exception as error:
        raise TemplateError(f"{name} cannot be used: {type(error).__name__}: {error}") from error


@cache
def environment(folder: Path | tuple[Path, ...], format: str) -> Sandbox:
    """The one environment that templates of ours are filled in, for a folder and a format.

    Everything printed is one line with every character visible, and in it nothing is left that the format gives
    a meaning; the filter ``verbatim`` keeps the lines of a text where a template has made a block for it.
    """
    made = Sandbox(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_neutral(format),
    )
    made.globals.clear()
    made.tests.clear()
    made.filters = {**{k: made.filters[k] for k in _FILTERS}, "verbatim": _verbatim(format), "over": _over}
    return made


class _Writer(CodeGenerator):
    """``~`` is no operator to Jinja's sandbox; what it gives has a limit here, as repeating it doubles a text."""

    def visit_Concat(self, node: Concat, frame: Frame) -> None:
        self.write("environment.short(")
        super().visit_Concat(node, frame)
        self.write(")")


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates see the fields of records, the keys of tables and little else, so that none can reach further."""

    code_generator_class = _Writer
    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Of a table always its key, even one that is called as a method is."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, str) and attribute not in _OF_TEXT:
            return self.unsafe_undefined(obj, attribute)  # also of ``format``, which Jinja lets pass
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _OF_TEXT
        if _is_field(type(obj), attr):  # type: ignore[arg-type]
            return True
        known = attrs.has(type(obj)) or isinstance(obj, TemplateModule | LoopContext)
        return known and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, sign: str, left: Any, right: Any) -> Any:
        if sign in _SUMS and all(isinstance(x, int) and abs(x) <= _MOST for x in (left, right)):
            return _SUMS[sign](left, right)
        raise SecurityError("a template may add, subtract and multiply small whole numbers only")

    def short(self, text: str) -> str:
        if len(text) > _LONGEST:
            raise SecurityError(f"a text that a template puts together has at most {_LONGEST} characters")
        return text


@lru_cache(maxsize=1024)
def _is_field(kind: type, name: str) -> bool:
    """Whether a template may see it of a record: a field of an attrs class that is not private."""
    return attrs.has(kind) and not name.startswith("_") and name in {f.name for f in attrs.fields(kind)}


def _neutral(format: str) -> Callable[[Any], Any]:
    """What Jinja does to each value that it prints (``finalize``); markup made by a template is left as it is."""
    marks: dict[str, Callable[[str], Markup]] = {"text": Markup, "markdown": _markdown, "html": escape}
    mark = marks[format]
    return lambda value: value if isinstance(value, Markup) else mark(visible(str(value)))


def _over(own: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The phrases of a layout, with those of an instrument in their place."""
    return {**own, **words}


def _verbatim(format: str) -> Callable[[str], Markup]:
    mark: Callable[[str], Markup] = escape if format == "html" else Markup
    return lambda text: mark("\n".join(in_place(line) for line in text.split("\n")))


def _markdown(text: str) -> Markup:
    """Text in which no mark of Markdown or HTML is left."""
    escaped = _WWW.sub(r"\\.", _NUMBERED.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", text)))
    return Markup(escaped)
