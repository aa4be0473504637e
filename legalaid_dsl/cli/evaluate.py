"""``legalaid evaluate`` and ``legalaid schema``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import click

from ..basics.neutral import json_text
from ..basics.problem import MOST_LISTED
from .common import amend_option, at_option, help_lang_option, kept_in, lang_option, load_rules, said, spared
from .door import Exit
from .options import figures_option, reading_option, readings_from, ruleset_option
from .progress import Working
from .reading import read_cases
from .serving.receipts import write_receipt
from .wording.saying import Wrong, wrong
from .wording.spoken import Command

EXAMPLES: Final = ".case"
ENDS: Final = {"refused": Exit.REFUSED, "undetermined": Exit.UNDETERMINED}  # of several cases the first that occurs


@click.command(cls=Command)
@click.argument("cases", type=click.Path(allow_dash=True))
@ruleset_option
@figures_option
@reading_option
@click.option("--format", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text")
@click.option("--layer", type=click.Choice(["statement", "explanation", "full"]), default="explanation",
              help="A page for each person, the explanation, or everything.")  # fmt: skip
@click.option("--for", "who", multiple=True, metavar="ID", help="Of the statements only that of one person.")
@click.option("--template", type=click.Path(exists=True, file_okay=False), help="Folder of templates and words that come first.")
@click.option("--what-if", is_flag=True, help="Tell too what other readings, or a single other fact of a refused or cut line, would give.")
@click.option("--book", metavar="URL", help="Where the book of the ruleset stands: citations in HTML lead there.")
@click.option("--redact", is_flag=True, help="Leave out what names people and files: free texts, ids, labels.")
@click.option("--mask", "masks", multiple=True, metavar="PATH", help="Leave out a fact, as case_id or entries.date.")
@click.option("--receipt", type=click.Path(dir_okay=False), help="Write the receipt of the decision into this file (one case).")
@click.option("--sign", type=click.Path(exists=True, dir_okay=False), help="A private key (PEM, Ed25519) to sign the receipt with.")
@click.option("-k", "only", default="", help="Of a .case file: only examples whose key contains this.")
@amend_option
@at_option
@lang_option
def evaluate(
    cases: str, ruleset: str | None, figures: str | None, readings: tuple[str, ...], form: str, redact: bool, masks: tuple[str, ...], only: str,
    amendments: tuple[str, ...], at: datetime | None, lang: str, layer: str, who: tuple[str, ...], template: str | None,
    what_if: bool, receipt: str | None, sign: str | None, book: str | None,
) -> None:  # fmt: skip
    """Decide the case in a JSON file, every case of a JSON Lines file, or the examples of a .case file (- reads standard input).

    Exit 0 determined, 3 undetermined, 2 refused; 4 when an option or a file is wrong.
    """
    from ..api import UnknownReading
    from ..engine.tables import FiguresError
    from ..explain.words import Unwritable

    written = {"layer": "statement" if who else layer, "who": who, "template": template, "link": _leading(book, lang)}
    chosen = readings_from(readings)
    if cases.endswith(EXAMPLES):
        rules, asked = _worked(Path(cases), ruleset, amendments, at, lang)
        keys = [key for key, *_ in asked]
        asked = [(facts, figures or own, {**read, **chosen}) for key, facts, own, read in asked if only in key]
        if keys and not asked:
            raise wrong("no-example", path=cases, given=only, known=", ".join(keys[:MOST_LISTED]))
        many = len(asked) > 1
    else:
        texts, many = read_cases(cases)
        rules = load_rules(ruleset, lang, amendments, at, kept_in())
        asked = ((text, figures, chosen) for text in texts)
    if (many and receipt is not None) or (sign is not None and receipt is None):
        raise wrong("one-case" if receipt is not None else "sign-receipt")
    spared(receipt, cases, *([sign] if sign is not None else []))
    taken = _taken(rules, redact, masks)
    statuses = set()
    try:
        with Working(lang) as working:
            for case, tables, read in asked:
                result = rules.evaluate(case, figures=tables, readings=read)
                statuses.add(result.status)
                if receipt is not None:
                    write_receipt(result, case, receipt, sign)
                more = _more(result, taken) if what_if else None
                working.echo(_said(result, taken, form, lang, None if many else 2, {**written, "what_if": more}))
                working.step()
    except (FiguresError, UnknownReading, Unwritable) as error:
        raise Wrong(error.message) from None
    sys.exit(next((code for status, code in ENDS.items() if status in statuses), Exit.OK))


def _leading(book: str | None, lang: str) -> Callable[[str], str] | None:
    """From the path of a provision to its place in a book."""
    from ..book.address import in_book

    return None if book is None else lambda path: in_book(book, lang, path)


def _worked(path: Path, ruleset: str | None, amendments: tuple[str, ...], at: datetime | None, lang: str) -> tuple[Any, Any]:
    """The rules for a file of examples, those beside it or the shipped ones, and the examples: key, facts, figures, readings."""
    from ..cases.case_file import read_cases as read_examples
    from ..workbench.examples.runner import examples_of

    if not path.is_file():
        raise wrong("not-there", path=path)
    beside, act, files = next(examples_of(path))
    folder = ruleset or (beside if any(beside.glob("*.law")) else None)
    acts = (*amendments, str(act)) if act is not None else amendments
    rules = load_rules(folder, lang, acts, at)
    found = said(lambda: read_examples(rules.rulebook, files), lang)
    return rules, [(c.key, c.facts, c.figures, c.readings) for c in found]


def _taken(rules: Any, redact: bool, masks: tuple[str, ...]) -> tuple[str, ...]:
    """The facts to be taken out of what is printed."""
    from ..explain.masking import UnknownPath, checked, personal

    try:
        return tuple(dict.fromkeys([*(personal(rules.rulebook) if redact else ()), *checked(rules.rulebook, masks)]))
    except UnknownPath as error:
        raise Wrong(error.message) from None


def _more(result: Any, taken: tuple[str, ...]) -> list[Any]:
    """What else could have come out; of readings only where facts are taken out."""
    return [found for found in result.what_if() if not taken or "reading" in found]


def _said(result: Any, taken: tuple[str, ...], form: str, lang: str, indent: int | None, written: dict[str, Any]) -> str:
    from ..explain.masking import masked
    from ..explain.render import explain

    rules = result._rules  # under amendments those of the text that decided
    found = result.to_dict()
    found = masked(rules.rulebook, found, taken) if taken else found
    if form == "json":
        more = written["what_if"]
        return json_text(found if more is None else {**found, "what_if": more}, indent)
    return explain(rules.rulebook, found, lang, form, rules.texts(lang), **written)


@click.command(cls=Command)
@click.argument("what", type=click.Choice(["facts", "result", "trace"]))
@ruleset_option
@help_lang_option
def schema(what: Literal["facts", "result", "trace"], ruleset: str | None) -> None:
    """Print the JSON Schema of the facts, the result or the trace."""
    from ..cases.schema import schema_of

    rules = load_rules(ruleset, "en", keep=kept_in())
    click.echo(json_text(schema_of(rules.rulebook, what), 2))
