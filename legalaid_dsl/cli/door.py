"""The one place where a run ends: exit codes, and what is said of errors that no command foresaw.

A command raises what went wrong; here it becomes a line on standard error and a code. Nothing a user gives
(a file, an option, a full disk) shows a traceback; what is our own fault says so, and shows one when asked.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from ..basics.neutral import visible
from ..basics.problem import RulesetError
from ..basics.system import reason
from ..basics.worded import words
from .wording.spoken import LANG, Group, message_of

_OF_OUTPUT: Final = (errno.ENOSPC, errno.EBADF, errno.EFBIG, errno.EIO)
PACKAGE: Final = Path(__file__).resolve().parent.parent


class Exit(IntEnum):
    """What the exit code of a command says."""

    OK = 0  # done; the cases are determined
    WRONG = 1  # check, test and their like found something wrong
    REFUSED = 2  # a case is refused
    UNDETERMINED = 3  # a case is undetermined
    USAGE = 4  # an option or a file is wrong, or cannot be read or written
    FAULT = 70  # our own fault
    STOPPED = 128 + 2  # by Ctrl-C, as shells count signals
    UNREAD = 128 + 13  # who read our output closed it early


class _Unread(Exception):
    """Nobody reads standard output any more."""


class Door(Group):
    """A group of commands whose runs all end here, whoever starts them."""

    def main(
        self, args: Sequence[str] | None = None, prog_name: str | None = None, complete_var: str | None = None,
        standalone_mode: bool = True, **extra: Any,
    ) -> Any:  # fmt: skip
        def work() -> Any:
            return super(Door, self).main(args, prog_name, complete_var, standalone_mode=False, **extra)

        if not standalone_mode:
            return work()
        sys.exit(ended(work, language(sys.argv[1:] if args is None else args)))

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        asked = language(args)

        class Context(click.Context):  # the language is known before the line is read: help and errors are in it too
            def __init__(self, *args: Any, **more: Any) -> None:
                super().__init__(*args, **more)
                self.meta[LANG] = asked
                if asked == "vi" and isinstance(self.command, click.Group):  # said before the command, it counts for the command
                    self.default_map = {name: {"lang": asked} for name in self.command.list_commands(self)}

        with _own_pipe():
            self.context_class = Context
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _own_pipe():
            return super().invoke(ctx)


@contextmanager
def _own_pipe() -> Iterator[None]:
    """Click would end the run by itself, with a code that says something else."""
    try:
        yield
    except BrokenPipeError:
        raise _Unread from None


def ended(work: Callable[[], Any], lang: str) -> int:
    """Do the work and give the exit code."""
    try:
        try:
            code = work()
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
    except (_Unread, BrokenPipeError):
        _silent()
        return Exit.UNREAD
    except click.ClickException as error:
        return _shown(error, lang)
    except (click.Abort, KeyboardInterrupt):
        return _said(_words(lang)["stopped"], Exit.STOPPED)
    except Exception as error:
        return _of(error, lang)
    return code if isinstance(code, int) else Exit.OK


def language(arguments: Sequence[str]) -> str:
    """The language that a command line asks for, known before it is read."""
    asked = os.environ.get("LEGALAID_LANG", "en")
    for before, word in zip(["", *arguments], arguments, strict=False):
        if word.startswith("--lang="):
            asked = word.partition("=")[2]
        elif before == "--lang":
            asked = word
    return "vi" if asked == "vi" else "en"


def _of(error: Exception, lang: str) -> int:
    """What a file or a machine caused is told as that; the rest is ours."""
    words = _words(lang)
    if sys.platform == "win32" and isinstance(error, OSError) and error.errno == errno.EINVAL and error.filename is None:
        _silent()
        return Exit.UNREAD  # how Windows says that nobody reads the pipe any more
    if os.environ.get("LEGALAID_TRACEBACK"):
        traceback.print_exc()
    match error:
        case OSError() if not _inside(error):
            ours = error.filename is None and error.errno in _OF_OUTPUT
            where = words["output"] if _unwritable() or ours else os.fsdecode(error.filename or "")
            why = ": ".join(filter(None, (where, reason(error)[lang])))
            return _said(words["error"].format(what=why), Exit.USAGE)
        case RulesetError():
            for found in error.problems:
                click.echo(found.render(lang) + "\n", err=True)
            return Exit.USAGE
        case UnicodeDecodeError():
            return _said(words["error"].format(what=words["not_utf_8"].format(byte=error.start)), Exit.USAGE)
        case MemoryError():
            return _said(words["error"].format(what=words["memory"]), Exit.USAGE)
    first = (str(error).splitlines() or [""])[0]
    what = f"{type(error).__name__}: {first}" if first else type(error).__name__
    from importlib.metadata import version

    return _said(words["ours"].format(what=what, version=version("legalaid-dsl")), Exit.FAULT)


def _shown(error: click.ClickException, lang: str) -> Exit:
    """How the command is used, and what is wrong with how it was."""
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return Exit.USAGE
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"{error.ctx.get_usage()}\n", err=True)
    what = "\n".join(visible(line.strip()) for line in message_of(error, lang).splitlines())
    click.echo(_words(lang)["error"].format(what=what), err=True)
    return Exit.USAGE


def _unwritable() -> bool:
    """Whether it is standard output that fails; what waits to be written is then let go."""
    try:
        sys.stdout.flush()
    except OSError:
        _silent()
        return True
    return False


def _inside(error: OSError) -> bool:
    """Whether a file of this package is missing or broken, which no user can help."""
    return isinstance(error.filename, str) and Path(error.filename).is_relative_to(PACKAGE)


def _said(line: str, code: Exit) -> Exit:
    click.echo(visible(line), err=True)
    return code


def _silent() -> None:
    """What is still to be written goes nowhere, so that Python does not complain of it at its end."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8", newline="\n")  # noqa: SIM115


def _words(lang: str) -> Mapping[str, str]:
    found: Mapping[str, str] = words(Path(__file__).with_suffix(".toml"))[lang]
    return found


# ------------------------------------------------------------------ the streams of a process


class _Closed(io.TextIOBase):
    """Standard output that was closed before we began: writing to it is an error, not nothing."""

    written = False

    def write(self, text: str) -> NoReturn:
        self.written = True
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    def flush(self) -> None:
        if self.written:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def open_streams() -> None:
    """UTF-8 and plain line ends on all consoles; what cannot be written is shown by its code. A stream that is
    closed stays closed, and no file of ours takes its number."""
    missing = [s is None for s in (sys.stdin, sys.stdout, sys.stderr)]
    if any(missing):
        while os.open(os.devnull, os.O_RDWR) < 2:
            pass
    if missing[1]:
        sys.stdout = _Closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
