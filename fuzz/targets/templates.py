"""Templates that users wrote, in the sandbox: rendered, or refused as a template; never out of the sandbox."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st
from jinja2 import TemplateError

from legalaid_dsl.explain import render
from legalaid_dsl.explain.view import make_view

from ..common import mini, place, promise, text_of
from .rules import CASES

MOST: Final = 2_000_000  # characters of a page
SECRET: Final = ("<function", "<module", "<class", "<bound method", "built-in", "object at 0x")


@cache
def view(lang: str) -> Any:
    return make_view(mini().rulebook, mini().evaluate(CASES[1]).to_dict(), lang)


def run(data: bytes) -> None:
    folder = place() / "templates"
    folder.mkdir(exist_ok=True)
    text = text_of(data).encode("utf-8", "replace").decode()
    for form, suffix in render.FORMATS.items():
        (folder / f"page.{suffix}.j2").write_text(text, "utf-8")
        try:
            page = render.fill(folder, "page", form, v=view("en"))
        except TemplateError:
            continue
        promise(len(page) <= MOST, "pages have a limit", len(page))
        promise(not any(word in page and word not in text for word in SECRET), "no inside is printed", page[:300])


# ------------------------------------------------------------------ made up

NAMES: Final = (
    "v", "v.results", "v.case_id", "v.status", "v.steps", "v.findings", "x", "x.name", "x.value", "nothing", "loop", "loop.index", "self", "cycler",
    "lipsum", "range", "dict", "namespace", "caller", "varargs", "joiner", "v.results[0]", "v.results[0].name", "'a'", "1", "9", "3.5", "true", "none", "[1, 2]", "{'a': 1}",
)  # fmt: skip
ATTRIBUTES: Final = (
    "__class__", "__init__", "__globals__", "__mro__", "__subclasses__()", "format", "format_map", "join", "upper()", "items()", "_x", "gi_frame",
    "cr_code", "func_globals", "__getattribute__('x')", "split()", "ljust(99)", "encode()", "name", "lang",
)  # fmt: skip
FILTERS: Final = ("join", "length", "upper", "safe", "attr('__class__')", "map('upper')", "list", "center(99)", "e", "tojson", "sort", "default('x')")


@st.composite
def expression(draw: st.DrawFn, deep: int = 3) -> str:
    if deep <= 0:
        return draw(st.sampled_from(NAMES))
    inner = expression(deep - 1)
    match draw(st.integers(0, 6)):
        case 0 | 1:
            return draw(st.sampled_from(NAMES))
        case 2:
            return f"{draw(inner)}.{draw(st.sampled_from(ATTRIBUTES))}"
        case 3:
            return f"{draw(inner)}|{draw(st.sampled_from(FILTERS))}"
        case 4:
            return f"({draw(inner)} {draw(st.sampled_from(['+', '*', '~', '-', '/', '%', '**', 'in', 'and', '==', '<']))} {draw(inner)})"
        case 5:
            return f"{draw(inner)}[{draw(inner)}]"
    return f"{draw(inner)}({draw(inner)})"


@st.composite
def page(draw: st.DrawFn, deep: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        e, inner = draw(expression()), draw(page(deep - 1)) if deep > 0 else "."
        parts.append(
            draw(st.sampled_from([
                f"{{{{ {e} }}}}", f"{{% for x in {e} %}}{inner}{{% endfor %}}", f"{{% if {e} %}}{inner}{{% else %}}n{{% endif %}}",
                f"{{% set x = {e} %}}{inner}", f"{{% macro m(x) %}}{inner}{{% endmacro %}}{{{{ m({e}) }}}}", f"{{% include {e} %}}",
                f"{{% import {e} as x %}}", f"{{% extends {e} %}}", "{% include 'page.txt.j2' %}", f"{{% call {e} %}}{inner}{{% endcall %}}",
                f"{{% filter upper %}}{inner}{{% endfilter %}}", "{# note #}", f"<a href={{{{ {e} }}}}>",
            ]))
        )  # fmt: skip
    return "".join(parts)


def inputs() -> st.SearchStrategy[bytes]:
    return page().map(str.encode)


def seeds() -> Iterable[bytes]:
    yield from (
        b"{{ v.case_id }}", b"{% for x in v.results %}{{ x.name }}: {{ x.value }}\n{% endfor %}", b"{{ 'a' * 100000000 }}", b"{{ nothing }}", b"{% if %}",
        b"{{ v.__class__ }}", b"{{ ''.__class__.__mro__ }}", b"{% include 'page.txt.j2' %}", b"{{ v.results|join(', ') }}", b"{{ 9 ** 9 ** 9 }}",
        b"{% for x in v.steps %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}", b"{{ '%s' % v }}", b"{{ v }}", b"{{ v.results }}",
    )  # fmt: skip
