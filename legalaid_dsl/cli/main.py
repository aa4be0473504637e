"""``legalaid``: evaluate, check, test, schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ..basics.problem import RulesetError

EXIT = {"determined": 0, "undetermined": 3, "refused": 2}
_LANG = click.option("--lang", type=click.Choice(["en", "vi"]), default="en", help="Language of what is printed.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="legalaid-dsl")
def main() -> None:
    """Law written as rules, decided with every clause cited."""


@main.command()
@click.argument("cases", type=click.Path(allow_dash=True))
@click.option("--ruleset", type=click.Path(exists=True, file_okay=False), help="Folder of the ruleset.")
@click.option("--figures", help="“illustrative”, or a folder with tables (CSV).")
@click.option("--reading", "readings", multiple=True, metavar="ID=CHOICE", help="Choose a reading.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text")
@_LANG
def evaluate(
    cases: str, ruleset: str | None, figures: str | None, readings: tuple[str, ...], form: str, lang: str
) -> None:
    """Decide the case in a JSON file, or every case of a JSON Lines file (- reads standard input)."""
    from ..api import UnknownReading
    from ..engine.tables import FiguresError

    chosen = {}
    for reading in readings:
        key, mark, choice = reading.partition("=")
        if not mark:
            raise click.UsageError(f"--reading wants ID=CHOICE, not {reading!r}")
        chosen[key] = choice
    rules = _load(ruleset, lang)
    text, many = _read(cases)
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
    sys.exit(max((EXIT[s] for s in statuses), key=(0, 3, 2).index, default=0))


def _read(path: str) -> tuple[str, bool]:
    """The text, and whether it holds a case a line."""
    if path == "-":
        data = click.get_binary_stream("stdin").read()
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


def _load(folder: str | Path | None, lang: str) -> Any:
    from ..api import load

    try:
        return load(folder)
    except RulesetError as error:
        for problem in error.problems:
            click.echo(problem.render(lang), err=True)
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@_LANG
def check(paths: tuple[str, ...], lang: str) -> None:
    """Check rulesets: names, units, addresses, figures, conflicts. Exit 1 when something is wrong."""
    from ..language.grammar import shipped
    from ..rulebook.load import examine

    wrong = 0
    for folder in _folders(paths) or [shipped("rulesets") / "circular_02_2021"]:
        rulebook, problems = examine(folder)
        for found in problems:
            click.echo(found.render(lang) + "\n")
        errors = sum(1 for p in problems if not p.warning)
        wrong += errors
        if not errors and rulebook is not None:
            said = {"en": "{}: {} provisions, {} rules, nothing wrong", "vi": "{}: {} quy định, {} câu, không có lỗi"}
            count = sum(len(r) for r in rulebook.rules.values())
            click.echo(said[lang].format(folder.name, len(rulebook.provisions), count))
    sys.exit(1 if wrong else 0)


def _folders(paths: tuple[str, ...]) -> list[Path]:
    return list(dict.fromkeys(Path(p) if Path(p).is_dir() else Path(p).parent for p in paths))


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("-k", "only", default="", help="Only examples whose key contains this.")
@_LANG
def test(paths: tuple[str, ...], only: str, lang: str) -> None:
    """Run the worked examples (.case) beside the rules. Exit 1 when one fails."""
    from ..language.grammar import shipped
    from ..workbench.runner import case_files, run_cases

    targets = [Path(p) for p in paths] or [shipped("rulesets") / "circular_02_2021"]
    run = failed = 0
    for target in targets:
        rules = _load(target if target.is_dir() else target.parent, lang)
        try:
            outcomes = run_cases(rules, case_files(target), only)
        except RulesetError as error:
            for found in error.problems:
                click.echo(found.render(lang) + "\n")
            failed += 1
            continue
        for outcome in outcomes:
            run += 1
            if outcome.failures:
                failed += 1
                click.echo(f"✗ {outcome.case.key}  ({outcome.case.node.span})")
                for failure in outcome.failures:
                    click.echo(f"    {failure.span}: {failure.message[lang]}")
    said = {"en": "{} examples passed, {} failed", "vi": "{} tình huống đạt, {} tình huống không đạt"}
    click.echo(said[lang].format(run - failed, failed))
    sys.exit(1 if failed else 0)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when a file would change.")
@_LANG
def fmt(paths: tuple[str, ...], only_check: bool, lang: str) -> None:
    """Put rule files (.law, .case) into the one layout; comments are kept."""
    from ..workbench.rewrite import rewrite

    changed = 0
    for file in _files(paths):
        text = _said(lambda file=file: rewrite(file, _load(file.parent, lang).rulebook.glossary), lang)
        if text != file.read_text("utf-8"):
            changed += 1
            click.echo(str(file))
            if not only_check:
                _replace(file, text)
    sys.exit(1 if changed and only_check else 0)


@main.command()
@click.option("--to", type=click.Choice(["en", "vi"]), required=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@_LANG
def translate(to: str, file: str, lang: str) -> None:
    """Print a rule file in the other language."""
    from ..workbench.rewrite import rewrite

    path = Path(file)
    click.echo(_said(lambda: rewrite(path, _load(path.parent, lang).rulebook.glossary, to), lang), nl=False)


def _files(paths: tuple[str, ...]) -> list[Path]:
    """The files named, and all rule files of the folders named."""
    found: list[Path] = []
    for path in map(Path, paths):
        found += sorted([*path.rglob("*.law"), *path.rglob("*.case")]) if path.is_dir() else [path]
    return found


def _replace(file: Path, text: str) -> None:
    """Write beside and move into place, so that the file is never half written."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(file)


def _said(work: Any, lang: str) -> str:
    try:
        text: str = work()
    except RulesetError as error:
        for found in error.problems:
            click.echo(found.render(lang), err=True)
        sys.exit(1)
    return text


@main.command()
@click.argument("what", type=click.Choice(["facts", "result", "trace"]))
@click.option("--ruleset", type=click.Path(exists=True, file_okay=False))
def schema(what: str, ruleset: str | None) -> None:
    """Print the JSON Schema of the facts, the result or the trace."""
    from ..cases.schema import schema_of

    rules = _load(ruleset, "en")
    click.echo(json.dumps(schema_of(rules.rulebook, what), ensure_ascii=False, indent=2))


def run() -> None:
    """Entry point: a fault of ours is exit 1, in one sentence."""
    try:
        main(standalone_mode=True)
    except BrokenPipeError:
        sys.exit(1)
