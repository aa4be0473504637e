"""``legalaid replay``, and what ``legalaid evaluate --receipt`` writes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ...basics.bilingual import BilingualError
from ...basics.neutral import json_text
from ...basics.output import write_whole
from ..common import kept_in, lang_option, load_rules
from ..door import Exit
from ..options import figures_option, ruleset_option
from ..reading import read_cases
from ..wording.saying import Wrong, wrong
from ..wording.spoken import Command


@click.command(cls=Command)
@click.argument("receipt", type=click.Path(exists=True, dir_okay=False))
@click.argument("case", type=click.Path(allow_dash=True))
@ruleset_option
@figures_option
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="A public key (PEM); the receipt must be signed by its holder.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def replay(receipt: str, case: str, ruleset: str | None, figures: str | None, key: str | None, form: str, lang: str) -> None:
    """Decide a case again and hold it against its receipt: the same, or the first decision that differs and why.

    Exit 0 the same, 1 not the same; 4 when an option, a file or the signature is wrong.
    """
    from ...receipts.replay import read_receipt, told
    from ...receipts.replay import replay as again

    try:
        kept = read_receipt(Path(receipt).read_text("utf-8"))
        if key is not None:
            checked(kept, key)
        texts, many = read_cases(case)
        if many:
            raise wrong("one-case")
        rules = load_rules(ruleset, lang, keep=kept_in())
        found = again(rules, kept, next(texts), figures)
    except BilingualError as error:
        raise Wrong(error.message) from None
    if form == "json":
        click.echo(json_text({"same": found is None, "changed": None if found is None else found.to_dict()}, 2))
    else:
        click.echo(told(found, rules.rulebook, lang))
    sys.exit(Exit.OK if found is None else Exit.WRONG)


def write_receipt(result: Any, case: Any, path: str, key: str | None) -> None:
    """The receipt of a result into a file, signed where a private key is named."""
    from ...receipts.receipt import receipt_of, receipt_text

    try:
        receipt = receipt_of(result, case if isinstance(case, str) else None)
        if key is not None:
            receipt = signed_with(receipt, key)
    except BilingualError as error:
        raise Wrong(error.message) from None
    write_whole(Path(path), receipt_text(receipt))


def checked(receipt: dict[str, Any], key: str) -> None:
    """Raises WrongSignature or WrongKey."""
    from ...receipts.signing import check

    try:
        check(receipt, Path(key))
    except ModuleNotFoundError:
        raise wrong("extra-missing", extra="sign") from None


def signed_with(receipt: dict[str, Any], key: str) -> dict[str, Any]:
    from ...receipts.signing import signed

    try:
        return signed(receipt, Path(key))
    except ModuleNotFoundError:
        raise wrong("extra-missing", extra="sign") from None
