"""Rule files rewritten: in one layout (fmt), or in the other language (translate).

Nothing is written unless the new text parses to the same tree; for a translation, the tree
with the same meanings of all names.
"""

from __future__ import annotations

from pathlib import Path

from ..basics.problem import RulesetError, problem
from ..basics.source import Source
from ..basics.source_text import read_source
from ..language import tree
from ..language.grammar import declared_names, language_of, merge
from ..language.parsing.parse import read_file
from ..language.parsing.parser_cache import Parsers, shared
from ..language.printing.files import lay_out
from ..rulebook.amend.load import FOLDER, read_book
from ..rulebook.load import load_rulebook
from ..rulebook.resolve.glossary import Glossary
from ..rulebook.wording import printer


def glossary_for(path: Path) -> Glossary:
    """The names that a rule file may use: its ruleset's, and an amending act's own. Raises RulesetError."""
    if path.parent.name != FOLDER:
        return load_rulebook(path.parent).glossary
    act = path.with_suffix(".law")  # an act, or examples beside one
    book, _ = read_book(path.parent.parent, [act] if act.is_file() else [])
    return Glossary.of(s for t in book.texts.values() for b in t.blocks for s in b.statements)


def rewrite(path: Path, glossary: Glossary, to: str | None = None) -> str:
    """The file's text in one layout, in its own language or in ``to``. Raises RulesetError."""
    source, problems = read_source(path)
    if problems:
        raise RulesetError(problems)
    return rewrite_source(source, glossary, to)


def rewrite_source(source: Source, glossary: Glossary, to: str | None = None, parsers: Parsers | None = None) -> str:
    """As rewrite, for a text in hand; ``parsers`` are those of an editor, kept from one time to the next."""
    parsers = parsers or shared()
    written = language_of(source.text)
    target = to or written
    parsed = _parse(source, glossary, written, parsers)
    text = lay_out(source, parsed, printer(glossary, written, target))
    if (text, target) == (source.text, written):
        return text
    printed = Source(source.name, text)
    back = lay_out(printed, _parse(printed, glossary, target, parsers), printer(glossary, target, written))
    if back != (text if target == written else lay_out(source, parsed, printer(glossary, written, written))):
        raise RulesetError([problem("rewrite-differs", source.span(0, 0))])
    return text


def _parse(source: Source, glossary: Glossary, lang: str, parsers: Parsers) -> list[tree.Block | tree.Example]:
    lexicon = merge([glossary.lexicon(), declared_names(source.text)])
    found = read_file(source, parsers.parser(lang, lexicon), lang, lexicon)
    if found.problems:
        raise RulesetError(found.problems)
    return found.nodes
