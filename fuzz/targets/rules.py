"""Rule files: reading, checking, the layout, the other tongue, and a case decided by whatever is right.

The input is a whole rule file, or, if it begins with no instrument, what stands under the small ruleset's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.basics.source import Source
from legalaid_dsl.rulebook.load import examine
from legalaid_dsl.workbench.rewrite import rewrite_source
from tests.errors.chunks import every

from .. import grammar
from ..common import ROOT, mini_text, place, promise

CASES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {
        "case_id": "A", "urgent": True, "kind": "novel", "closed_on": "2026-06-30", "deduction": "1", "helpers": [{"id": "h"}],
        "lines": [
            {"id": "a", "hours": "3.5", "done": "2026-02-01", "helper": "h"}, {"id": "b", "hours": "8", "done": "2026-07-01"},
        ],
    },
    {"kind": "atlas", "closed_on": "2027-06-30", "lines": [{"id": "a", "hours": "0"}, {"id": "b"}], "helpers": []},
)  # fmt: skip


def whole(data: bytes) -> bytes:
    return data if re.match(rb"[\xef\xbb\xbf\s]*(Instrument|V)", data) else mini_text().encode() + b"\n" + data


def run(data: bytes) -> None:
    folder = place() / "mini"
    folder.mkdir(exist_ok=True)
    (folder / "rules.law").write_bytes(whole(data))
    rulebook, problems = examine(folder)
    promise((rulebook is None) == any(not p.warning for p in problems), "rules or errors", [p.code for p in problems])
    for p in problems:
        for lang in ("en", "vi"):
            promise(p.render(lang), "problems are said", p.code)
            promise(len(p.message[lang]) < 4_000, "messages are short", p.code)
    if rulebook is not None:
        _laid_out(Source("rules.law", whole(data).decode("utf-8").removeprefix("\ufeff")), rulebook.glossary)
        rules = la.Rules(rulebook)
        for case in CASES:
            decided(rules, case)


def _laid_out(source: Source, glossary: Any) -> None:
    try:
        once = rewrite_source(source, glossary)
        promise(rewrite_source(Source("rules.law", once), glossary) == once, "one layout", once[-300:])
        for lang in ("en", "vi"):
            rewrite_source(source, glossary, lang)  # it promises that both say the same, or refuses
    except RulesetError as error:
        promise(False, "what is right can be laid out and translated", *(p.render("en") for p in error.problems))


def decided(rules: la.Rules, case: Any, **options: Any) -> None:
    """Rows and interpreter say the same, and nothing is determined with a hole in it."""
    quick, plain = rules.evaluate(case, **options), rules.evaluate(case, by="interpreter", **options)
    promise(quick.status == plain.status, "rows agree", quick.status, plain.status)
    if plain.status != "refused":
        promise(quick.case_values() == plain.case_values(), "rows agree", quick.case_values(), plain.case_values())
    found = plain.to_dict()
    if found["status"] == "determined":
        decisive = [t.result.key for t in rules.rulebook.terms_of("case") if t.decisive and t.result is not None]
        promise(not any(found[k] is None for k in decisive), "determined without a hole", found)
    elif found["status"] == "undetermined":
        opened = [*found["findings"], *found.get("openings", ())]
        promise(found["needs"] or opened, "undetermined says why", found)
    else:
        promise(found["findings"], "refused says why", found)
    for lang, form in (("en", "text"), ("vi", "markdown"), ("en", "html")):
        promise(plain.explain(lang=lang, format=form), "explained", form)


def inputs() -> st.SearchStrategy[bytes]:
    return st.one_of(grammar.typed(), grammar.typed(), grammar.sentences(), grammar.jumbled()).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )


def seeds() -> Iterable[bytes]:
    text = mini_text()
    yield text.encode()
    yield from (part.encode() for part in re.split(r"\n(?=Clause|Article)", text) if part.startswith(("Clause", "Article")))
    for file in sorted(ROOT.glob("rulesets/*/*.law")):
        for part in re.split(r"\n(?=Clause|Khoản|Article|Điều)", file.read_text("utf-8")):
            if len(part) < 1_200:
                yield part.encode()
    for found in every().values():
        yield from (chunk.files()["rules.law"] for chunk in found if chunk.base == "tiny")
