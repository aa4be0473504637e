"""``legalaid pack`` and ``legalaid verify``: a ruleset in one file that can be checked."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...basics.bilingual import BilingualError
from ...basics.output import claim, write_whole
from ..common import lang_option, load_rules
from ..door import Exit
from ..wording.saying import Wrong
from ..wording.spoken import Command
from .receipts import checked, signed_with


@click.command(cls=Command)
@click.argument("ruleset", required=False)
@click.option("--out", required=True, type=click.Path(dir_okay=False), metavar="FILE", help="Where the pack is written.")
@click.option("--sign", type=click.Path(exists=True, dir_okay=False), help="A private key (PEM) to sign it with.")
@lang_option
def pack(ruleset: str | None, out: str, sign: str | None, lang: str) -> None:
    """Put a ruleset into one file, with the instruments that it uses and the digest of what it decides."""
    from ...receipts.pack import pack_of
    from ...receipts.receipt import receipt_text

    rules = load_rules(ruleset, lang)
    try:
        made = pack_of(rules)
        made = made if sign is None else signed_with(made, sign)
    except BilingualError as error:
        raise Wrong(error.message) from None
    write_whole(Path(out), receipt_text(made))
    click.echo(f"{made['pack']['id']} {made['pack']['meaning']}")


@click.command(cls=Command)
@click.argument("file", metavar="PACK", type=click.Path(exists=True, dir_okay=False))
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="A public key (PEM); the pack must be signed by its holder.")
@click.option("--out", type=click.Path(file_okay=False), metavar="FOLDER", help="A new or empty folder for the rules, once they are checked.")
@lang_option
def verify(file: str, key: str | None, out: str | None, lang: str) -> None:
    """Check that the rules of a pack decide what the pack says, and print their digest.

    Exit 0, or 1 when they do not; 4 when an option, a file or the signature is wrong.
    """
    from ...receipts.pack import NoPack, check_pack, read_pack, unpack

    try:
        found = read_pack(Path(file).read_bytes().decode("utf-8", "replace"))
        if key is not None:
            checked(found, key)
        check_pack(found)
        if out is not None:
            claim(Path(out))
            unpack(found, Path(out))
    except NoPack as error:
        click.echo(error.message[lang], err=True)
        sys.exit(Exit.WRONG)
    except BilingualError as error:
        raise Wrong(error.message) from None
    click.echo(f"{found['pack']['id']} {found['pack']['meaning']}")
