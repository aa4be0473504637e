"""Commands that speak Vietnamese too: their help, and what Click says of a line that is wrong.

English stands with the commands, Vietnamese in ``help.vi.toml``. Click's own sentences are told from its errors and
from its wording; one that is not known stays as it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

import click

from ...basics import worded
from .saying import Wrong, wrong

LANG: Final = "legalaid.lang"  # in the meta of a context: the language that was asked for
_FIELD: Final = re.compile(r"\{(\w+)\}")


def said_in(ctx: click.Context | None) -> str:
    """The language of a run."""
    return "en" if ctx is None else str(ctx.meta.get(LANG, "en"))


def words() -> Mapping[str, Any]:
    """Everything that is said in Vietnamese of commands and options."""
    return worded.words(Path(__file__).with_name("help.vi.toml"))


class _Spoken(click.Command):
    """What commands and groups of commands have in common."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if said_in(ctx) == "en":
            return super().format_usage(ctx, formatter)
        pieces = _metavars(" ".join(self.collect_usage_pieces(ctx)))
        return formatter.write_usage(ctx.command_path, pieces, prefix=f"{words()['headings']['usage']} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        spoken = self
        if said_in(ctx) == "vi":
            spoken = copy.copy(self)
            spoken.help = about(self)
        super(_Spoken, spoken).format_help_text(ctx, formatter)

    def _options(self, ctx: click.Context) -> list[tuple[str, str]]:
        known = {**words()["options"], **words()["commands"].get(self.name, {}).get("options", {})}
        rows = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None and isinstance(param, click.Option):
                _, mark, extra = record[1].rpartition("  [")
                key = "help" if "--help" in param.opts else param.name
                told = known.get(key, record[1] if not mark else "")
                rows.append((_metavars(record[0]), told + (f"  [{_extra(extra)}" if mark else _bare(param, record[1]))))
        return rows

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if said_in(ctx) == "en":
            return super().format_options(ctx, formatter)
        with formatter.section(words()["headings"]["options"]):
            formatter.write_dl(self._options(ctx))
        return None


def _bare(param: click.Option, told: str) -> str:
    """What Click says in brackets of an option that has no help of its own."""
    return f"  [{_extra(told[1:])}" if not param.help and told.startswith("[") else ""


class Command(_Spoken):
    """A command of legalaid."""


class Group(_Spoken, click.Group):
    """A group of them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if said_in(ctx) == "en":
            return click.Group.format_options(self, ctx, formatter)
        super().format_options(ctx, formatter)
        return self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if said_in(ctx) == "en":
            return super().format_commands(ctx, formatter)
        rows = [(n, about(c).splitlines()[0]) for n in self.list_commands(ctx) if (c := self.get_command(ctx, n)) is not None]
        with formatter.section(words()["headings"]["commands"]):
            formatter.write_dl(rows)
        return None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0].lower(), self.list_commands(ctx), 1)
            error = wrong("no-command-like", name=args[0], near=near[0]) if near else wrong("no-command", name=args[0])
            error.ctx = ctx
            raise error
        return super().resolve_command(ctx, args)


def about(command: click.Command) -> str:
    """What a command does, in Vietnamese."""
    told: str = words()["commands"].get(command.name, {}).get("about", command.help or "")
    return told.strip()


def _metavars(text: str) -> str:
    return re.sub(r"[A-Z][A-Z_]+(?: RANGE)?", lambda found: words()["metavars"].get(found[0], found[0]), text)


def _extra(text: str) -> str:
    for english, vietnamese in words()["extras"].items():
        text = text.replace(english, vietnamese)
    return text


# ------------------------------------------------------------------ errors


def message_of(error: click.ClickException, lang: str) -> str:
    """What an error says, in the language."""
    if isinstance(error, Wrong):
        return error.both[lang]
    said = error.format_message()
    if lang == "en":
        return said
    return "\n".join(_translated(line.strip()) for line in said.splitlines())


def _translated(line: str) -> str:
    """A sentence of Click's in Vietnamese; those within it too."""
    for pattern, told in _patterns():
        if found := pattern.fullmatch(line):
            parts = {k: words()["nouns"].get(v, _translated(v) if k == "message" else v) for k, v in found.groupdict().items()}
            return told.format(**{k: _metavars(v) if k == "hint" else v for k, v in parts.items()})
    return line


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_pattern(english, told) for english, told in words()["errors"].items())


def _pattern(english: str, told: str) -> tuple[re.Pattern[str], str]:
    return re.compile("".join(_pieces(english)), re.DOTALL), told


def _pieces(english: str) -> Iterator[str]:
    for n, piece in enumerate(_FIELD.split(english)):
        yield f"(?P<{piece}>.*?)" if n % 2 else re.escape(piece)
