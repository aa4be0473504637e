"""``legalaid log``: the decision log of the service."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import click

from ...basics.bilingual import Bilingual
from ...basics.neutral import json_text, visible
from ...receipts.log_replay import Replayed
from ...rulebook.model import ROOT, Rulebook
from ..common import help_lang_option, kept_in, lang_option, load_rules
from ..door import Exit
from ..options import reading_option, readings_from, ruleset_option
from ..wording.saying import Wrong, wrong
from ..wording.spoken import Command, Group

T = TypeVar("T")
_OUTCOMES: Final = {
    "same": Bilingual("the same", "giống nhau"), "reasons": Bilingual("the same answer on other grounds", "cùng kết quả, căn cứ khác"),
    "changed": Bilingual("changed", "thay đổi"), "no_facts": Bilingual("kept without facts", "được lưu không kèm dữ kiện"),
    "masked": Bilingual("masked, so not to be decided again", "đã che, không giải quyết lại được"),
    "other_ruleset": Bilingual("of another ruleset", "của bộ quy tắc khác"),
    "no_figures": Bilingual("figures not at hand (--figures NAME=FOLDER)", "không có sẵn số liệu (--figures TÊN=THƯ_MỤC)"),
}  # fmt: skip
_NOT_IN: Final = Bilingual("The digest noted earlier is not in this log.", "Mã băm đã ghi trước đây không có trong nhật ký này.")
_STATUS: Final = Bilingual("status", "tình trạng")
_STATUSES: Final = {
    "determined": Bilingual("determined", "đã xác định"), "undetermined": Bilingual("undetermined", "chưa xác định"),
    "refused": Bilingual("refused", "bị từ chối"),
}  # fmt: skip
figures_of = click.option("--figures", multiple=True, metavar="NAME=FOLDER", help="Tables (CSV) under a name that requests give.")


@click.group(cls=Group)
@help_lang_option
def log() -> None:
    """The decision log that a service keeps."""


@click.command("log-verify", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--expect", metavar="DIGEST", help="A digest noted earlier, which must stand in the log.")
@lang_option
def verify(file: str, expect: str | None, lang: str) -> None:
    """Check every entry and its place in the chain; print their number and the last digest, to be noted elsewhere.

    Exit 0, or 1 when the log is not as it was written.
    """
    from ...receipts.log import START, checked

    number, last, seen = 0, START, expect is None or expect == START
    for entry in _read(lambda: checked(Path(file)), lang):
        number, last = entry["seq"], entry["digest"]
        seen = seen or last == expect
    click.echo(f"{number} {last}")
    if not seen:
        click.echo(_NOT_IN[lang], err=True)
        sys.exit(Exit.WRONG)


@click.command("log-show", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def show(file: str, form: str, lang: str) -> None:
    """Print the log: a line an entry, or JSON Lines that can be verified and replayed like the log itself."""
    from ...receipts.log import entries

    for text, seal in _read(lambda: entries(Path(file)), lang):
        entry = json.loads(text)
        if form == "json":
            click.echo(json_text({"entry": entry, "digest": seal}))
            continue
        body = entry["receipt"]
        said = (entry["seq"], entry["at"], entry["request_id"], body["ruleset"]["id"], body["status"], body["result"][:19])
        click.echo("  ".join(visible(str(part)) for part in said))


@click.command("log-replay", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@ruleset_option
@reading_option
@figures_of
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def replay(file: str, ruleset: str | None, readings: tuple[str, ...], figures: tuple[str, ...], form: str, lang: str) -> None:
    """Decide every kept case again under a new text or other readings; list each answer that would change, and the deciding provision.

    Exit 0 when none would, 1 when some would or the log is not as it was written.
    """
    from ...api import UnknownReading
    from ...receipts.log import checked
    from ...receipts.log_replay import counts, replayed
    from ...receipts.replay import told

    rules = load_rules(ruleset, lang, keep=kept_in())
    found = []
    try:
        for one in replayed(_read(lambda: checked(Path(file)), lang), rules, readings_from(readings), folders_from(figures)):
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
        click.echo(f"{_OUTCOMES[outcome][lang]}: {number}", err=form == "json")
    sys.exit(Exit.WRONG if any(one.outcome == "changed" for one in found) else Exit.OK)


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
            shown = (_STATUSES[str(v)][lang] if key == "status" else "–" if v is None else str(v) for v in (old, new))
            yield f"{_STATUS[lang] if key == 'status' else names[key][lang] if key in names else key}: {' → '.join(shown)}"


def _read(work: Callable[[], Iterator[T]], lang: str) -> Iterator[T]:
    """Entries; a log that is not as it was written ends the run."""
    from ...receipts.log import Broken

    try:
        yield from work()
    except Broken as error:
        click.echo(error.message[lang], err=True)
        sys.exit(Exit.WRONG)


log.add_command(verify, "verify")
log.add_command(show, "show")
log.add_command(replay, "replay")
