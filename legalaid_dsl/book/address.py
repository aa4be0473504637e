"""Where every provision, reading, example and figure stands: addresses that stay put from one edition to the next.

``circular_02_2021/art_3/cl_2/pt_a`` stands in ``circular_02_2021/art_3.html#cl_2-pt_a``: an article is a page, and
what stands in it a place on the page. Labels have letters and digits only, so that no two places have one name.
"""

from __future__ import annotations

import re
from typing import Final

from ..basics.bilingual import LANGUAGES
from ..basics.citation import Citation

FRONT: Final = "index.html"
READINGS: Final = "readings.html"
FIGURES: Final = "figures.html"
TERMS: Final = "terms.html"
EXAMPLES: Final = "examples.html"
HISTORY: Final = "history.html"
GRAPH: Final = "graph.html"
SEARCH: Final = "search.html"
TRY: Final = "try.html"
ADDRESSES: Final = "addresses.json"
_LEVELS: Final = (("article", "art"), ("clause", "clause"), ("point", "point"), ("sub", "subpara"), ("example", "hcontainer"))


def page_of(citation: Citation) -> str:
    """The page on which a provision stands, from the folder of a language."""
    return f"{citation.instrument}/{_parts(citation)[0] or 'index'}.html"


def anchor_of(citation: Citation) -> str:
    """Its place on that page; empty for an article, which is the page."""
    return "-".join(_parts(citation)[1])


def link_to(citation: Citation) -> str:
    """Page and place."""
    anchor = anchor_of(citation)
    return f"{page_of(citation)}#{anchor}" if anchor else page_of(citation)


def in_book(book: str, lang: str, path: str) -> str:
    """The link to a provision (its path) in a book that stands at a folder or web address."""
    return f"{book.rstrip('/')}/{lang if lang in LANGUAGES else LANGUAGES[0]}/{link_to(Citation.from_path(path))}"


def examples_page(stem: str) -> str:
    """The page of the examples of one file."""
    return f"examples/{re.sub(r'[^a-z0-9_-]+', '-', stem.lower()) or '-'}.html"


def eid(citation: Citation) -> str:
    """The ``eId`` of a provision by the naming convention of Akoma Ntoso: ``art_3__clause_2__point_a``."""
    found = [f"{prefix}_{label}" for level, prefix in _LEVELS if (label := getattr(citation, level))]
    return "__".join(found)


def eli(citation: Citation, country: str) -> str:
    """An identifier in the manner of ELI: ``eli/vn/circular_02_2021/art_3/cl_2/pt_a``."""
    return f"eli/{country}/{citation.path}"


def _parts(citation: Citation) -> tuple[str, list[str]]:
    article, *inside = [*citation.path.split("/")[1:], ""] if not citation.article else citation.path.split("/")[1:]
    return article, [part for part in inside if part]
