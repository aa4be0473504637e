"""Rulesets by name: what packages hold is found by their metadata, and nothing of them is run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.cli.main import main
from legalaid_dsl.rulebook.files.installed import folder_named, installed


@pytest.fixture
def site(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages are installed: marrowby holds a ruleset."""
    site = tmp_path / "site"
    shutil.copytree(root / "tests" / "rulesets_small" / "market_fees", site / "marrowby" / "market_fees")
    (site / "marrowby" / "__init__.py").write_text("raise RuntimeError('run')", "utf-8")
    package(site, "marrowby-rules", "market_fees = marrowby.market_fees")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.chdir(tmp_path)
    return site


def package(site: Path, name: str, *points: str) -> None:
    info = site / f"{name.replace('-', '_')}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n", "utf-8")
    (info / "entry_points.txt").write_text("\n".join(["[legalaid_dsl.rulesets]", *points, ""]), "utf-8")


def test_a_ruleset_of_a_package_is_had_by_its_name(site: Path) -> None:
    assert folder_named("market_fees") == site / "marrowby" / "market_fees"
    assert la.load("market_fees").rulebook.id == "market_fees"
    assert la.load("base_salary").rulebook.id == "base_salary"
    with pytest.raises(RulesetError):
        la.load("no_such_rules")
    with pytest.raises(RulesetError):
        la.load("../market_fees")


def test_a_folder_of_the_same_name_comes_first(site: Path, tmp_path: Path) -> None:
    other = shutil.copytree(site / "marrowby" / "market_fees", tmp_path / "market_fees")
    (other / "article_02.law").write_text((other / "article_02.law").read_text("utf-8").replace("25 years", "30 years"), "utf-8")
    assert la.load("market_fees").meaning == la.load(other).meaning


RELIEF = """Instrument "Order 10" key relief en "Relief Order" vi "Quy định về giảm phí", from 2026-01-01, uses market_fees.
term en "fee after relief" vi "phí sau khi giảm" key case.relieved, a number of crowns, decisive, result relieved.
Article 1.
for each case:
fee after relief is fee × 50%.
"""


def test_an_instrument_of_a_package_can_be_used_by_another(site: Path, tmp_path: Path) -> None:
    (tmp_path / "relief").mkdir()
    (tmp_path / "relief" / "relief.law").write_text(RELIEF, "utf-8")
    stall = {"takings": "1000", "held_on": "2026-05-09", "born_on": "1980-05-10", "goods": "other"}
    assert la.load("relief").evaluate(stall)["relieved"] == "15"


def test_what_cannot_be_used_is_said(site: Path) -> None:
    package(site, "other-rules", "circular_02_2021 = marrowby.market_fees", "gone = marrowby.gone", "Bad = marrowby.market_fees", "call = marrowby:run", "none = nowhere.rules")
    broken = site / "marrowby" / "broken"
    broken.mkdir()
    (broken / "a.law").write_text("Article 1.\nfee is 3 when.\n", "utf-8")
    package(site, "third-rules", "broken = marrowby.broken")
    assert {i.name: i.folder for i in installed()}["gone"] is None
    assert folder_named("circular_02_2021") not in (None, site / "marrowby" / "market_fees")
    done = CliRunner().invoke(main, ["rulesets", "--lang", "vi"])
    assert done.exit_code == 1
    assert "market_fees  (marrowby-rules 1.2)\n    Market Fees Order" in done.output
    assert "circular_02_2021  (other-rules 1.2)\n    không dùng: một bộ quy tắc khác đã có tên này" in done.output
    assert done.output.count("gói không có thư mục quy tắc này") == 4
    assert "legalaid check broken" in done.output
    listed = CliRunner().invoke(main, ["rulesets", "--format", "json"]).output
    assert '"problem": "no-folder"' in listed and '"meaning": "sha256:' in listed


def test_commands_take_a_name_where_they_take_a_folder(site: Path) -> None:
    assert CliRunner().invoke(main, ["check", "market_fees"]).output.startswith("market_fees: 7 provisions")
    wrong = CliRunner().invoke(main, ["check", "no_such_rules"])
    assert wrong.exit_code == 4 and "no_such_rules" in wrong.output
