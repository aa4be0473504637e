"""``legalaid log``: the decision log of the service."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from ...basics.neutral import json_text, visible
from ...receipts.log import CHECKPOINT, START, Broken, Log, checked, entries
from ...receipts.log_replay import Replayed
from ...receipts.stores import NoStore, is_url
from ...rulebook.model import ROOT, Rulebook
from ..common import help_lang_option, kept_in, lang_option, load_rules
from ..door import Exit
from ..options import needed, reading_option, readings_from, ruleset_option
from ..wording.saying import Wrong, notice, wrong
from ..wording.spoken import Command, Group

T = TypeVar("T")


class LogPlace(click.Path):
    """A file, or the URL of a database, for which an extra is needed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not is_url(value):
            return super().convert(value, param, ctx)
        needed("postgresql", "sqlalchemy", "psycopg")
        return value


log_argument = click.argument("place", metavar="LOG", type=LogPlace(exists=True, dir_okay=False))
figures_of = click.option("--figures", multiple=True, metavar="NAME=FOLDER", help="Tables (CSV) under a name that requests give.")


@click.group(cls=Group)
@help_lang_option
def log() -> None:
    """The decision log that a service keeps."""


@click.command("log-verify", cls=Command)
@log_argument
@click.option("--expect", metavar="DIGEST", help="A digest noted earlier, which must stand in the log.")
@lang_option
def verify(place: str, expect: str | None, lang: str) -> None:
    """Check every entry and its place in the chain; print their number and the last digest, to be noted elsewhere.

    Exit 0, or 1 when the log is not as it was written.
    """
    number, last, seen = 0, START, expect is None or expect == START
    for entry in _read(lambda: checked(place), lang):
        number, last = entry["seq"], entry["digest"]
        seen = seen or expect in (last, entry["before"])  # the one before the first, where the log was cut off there
    click.echo(f"{number} {last}")
    if not seen:
        _wrong("digest-not-in-log", lang)


@click.command("log-show", cls=Command)
@log_argument
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def show(place: str, form: str, lang: str) -> None:
    """Print the log: a line an entry, or JSON Lines that can be verified and replayed like the log itself."""
    for text, seal in _read(lambda: entries(place), lang):
        entry = json.loads(text)
        if form == "json":
            click.echo(json_text({"entry": entry, "digest": seal}))
            continue
        said: tuple[Any, ...] = (entry["seq"], entry["at"], CHECKPOINT, seal)
        if CHECKPOINT not in entry:
            body = entry["receipt"]
            said = (entry["seq"], entry["at"], entry["request_id"], body["ruleset"]["id"], body["status"], body["result"][:19])
        click.echo("  ".join(visible(str(part)) for part in said))


@click.command("log-replay", cls=Command)
@log_argument
@ruleset_option
@reading_option
@figures_of
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def replay(place: str, ruleset: str | None, readings: tuple[str, ...], figures: tuple[str, ...], form: str, lang: str) -> None:
    """Decide every kept case again under a new text or other readings; list each answer that would change, and the deciding provision.

    Exit 0 when none would, 1 when some would or the log is not as it was written.
    """
    from ...api import UnknownReading
    from ...receipts.log_replay import counts, replayed
    from ...receipts.replay import told

    rules = load_rules(ruleset, lang, keep=kept_in())
    found = []
    try:
        for one in replayed(_read(lambda: checked(place), lang), rules, readings_from(readings), folders_from(figures)):
            found.append(one)
            if one.outcome != "changed":
                continue
            if form == "json":
                click.echo(json_text(one.to_dict()))
                continue
            click.echo(f"{one.seq}  {one.request_id}")
            for line in _differences(one, rules.rulebook, lang):
                click.echo(f"   {visible(line)}")
            click.echo("\n".join(f"   {line}" for line in told(one.changed, rules.rulebook, lang).splitlines()))
    except UnknownReading as error:
        raise Wrong(error.message) from None
    for outcome, number in counts(found).items():
        click.echo(f"{notice('outcomes', outcome)[lang]}: {number}", err=form == "json")
    sys.exit(Exit.WRONG if any(one.outcome == "changed" for one in found) else Exit.OK)


@click.command("log-checkpoint", cls=Command)
@log_argument
@lang_option
def checkpoint(place: str, lang: str) -> None:
    """Check every entry and write a checkpoint at the end: the log may be cut off before it later.

    Prints its number and digest, to be noted elsewhere. Exit 0, or 1 when the log is not as it was written.
    """
    with _writing(place, lang):
        made = Log(place).checkpoint()
        click.echo(f"{made['seq']} {made['digest']}")


@click.command("log-cut", cls=Command)
@log_argument
@click.option("--before", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The first day (UTC) that is kept whole.")
@lang_option
def cut(place: str, before: datetime, lang: str) -> None:
    """Take out, for good, what stands before the last checkpoint made before a day. Exit 1 when there is none, or the log is not as it was written."""
    with _writing(place, lang):
        done = Log(place).cut(before.date())
        if done is None:
            _wrong("no-checkpoint", lang)
        else:
            click.echo(notice("log-cut", number=done[0], seq=done[1]["seq"], at=done[1]["at"])[lang])


def folders_from(texts: tuple[str, ...]) -> dict[str, Path]:
    """``NAME=FOLDER`` texts by their name."""
    found = {}
    for text in texts:
        name, mark, folder = text.partition("=")
        if not mark or not name or not Path(folder).is_dir():
            raise wrong("pair-form", option="--figures", given=text)
        found[name] = Path(folder)
    return found


def _differences(one: Replayed, book: Rulebook, lang: str) -> Iterator[str]:
    """Each result of the case that differs, before and after."""
    names = {t.result.key: t.names for t in book.terms_of(ROOT) if t.result is not None}
    for key in {**one.before, **one.after}:
        old, new = (side.get(key) for side in (one.before, one.after))
        if old != new:
            shown = (notice("statuses", str(v))[lang] if key == "status" else "–" if v is None else str(v) for v in (old, new))
            yield f"{notice('status')[lang] if key == 'status' else names[key][lang] if key in names else key}: {' → '.join(shown)}"


def _read(work: Callable[[], Iterator[T]], lang: str) -> Iterator[T]:
    """Entries; a log that is not as it was written ends the run."""
    try:
        yield from work()
    except Broken as error:
        click.echo(error.message[lang], err=True)
        sys.exit(Exit.WRONG)


@contextmanager
def _writing(place: str, lang: str) -> Iterator[None]:
    try:
        yield
    except Broken as error:
        click.echo(error.message[lang], err=True)
        sys.exit(Exit.WRONG)
    except NoStore as error:
        raise wrong("no-log", path=shown_place(place), why=error.message) from None


def shown_place(place: str) -> str:
    """A path; of a URL nothing that may be secret."""
    return place.rpartition("@")[2].partition("?")[0] if is_url(place) else place


def _wrong(code: str, lang: str) -> None:
    click.echo(notice(code)[lang], err=True)
    sys.exit(Exit.WRONG)


log.add_command(verify, "verify")
log.add_command(show, "show")
log.add_command(replay, "replay")
log.add_command(checkpoint, "checkpoint")
log.add_command(cut, "cut")
