"""What ``legalaid fmt --upgrade`` does: rulesets of the first edition, written in the second."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from ...basics.neutral import visible
from ...basics.output import write_whole
from ..door import Exit
from ..progress import Working
from ..wording.saying import told_of_upgrade, wrong


def upgrade_all(folders: Iterable[Path], only_check: bool, lang: str) -> Exit:
    """Exit.WRONG where a person must go on, or (``only_check``) where a file would change."""
    from ...rulebook.files.which import law_files
    from ...workbench.upgrade import upgraded

    ended = Exit.OK
    for folder in dict.fromkeys(folders):
        if not folder.is_dir() or not law_files(folder):
            raise wrong("no-ruleset-to-upgrade", path=folder)
        with Working(lang):
            found = upgraded(folder)
        for path, text in found.texts.items():
            click.echo(str(path))
            if not only_check:
                write_whole(path, text)
        for problem in found.problems:
            click.echo(problem.render(lang) + "\n", err=True)
        for (_, old), new in found.renamed.items():
            click.echo(told_of_upgrade("renamed", old=visible(old), new=visible(new))[lang], err=True)
        for path in found.unread:
            click.echo(told_of_upgrade("unread", path=path)[lang], err=True)
        if found.problems:
            click.echo(told_of_upgrade("would" if only_check else "mend", name=folder.name, count=len(found.problems))[lang], err=True)
        if found.problems or found.unread or (only_check and found.texts):
            ended = Exit.WRONG
    return ended
