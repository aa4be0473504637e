"""Rules kept as data decide and explain like rules that were just read; what is kept is found by what would be read."""

from __future__ import annotations

import json
import os
import random
import shutil
from datetime import date
from pathlib import Path

import attrs
import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.bilingual import Bilingual
from legalaid_dsl.cli.common import kept_in
from legalaid_dsl.rulebook.files import as_data as kept
from legalaid_dsl.rulebook.files import cache as cached
from legalaid_dsl.rulebook.files.which import Reading
from tests.oracle import generate

LATE = {"days_late": "5", "kind": "novel"}


def late_books(root: Path, where: Path) -> Path:
    shutil.copytree(root / "tests" / "rulesets_small" / "late_books", where / "late_books")
    return where / "late_books"


def test_kept_rules_are_the_rules(rules: la.Rules, tmp_path: Path) -> None:
    first, again = la.load(keep=tmp_path), la.load(keep=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert again.rulebook.glossary is None  # not read from the rules
    for field in attrs.fields(type(rules.rulebook)):
        if field.name not in ("glossary", "wordings", "folder"):
            assert getattr(again.rulebook, field.name) == getattr(rules.rulebook, field.name), field.name
    rng = random.Random(2)
    for _ in range(10):
        case = generate.random_case(rng, missing=0.05)
        whole = rules.evaluate(case, by="interpreter")
        for other in (first, again):
            found = other.evaluate(case, by="interpreter")
            assert found.to_dict() == whole.to_dict()
            assert found.explain(lang="vi") == whole.explain(lang="vi")


def test_instruments_that_come_to_stand_beside_a_ruleset_are_read(root: Path, tmp_path: Path) -> None:
    """Before, those that are shipped were used; after, with some of the names only, a fresh load is an error."""
    home, keep = tmp_path / "rules" / "circular_02_2021", tmp_path / "kept"
    shutil.copytree(root / "rulesets" / "circular_02_2021", home)
    case = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    assert la.load(home, keep=keep).evaluate(case).amount == "25300000"
    for name in ("base_salary", "decree_144_2017", "criminal_code"):
        shutil.copytree(root / "rulesets" / name, home.parent / name)
    law = home.parent / "base_salary" / "instrument.law"
    law.write_text(law.read_text("utf-8").replace("2,530,000", "9,999,999"), "utf-8")
    assert la.load(home, keep=keep).evaluate(case).amount == "99999990"
    shutil.rmtree(home.parent / "criminal_code")
    (home.parent / "criminal_code").mkdir()
    with pytest.raises(la.RulesetError):
        la.load(home, keep=keep)


def test_acts_are_part_of_what_is_kept(root: Path, tmp_path: Path) -> None:
    home, keep = late_books(root, tmp_path), tmp_path / "kept"
    (home / "amendments").mkdir()
    act = home / "amendments" / "dearer.law"

    def write(fine: int, day: str) -> None:
        act.write_text(
            f'Instrument "Rules 2" key dearer en "Rules 2" vi "Nội quy 2", from {day}, amends late_books.\n'
            f'Article 1. in point b clause 2 Article 1 replace "5 coins" with "{fine} coins".\n', "utf-8",
        )  # fmt: skip

    assert la.load(home, keep=keep).evaluate(LATE).fine == "5"
    write(7, "2021-01-01")
    for _ in range(2):  # read, then kept
        found = la.load(home, keep=keep)
        assert found.timeline is not None
        assert [(d, r.evaluate(LATE).fine) for d, r in found.timeline.periods] == [
            (d, r.evaluate(LATE).fine) for d, r in la.load(home).timeline.periods  # type: ignore[union-attr]
        ]
        assert found.evaluate(LATE) == la.load(home).evaluate(LATE)
    write(8, "2021-01-01")
    assert la.load(home, keep=keep).timeline.periods[-1][1].evaluate(LATE).fine == "8"  # type: ignore[union-attr]
    assert la.load(home, keep=keep).rulebook.digest == la.load(home).rulebook.digest
    act.rename(act.with_suffix(".txt"))
    assert la.load(home, keep=keep).timeline is None
    act.with_suffix(".law").symlink_to(act.with_suffix(".txt"))
    assert la.load(home).timeline is None  # a link is passed over among acts as among rules
    assert la.load(home, keep=keep).timeline is None


def test_what_is_kept_is_no_program(rules: la.Rules) -> None:
    text = kept.periods_to_json(rules.books)
    assert '"Source"' not in text
    with pytest.raises(kept.Damaged, match="another version"):
        kept.restored_periods(text.replace(kept.program(), "0" * 64))


def test_a_key_is_what_is_read_and_how_the_place_is_written_is_no_part_of_it(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = late_books(root, tmp_path)
    key = cached.Asked(home, (), None).key()
    monkeypatch.chdir(home)
    assert cached.Asked(Path("."), (), None).key() == key
    assert la.load(".").rulebook.digest == la.load(home).rulebook.digest == (key or ("", ""))[1]


def _deep(levels: int) -> str:
    return "[" * levels + "]" * levels


def bodies(body: str) -> list[str]:
    """What a damaged disk, another program or a hand may have left: other shapes, other types, other values."""
    whole = json.loads(body)
    rows = whole["rows"]

    def with_row(place: int, row: object) -> str:
        return json.dumps({**whole, "rows": [*rows[:place], row, *rows[place + 1 :]]})

    return [
        "", "[]", "0", "null", '"rules"', "{}", body[:-50], body[1:], body.replace('"rows"', '"lines"'),
        json.dumps({**whole, "roots": []}), json.dumps({**whole, "roots": [["0001-01-01", 0]]}),
        json.dumps({**whole, "roots": [["0001-01-01", -1e9]]}), json.dumps({**whole, "roots": 5}),
        json.dumps({**whole, "rows": {}}), json.dumps({**whole, "words": [[0, 5]]}), json.dumps({**whole, "words": [[{}, []]]}),
        with_row(0, ["Rulebook"]), with_row(0, ["os.system", "true"]), with_row(0, [[]]), with_row(0, []), with_row(0, 7),
        with_row(0, ["Citation", {"n": "1/0"}, "", "", "", ""]), with_row(0, ["Citation", {"o": 99}, "", "", "", ""]),
        with_row(0, ["Citation", {"d": "2021-02-30"}, "", "", "", ""]), with_row(0, ["Citation", {"s": [[]]}, "", "", "", ""]),
        with_row(0, ["Citation", {}, "", "", "", ""]), with_row(0, ["Citation", {"m": 1}, "", "", "", ""]),
        _deep(100_000), with_row(0, ["Citation", json.loads(_deep(500)), "", "", "", ""]), "9" * 5000, "NaN", "\ud800",
    ]  # fmt: skip


def test_data_of_any_shape_is_one_error(root: Path) -> None:
    text = kept.periods_to_json(la.load(root / "tests" / "rulesets_small" / "late_books").books)
    for body in bodies(text):
        try:
            kept.restored_periods(body)
        except kept.Damaged:
            continue
        assert json.loads(body)["rows"] != json.loads(text)["rows"], body[:80]  # only what its seal must notice


def test_a_damaged_file_is_a_fresh_load(root: Path, tmp_path: Path) -> None:
    home, place = late_books(root, tmp_path), tmp_path / "kept"
    la.load(home, keep=place)
    (file,) = place.iterdir()
    whole = file.read_bytes()
    seal, _, body = whole.partition(b"\n")
    rng = random.Random(1)
    damaged = [b"", seal, body, whole[:-1], whole + b" ", b"\n".join([seal, *[b"x" * 2_000_000]]), b"\x00" * 100]
    damaged += [seal + b"\n" + text.encode("utf-8", "surrogatepass") for text in bodies(body.decode())]
    for _ in range(50):  # one bit anywhere
        at = rng.randrange(len(whole))
        damaged.append(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :])
    key = cached.Asked(home, (), None).key()
    assert key is not None
    for data in damaged:
        file.write_bytes(data)
        assert cached._opened(file, key[0], home) is None, data[:80]
    assert la.load(home, keep=place).evaluate(LATE).fine == "5"
    assert file.read_bytes() == whole


def test_a_changed_body_under_a_genuine_key_is_noticed(root: Path, tmp_path: Path) -> None:
    home, place = late_books(root, tmp_path), tmp_path / "kept"
    la.load(home, keep=place)
    (file,) = place.iterdir()
    for old, new in (('{"n":"5"}', '{"n":"6"}'), ('{"n":"5"}', '{"n":"1/0"}'), ("late_books", "late_bookz")):
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
        assert la.load(home, keep=place).evaluate(LATE).fine == "5"


def test_a_place_that_is_none_harms_nothing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = late_books(root, tmp_path)
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    for place in (file, file / "below", tmp_path / ("x" * 300), tmp_path / "a\0b"):
        assert la.load(home, keep=place).evaluate(LATE).fine == "5"
    place = tmp_path / "kept"
    la.load(home, keep=place)
    (entry,) = place.iterdir()
    entry.unlink()
    entry.mkdir()  # a folder stands where the file would
    assert la.load(home, keep=place).evaluate(LATE).fine == "5"
    entry.rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(entry)  # a pipe that nobody writes to is not waited for
        assert la.load(home, keep=place).evaluate(LATE).fine == "5"
    assert [p.name for p in place.iterdir()] == [entry.name]  # nothing half written is left
    monkeypatch.setattr(cached, "MAX_BYTES", 10)
    assert la.load(home, keep=place).evaluate(LATE).fine == "5"


def test_what_changes_while_it_is_read_is_not_kept(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is of what stood there before; the rules are those that were read."""
    home, place = late_books(root, tmp_path), tmp_path / "kept"
    law = home / "article_01.law"
    before = law.read_text("utf-8")
    loaded = cached._loaded

    def slow(asked: cached.Asked) -> list[kept.Period]:
        law.write_text(before.replace("fine is 5 coins", "fine is 6 coins"), "utf-8")
        try:
            return loaded(asked)
        finally:
            law.write_text(before, "utf-8")

    monkeypatch.setattr(cached, "_loaded", slow)
    assert la.load(home, keep=place).evaluate(LATE).fine == "6"
    monkeypatch.setattr(cached, "_loaded", loaded)
    assert la.load(home, keep=place).evaluate(LATE).fine == "5"


def test_a_load_and_what_is_kept_ask_one_place_for_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    read = Reading.read

    def noted(self: Reading, folder: Path, *rest: object) -> str | None:
        asked.append(folder)
        return read(self, folder, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Reading, "read", noted)
    la.load()
    loaded, asked = asked, []
    cached.Asked(root / "rulesets" / la.api.SHIPPED, (), None).key()
    assert len({*loaded}) == 4
    assert [p.name for p in asked] == [p.name for p in loaded]


def test_words_are_those_of_the_condition(root: Path) -> None:
    """Wordings go by identity: each rulebook holds those of its own conditions only."""
    home = root / "tests" / "rulesets_small" / "late_books"
    periods = [(day, la.load(home).rulebook) for day in (date.min, date.max)]
    (_, one), (_, two) = kept.restored_periods(kept.periods_to_json(periods))
    assert one.wordings.keys().isdisjoint(two.wordings)
    assert Bilingual() not in one.wordings.values()
    assert one == two == periods[0][1]


def test_a_user_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("LEGALAID_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert kept_in() is None
    monkeypatch.setenv("LEGALAID_CACHE", "")
    assert kept_in() is None
