"""Whatever bytes stand where rules, examples, acts or the official text belong: a problem with its place, never an exception."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legalaid_dsl.api import load
from legalaid_dsl.basics.bilingual import Bilingual
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.cases.case_file import read_cases
from legalaid_dsl.cli.main import main
from legalaid_dsl.rulebook.amend.load import read_book
from legalaid_dsl.rulebook.files.official import attached, plain_text
from legalaid_dsl.rulebook.load import load_rulebook, survey
from legalaid_dsl.workbench.lint.waivers import waive
from legalaid_dsl.workbench.official.attach import attach, read_against, stale
from legalaid_dsl.workbench.official.ledger import LedgerError, make_ledger
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

OK = "pay is 1 hour.\n"
ACT = 'Instrument "2/2020" key change en "Change" vi "Sửa", amends tiny, from 2021-01-01.\nin Article 1 replace "1 hour" with "2 hours".\n'
CASE = "Case one.\nexpect pay is 1 hour.\n"
TEXT = "Article 1. Pay\n1. One hour is paid.\n"
PLACES = (
    "b.law",
    "a.case",
    "amendments/x.law",
    "official_text/en.json",
    "official_text/vi.json",
    "read_against.csv",
    "ledger.csv",
)

Put = Callable[[Path], object]


def written(data: bytes) -> Put:
    return lambda path: path.write_bytes(data)


def endless(path: Path) -> None:
    """100 MB that take no room."""
    with path.open("wb") as file:
        file.truncate(100_000_000)


def circle(path: Path) -> None:
    (path.parent / "other.law").symlink_to(path)
    path.symlink_to(path.parent / "other.law")


KINDS: dict[str, Put] = {
    "nothing": written(b""), "nul": written(b"\0" * 50), "nul in text": written(OK.encode() + b"\0"), "latin": written(b"pay \xe9 is"),
    "utf-16": written(("\ufeff" + OK).encode("utf-16-le")), "utf-16 without mark": written(OK.encode("utf-16-be")), "gzip": written(gzip.compress(OK.encode())),
    "zip": written(b"PK\x03\x04" + b"\0" * 40), "half a letter": written("ấ".encode()[:2]), "surrogate": written(b"\xed\xa0\x80"),
    "json": written(b'{"provisions": [{"address": 1}], "instrument": "tiny"}'), "deep": written(b"[" * 100_000), "list": written(b"[1, 2]"), "null": written(b"null"),
    "line": written(b"x" * 200_000), "quotes": written(b'"' * 3000), "commas": written(b"address,en,vi\nart_1,a,b,c,d\n,,\n"), "long cell": written(b'address\n"' + b"y" * 200_000),
    "directory": Path.mkdir, "100 MB": endless, "circle": circle, "broken link": lambda path: path.symlink_to("nowhere"),
}  # fmt: skip


def everything(folder: Path) -> None:
    """All that reads what stands in the folder of a ruleset; RulesetError and LedgerError are answers."""
    found = survey(folder)
    assert all(p.message.en and p.message.vi and len(p.render("en")) < 5000 for p in found.problems)
    acts = sorted((folder / "amendments").glob("*.law"))
    answered(lambda: read_book(folder, acts))
    answered(lambda: load(folder))
    waive([], folder)
    for path in [*folder.glob("*.law"), *folder.glob("*.case"), *acts]:
        answered(lambda path=path: rewrite(path, found.glossary, "vi"))
        answered(lambda path=path: glossary_for(path))
    rulebook = answered(lambda: load_rulebook(folder))
    if rulebook is not None:
        answered(lambda: read_cases(rulebook, sorted(folder.glob("*.case"))))
        answered(lambda: make_ledger(rulebook, folder))
    for lang in ("en", "vi"):
        answered(lambda lang=lang: attached(folder, lang))
    answered(lambda: read_against(folder, "tiny"))
    answered(lambda: stale(folder, "tiny"))


def answered(work: Callable[[], object]) -> object:
    said: list[Bilingual] = []
    try:
        return work()
    except RulesetError as error:
        said = [p.message for p in error.problems]
    except LedgerError as error:
        said = [error.message]
    assert said
    assert all(message.en and message.vi for message in said)
    return None


@pytest.fixture
def tiny(write: Callable[[str], Path]) -> Path:
    folder = write(OK)
    for name, text in (("a.case", CASE), ("amendments/x.law", ACT)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    attach(folder, TEXT, "en", "tiny", "text.txt")
    return folder


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_x05_any_file_in_any_place_gives_a_typed_answer(tiny: Path, place: str, kind: str) -> None:
    path = tiny / place
    path.unlink(missing_ok=True)
    KINDS[kind](path)
    everything(tiny)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything can be read here")
@pytest.mark.parametrize("place", PLACES)
def test_x05_a_file_that_may_not_be_read_gives_a_typed_answer(tiny: Path, place: str) -> None:
    (tiny / place).touch()
    (tiny / place).chmod(0)
    everything(tiny)


@pytest.mark.parametrize(
    "kind, said", [("utf-16", "UTF-16"), ("utf-16 without mark", "UTF-16"), ("gzip", "gzip"), ("zip", "zip")]
)
def test_x05_what_is_no_text_is_named(tiny: Path, kind: str, said: str) -> None:
    KINDS[kind](tiny / "b.law")
    problem = next(p for p in survey(tiny).problems if p.span.source.name.endswith("b.law"))
    assert problem.hint is not None
    assert said in problem.hint.en
    assert said in problem.hint.vi


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("circle", "broken link", "directory")])
def test_x05_any_file_as_the_official_text_is_cut_or_told(tiny: Path, tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path / "text.txt")
    done = CliRunner().invoke(
        main, ["law", "attach", str(tmp_path / "text.txt"), "--lang", "en", "--ruleset", str(tiny)]
    )
    assert done.exit_code != 0
    assert done.output.strip()
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_x05_what_is_damaged_is_attached_again(tiny: Path) -> None:
    (tiny / "official_text" / "en.json").write_bytes(b"{")
    with pytest.raises(RulesetError, match="attach the text again"):
        attached(tiny, "en")
    attach(tiny, TEXT, "en", "tiny", "text.txt")
    assert attached(tiny, "en")


@given(data=st.binary(max_size=300), place=st.sampled_from(PLACES), after=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_x05_any_bytes_give_a_typed_answer(tiny: Path, data: bytes, place: str, after: bool) -> None:
    path = tiny / place
    before = path.read_bytes() if path.is_file() else None
    path.write_bytes((before or b"") + data if after else data)
    try:
        everything(tiny)
        answered(lambda: plain_text(path))
    finally:
        path.unlink() if before is None else path.write_bytes(before)
