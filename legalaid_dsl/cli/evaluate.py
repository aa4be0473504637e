"""``legalaid evaluate`` and ``legalaid schema``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click

from .common import amend_option, at_option, kept_in, lang_option, load_rules
from .options import figures_option, reading_option, readings_from

EXIT: dict[str, int] = {"determined": 0, "undetermined": 3, "refused": 2}


@click.command()
@click.argument("cases", type=click.Path(allow_dash=True))
@click.option("--ruleset", type=click.Path(exists=True, file_okay=False), help="Folder of the ruleset.")
@figures_option
@reading_option
@click.option("--format", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text")
@amend_option
@at_option
@lang_option
def evaluate(
    cases: str, ruleset: str | None, figures: str | None, readings: tuple[str, ...], form: str,
    amendments: tuple[str, ...], at: datetime | None, lang: str,
) -> None:  # fmt: skip
    """Decide the case in a JSON file, or every case of a JSON Lines file (- reads standard input)."""
    from ..api import UnknownReading
    from ..engine.tables import FiguresError

    chosen = readings_from(readings)
    rules = load_rules(ruleset, lang, amendments, at, kept_in())
    text, many = read_text(cases)
    statuses = set()
    try:
        for result in _results(rules, text, many, {"figures": figures, "readings": chosen}):
            statuses.add(result.status)
            if form == "json":
                indent = None if many else 2
                click.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=indent))
            else:
                click.echo(result.explain(lang=lang, format=form))
    except (UnknownReading, FiguresError) as error:
        raise click.UsageError(str(error)) from None
    worst = [code for code in (2, 3, 0) if code in {EXIT[s] for s in statuses}]
    sys.exit(worst[0] if worst else 0)


def read_text(path: str) -> tuple[str, bool]:
    """The text, and whether it holds a case a line."""
    if path == "-":
        data = sys.stdin.buffer.read()
    else:
        file = Path(path)
        if not file.is_file():
            raise click.UsageError(f"there is no file {path}")
        data = file.read_bytes()
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    if path.endswith((".jsonl", ".ndjson")):
        return text, True
    return text, path == "-" and _lines(text)


def _lines(text: str) -> bool:
    """Whether standard input is JSON Lines: more than one line, the first a whole object."""
    first, _, rest = text.strip().partition("\n")
    return bool(rest.strip()) and first.lstrip().startswith("{") and first.rstrip().endswith("}")


def _results(rules: Any, text: str, many: bool, options: dict[str, Any]) -> Iterator[Any]:
    for line in text.split("\n") if many else [text]:
        if line.strip() or not many:
            yield rules.evaluate(line, **options)


@click.command()
@click.argument("what", type=click.Choice(["facts", "result", "trace"]))
@click.option("--ruleset", type=click.Path(exists=True, file_okay=False))
def schema(what: Literal["facts", "result", "trace"], ruleset: str | None) -> None:
    """Print the JSON Schema of the facts, the result or the trace."""
    from ..cases.schema import schema_of

    rules = load_rules(ruleset, "en")
    click.echo(json.dumps(schema_of(rules.rulebook, what), ensure_ascii=False, indent=2))
