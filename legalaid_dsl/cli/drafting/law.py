"""``legalaid law attach`` and ``legalaid ledger``: the official text beside the rules."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...basics.citation import Citation
from ...basics.neutral import json_text
from ...basics.worded import words
from ..common import help_lang_option, lang_option, load_rules, shipped_ruleset
from ..common import said as said_of
from ..door import Exit
from ..wording.spoken import Command, Group

if TYPE_CHECKING:
    from ...rulebook.model import Rulebook
    from ...workbench.official.attach import Attachment
    from ...workbench.official.ledger import Entry

ruleset_option = click.option(
    "--ruleset",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the ruleset; default: the shipped one.",
)


def _words(table: str, lang: str) -> Mapping[str, str]:
    found: Mapping[str, str] = words(Path(__file__).with_suffix(".toml"))[table][lang]
    return found


_MARKS = {"encoded": "●", "partly": "◐", "stated by a person": "○", "left open": "◌", "outside": "–", "unaccounted": "?"}


@click.group(cls=Group)
@help_lang_option
def law() -> None:
    """The official text of the instrument, kept beside its rules."""


@law.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--lang", type=click.Choice(["en", "vi"]), required=True, help="Language of the text (and of what is printed)."
)
@ruleset_option
def attach(file: Path, lang: str, ruleset: Path | None) -> None:
    """Cut a plain-text instrument by article, clause and point, and keep it beside the rules."""
    from ...rulebook.files.official import plain_text
    from ...workbench.official import attach as official

    folder = ruleset or shipped_ruleset()
    rulebook = load_rules(folder, lang).rulebook
    said = _words("said", lang)
    try:
        done = said_of(lambda: official.attach(folder, plain_text(file), lang, rulebook.id, file.name), lang)
    except official.NothingFound as nothing:
        raise click.ClickException(said["nothing"].format(name=nothing)) from None
    for line in _report(done, said, lang):
        click.echo(line)


def _report(done: Attachment, said: Mapping[str, str], lang: str) -> list[str]:
    levels = Counter(
        "examples" if c.example else "points" if c.point else "clauses" if c.clause else "articles"
        for c in (p.citation for p in done.cut.passages)
    )
    counts = {level: levels[level] for level in ("articles", "clauses", "points", "examples")}
    lines = [said["cut"].format(**counts, path=done.path)]
    lines += [said["doubt"].format(line=d.line, text=d.text) for d in done.cut.doubts]
    if done.first:
        lines.append(said["first"])
    if done.changed:
        lines.append(said["changed"].format(names="; ".join(c.name(lang) for c in done.changed)))
    if done.only_here or done.only_there:
        here, there = ("; ".join(c.name(lang) for c in cs) or "–" for cs in (done.only_here, done.only_there))
        lines.append(said["differ"].format(here=here, there=there))
    return lines


@click.command(cls=Command)
@ruleset_option
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    metavar="ADDRESS",
    help="The rules of this provision agree with its text now (art_4/cl_2, or all).",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def ledger(ruleset: Path | None, confirmed: tuple[str, ...], form: str, lang: str) -> None:
    """List every provision: encoded, partly, stated by a person, left open, outside.

    Reasons stand in ledger.csv: address, sentence (its number, where there are several), status, reason_en, reason_vi.
    Exit 1 when one is unaccounted for or stale.
    """
    from ...workbench.official.ledger import LedgerError, make_ledger

    folder = ruleset or shipped_ruleset()
    rulebook = load_rules(folder, lang).rulebook
    try:
        entries = said_of(lambda: make_ledger(rulebook, folder), lang)
        if confirmed:
            _confirm(folder, rulebook, confirmed, {e.citation for e in entries}, lang)
            entries = make_ledger(rulebook, folder)
    except LedgerError as error:
        raise click.ClickException(error.message[lang]) from None
    if form == "json":
        click.echo(json_text([_as_dict(e) for e in entries], 1))
    else:
        for line in _lines(entries, lang):
            click.echo(line)
    sys.exit(Exit.WRONG if any(e.stale or e.status == "unaccounted" for e in entries) else Exit.OK)


def _confirm(
    folder: Path, rulebook: Rulebook, addresses: tuple[str, ...], known: Collection[Citation], lang: str
) -> None:
    from ...workbench.official import attach as official

    chosen: set[Citation] = set()
    for address in addresses:
        try:
            named = Citation.from_path(rulebook.id if address == "all" else f"{rulebook.id}/{address}")
        except ValueError:
            named = Citation("")
        inside = {c for c in known if c.within(named)} if address == "all" else {named} & set(known)
        if not inside:
            raise click.ClickException(_words("said", lang)["no_address"].format(address=address))
        chosen |= inside
    official.confirm(folder, rulebook.id, chosen)
    click.echo(_words("said", lang)["confirmed"].format(count=len(chosen)), err=True)


def _lines(entries: list[Entry], lang: str) -> list[str]:
    said = _words("said", lang)
    attached = any(e.in_text for e in entries)
    lines = [] if attached else [said["no_text"], ""]
    for entry in entries:
        indent = "  " * (len(entry.citation.chain()) - 2)
        status = _words("status", lang).get(entry.status, entry.status)
        line = f"{_MARKS[entry.status]} {indent}{entry.citation.name(lang)}: {status}"
        line += f" ({entry.reason[lang]})" if entry.reason.en else ""
        line += f" – {said['unattached']}" if attached and not entry.in_text else ""
        lines.append(line)
        for number, note in entry.sentences.items():
            status = _words("status", lang).get(note.status, note.status)
            lines.append(f"{_MARKS[note.status]} {indent}  {said['sentence'].format(number=number)}: {status} ({note.reason[lang]})")
        if entry.stale:
            rules = ", ".join(dict.fromkeys(str(r.span) for r in entry.rules if r.span)) or said["no_rules"]
            lines.append(f"    {indent}{said['stale'].format(langs=', '.join(entry.stale), rules=rules)}")
    counts = Counter(e.status for e in entries)
    parts = ", ".join(
        f"{counts[s]} {_words('status', lang).get(s, s)}" for s in _MARKS if counts[s] or s == "unaccounted"
    )
    lines += ["", said["sum"].format(count=len(entries), parts=parts, stale=sum(1 for e in entries if e.stale))]
    return lines


def _as_dict(entry: Entry) -> dict[str, object]:
    return {
        "address": entry.citation.path, "status": entry.status, "reason": entry.reason.to_dict(),
        "rules": [str(r.span) for r in entry.rules if r.span], "stale": list(entry.stale), "in_text": entry.in_text,
        "sentences": [{"sentence": n, "status": x.status, "reason": x.reason.to_dict()} for n, x in entry.sentences.items()],
    }  # fmt: skip
