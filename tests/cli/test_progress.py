"""What a long command shows while it works: on a terminal only, and never inside what is printed."""

from __future__ import annotations

import io

import pytest

from legalaid_dsl.cli.progress import Working


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("lang", "said"), [("en", "1,200 of 1,447 · 3 s"), ("vi", "1.200 trên 1.447 · 3 giây")])
def test_how_far_it_is_in_the_language(lang: str, said: str) -> None:
    now = iter([0.0, 3.2])
    stream = Terminal()
    working = Working(lang, 1_447, stream, clock=lambda: next(now))
    working.step(1_200)
    working.say()
    assert stream.getvalue() == said
    working.clear()
    assert stream.getvalue() == f"{said}\r{' ' * len(said)}\r"


def test_what_is_printed_stands_on_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Terminal()
    working = Working("en", 2, stream, clock=lambda: 0.0)
    assert list(working.each("ab")) == ["a", "b"]
    working.say()
    working.echo("a result")
    assert (capsys.readouterr().out, stream.getvalue()[-1]) == ("a result\n", "\r")


def test_nothing_where_nobody_looks() -> None:
    stream = io.StringIO()
    with Working("en", 3, stream) as working:
        working.step()
    assert stream.getvalue() == ""
