"""``legalaid enact``: edits turned into the amending act that makes them."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path

import click

from ...basics.bilingual import Bilingual
from ...basics.output import write_whole
from ..common import lang_option, new, said
from ..door import Exit
from ..wording.saying import wrong
from ..wording.spoken import Command


@click.command(cls=Command)
@click.argument("base", type=click.Path(exists=True, file_okay=False))
@click.argument("edited", type=click.Path(exists=True, file_okay=False))
@click.option("--key", default="draft", show_default=True, metavar="KEY", help="Of the act: small letters, digits and _.")
@click.option("--title", metavar="TEXT", help="What the act is called; else DRAFT with its key.")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="The day from which the act holds.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write the act into this file.")
@lang_option
def enact(base: str, edited: str, key: str, title: str | None, start: datetime, out: str | None, lang: str) -> None:
    """Write the amending act that turns the rules of BASE into those of EDITED.

    It is carried out before it is printed, and gives the edited text; what no formula says is named on standard error, exit 1.
    """
    from ...rulebook.load import survey
    from ...workbench.enacting.write import Heading, enact, lines_left

    if not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", key):
        raise wrong("act-key", given=key)
    new(out)
    names = Bilingual(title, title) if title else Bilingual(f"Draft {key}", f"Dự thảo {key}")
    heading = Heading(key, key.upper(), names, start.date())
    before, after = (survey(Path(folder).resolve()) for folder in (base, edited))
    found = said(lambda: enact(before, after, heading, lang), lang)
    if out is not None and found.text:
        write_whole(Path(out), found.text)
    elif found.text:
        click.echo(found.text, nl=False)
    for line in lines_left(found, before, lang):
        click.echo(line, err=True)
    sys.exit(Exit.WRONG if found.left else Exit.OK)
