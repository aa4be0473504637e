"""Leaflets say what the rules say on the day, and nothing else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.papers.leaflet import NoLeaflet, leaflet, leaflets, page
from legalaid_dsl.papers.printed import pdf
from legalaid_dsl.papers.said import UnusablePapers


@pytest.fixture(autouse=True)
def few_examples(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that leaflets tell; reading all of them takes as long as all other tests of papers."""
    folder = root / "rulesets" / "circular_02_2021"
    own = tmp_path / "article_10.case"
    own.write_text((folder / own.name).read_text("utf-8").partition("Case example_02_lawyer.")[0], "utf-8", newline="\n")
    monkeypatch.setattr("legalaid_dsl.papers.leaflet.case_files", lambda _: [folder / "article_03.case", own])


def test_a_leaflet_is_made_of_headnotes_figures_and_examples(rules: la.Rules) -> None:
    assert leaflets(rules.rulebook) == ["worker", "aided"]
    data = leaflet(rules, "worker", "vi")
    told = {line["text"]: line["cites"] for s in data["sections"] for line in s["lines"]}
    assert told["Số giờ lẻ không đủ 03 giờ: tính 1/2 buổi."] == "điểm a khoản 2 Điều 3"
    assert "2.530.000 đồng" in str(data)
    example = next(e for s in data["sections"] for e in s["examples"] if e["title"].startswith("Ví dụ 01"))
    assert example["money"] == [{"name": "Số tiền được thanh toán", "value": "25.300.000 đồng"}]
    shown = page(data)
    assert all(text in shown for text in told)
    assert re.findall(r'(?:src|href)="', shown) == []
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf("leaflet", data, pages=2))) <= 2


def test_it_changes_with_the_law(rules: la.Rules) -> None:
    before = leaflet(rules, "worker", "en", date(2025, 1, 1))
    assert "2,340,000 đồng" in str(before)
    book = rules.rulebook
    changed = {c: attrs.evolve(p, headnote=attrs.evolve(p.headnote, en="Until it stops.")) if c.path.endswith("art_8/cl_2/pt_a") and p.headnote else p
               for c, p in book.provisions.items()}  # fmt: skip
    assert "Until it stops." in str(leaflet(la.Rules(attrs.evolve(book, provisions=changed)), "aided", "en"))
    gone = {c: p for c, p in book.provisions.items() if not c.path.endswith("art_8/cl_2/pt_a")}
    with pytest.raises(NoLeaflet, match="art_8/cl_2/pt_a"):
        leaflet(la.Rules(attrs.evolve(book, provisions=gone)), "aided", "en")
    with pytest.raises(NoLeaflet, match="worker"):
        leaflet(rules, "workers", "en")
    with pytest.raises(NoLeaflet, match="base_salary"):
        leaflet(rules, "worker", "en", date(2000, 1, 1))


def test_a_broken_file_of_papers_is_told(rules: la.Rules, tmp_path: Path) -> None:
    book = attrs.evolve(rules.rulebook, folder=str(tmp_path))
    assert leaflets(book) == []
    for text in ("[labels", "[leaflets.x]\ntitle = 3", "[forms.x]\ntitle = { en = 'x' }", "labels = 3"):
        (tmp_path / "papers.toml").write_text(text, "utf-8", newline="\n")
        with pytest.raises(UnusablePapers, match=r"papers\.toml"):
            leaflets(book)


def test_leaflets_from_the_command_line(tmp_path: Path) -> None:
    done = CliRunner(env={"LEGALAID_LANG": None}).invoke(main, ["leaflet", "--out", str(tmp_path / "out"), "--for", "aided", "--lang", "vi"])
    assert (done.exit_code, done.stdout) == (0, "leaflet_aided.vi.html, leaflet_aided.vi.pdf\n")
    assert "điểm đ khoản 3 Điều 4" in (tmp_path / "out" / "leaflet_aided.vi.html").read_text("utf-8")
    assert (tmp_path / "out" / "leaflet_aided.vi.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.long
def test_a_ruleset_without_leaflets_says_so(root: Path, tmp_path: Path) -> None:
    small = root / "tests" / "rulesets_small" / "late_books"
    done = CliRunner(env={"LEGALAID_LANG": None}).invoke(main, ["leaflet", "--out", str(tmp_path / "out"), "--ruleset", str(small), "--lang", "vi"])
    assert (done.exit_code, "không mô tả tờ gấp nào" in done.stderr, (tmp_path / "out").exists()) == (4, True, False)


def test_a_leaflet_of_a_draft_says_so_and_has_its_words() -> None:
    data = leaflet(la.load(amendments=["ceiling_35"]), "worker", "en")
    assert data["drafts"] == ["Fictitious draft raising the ceiling of sessions from 30 to 35"]
    assert "at most 35 sessions a case" in str(data)
    assert "NOT IN FORCE" in page(data)
