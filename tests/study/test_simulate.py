"""A simulated portfolio says in sums what deciding each case says, and can be taken up again."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.making.portfolios import FILE, read_recipe, write_portfolio
from legalaid_dsl.study.comparison.rulesets import NotThere, rules_from
from legalaid_dsl.study.outcomes.outcome import Options
from legalaid_dsl.study.portfolio.run import Study, pieces_of
from legalaid_dsl.study.simulation import simulate as module
from legalaid_dsl.study.simulation.groups import columns_by
from legalaid_dsl.study.simulation.simulate import Simulation, simulate
from legalaid_dsl.study.simulation.tables_out import write_tables
from legalaid_dsl.study.simulation.tally import ALL, KINDS, Tally
from legalaid_dsl.study.simulation.view import simulation_page, simulation_view

SHIPPED = "circular_02_2021"
NUMBERS = ("sessions", "base_salaries", "amount")
CASES = 40


@pytest.fixture(scope="module", params=["the last text", "each by its text"])
def amended(request: pytest.FixtureRequest) -> la.Rules:
    return rules_from(f"{SHIPPED}+third_step", dated=request.param != "the last text")


@pytest.fixture(scope="module")
def portfolio(root: Path, rules: la.Rules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The act is in force from the middle of its days on."""
    recipe = read_recipe(root / "rulesets" / SHIPPED / FILE, rules.rulebook)
    return write_portfolio(tmp_path_factory.mktemp("made"), recipe, rules.rulebook, CASES, 7, 2024)


def asked(rules: la.Rules, amended: la.Rules, cases: Path, **more: Any) -> Simulation:
    names = ("form", "offences.class", "providers.kind", "closed_on", "province", "stages")
    by = columns_by(names, rules.rulebook, cases) if cases.is_dir() else columns_by(names[:4], rules.rulebook, cases)
    made = Simulation(rules, amended, str(cases), Options("illustrative"), by, (SHIPPED, "amended"), 16)
    return attrs.evolve(made, **more)


@pytest.fixture(scope="module")
def simulation(rules: la.Rules, amended: la.Rules, portfolio: Path) -> Simulation:
    return asked(rules, amended, portfolio)


@pytest.fixture(scope="module")
def made(simulation: Simulation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tally]:
    out = tmp_path_factory.mktemp("out")
    tally = simulate(simulation, out)
    write_tables(simulation, tally, out)
    return out, tally


def facts(simulation: Simulation) -> list[dict[str, Any]]:
    """The cases as case files."""
    decider = Study(simulation.base, simulation.cases, "illustrative").decider()
    parts = [decider.part(p) for p in pieces_of(simulation.cases, decider.things)]
    return [part.facts(i) for part in parts for i in range(len(part.ids()))]


def test_sums_are_those_of_deciding_each_case(simulation: Simulation, made: tuple[Path, Tally]) -> None:
    sums = {k: [Fraction(0)] * 4 for k in NUMBERS}
    kinds = dict.fromkeys(KINDS, 0)
    for case in facts(simulation):
        old, new = (r.evaluate(case, figures="illustrative", trace=False) for r in (simulation.base, simulation.amended))
        assert old.status == new.status == "determined"
        values = [{k: Fraction(x.case_values()[k]) for k in NUMBERS} for x in (old, new)]
        for key in NUMBERS:
            before, after = (v[key] for v in values)
            for i, part in enumerate((before, after, max(after - before, 0), min(after - before, 0))):
                sums[key][i] += part
        change = next((values[1][k] - values[0][k] for k in reversed(NUMBERS) if values[0][k] != values[1][k]), 0)
        kinds["more" if change > 0 else "less" if change < 0 else "unchanged"] += 1
    whole = made[1].whole
    assert whole.sums == sums
    assert whole.kinds == list(kinds.values())
    assert kinds["less"] > 1


def test_groups_add_up_to_the_whole(simulation: Simulation, made: tuple[Path, Tally]) -> None:
    tally = made[1]
    for by in simulation.by:
        cells = [cell for (name, _), cell in tally.cells.items() if name == by.name]
        for key in NUMBERS:  # what the providers of a case get is what the case gets
            assert [sum(c.sums[key][i] for c in cells) for i in (0, 1)] == tally.whole.sums[key][:2], by.name
        if not by.of_items:
            assert sum(c.number for c in cells) == tally.whole.number == CASES
            assert [sum(c.kinds[i] for c in cells) for i in range(len(KINDS))] == tally.whole.kinds
    assert {name for name, _ in tally.cells} == {ALL, *(b.name for b in simulation.by)}


def test_ceilings_are_those_of_the_traces(simulation: Simulation, made: tuple[Path, Tally]) -> None:
    wanted: dict[tuple[str, str, str], list[Fraction]] = {}
    for case in facts(simulation):
        for side, rules in enumerate((simulation.base, simulation.amended)):
            found = rules.evaluate(case, figures="illustrative", by="interpreter").determination
            assert found is not None
            for cut in ((d.term, c) for d in found.decisions for c in d.cuts if c.took):
                key = (cut[0], cut[1].citation.path, "at_most" if cut[1].at_most else "at_least")
                amounts = wanted.setdefault(key, [Fraction(0)] * 4)
                amounts[2 * side] += 1
                amounts[2 * side + 1] += cut[1].took
    counted: dict[tuple[str, str, str], list[Fraction]] = {}
    for (_, term, clause, kind, _), amounts in made[1].ceilings.items():
        mine = counted.setdefault((term, clause, kind), [Fraction(0)] * 4)
        counted[term, clause, kind] = [a + b for a, b in zip(mine, amounts, strict=True)]
    assert counted == wanted
    assert "circular_02_2021/art_4/cl_2" in {key[4] for key in made[1].ceilings}


def test_an_interrupted_run_is_taken_up_again(
    simulation: Simulation, made: tuple[Path, Tally], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = module.decided, []

    def stops(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(module, "decided", stops)
    with pytest.raises(KeyboardInterrupt):
        simulate(simulation, tmp_path)
    assert len(list((tmp_path / "tallies").iterdir())) == 2
    tally = simulate(simulation, tmp_path)
    assert len(calls) == 3 + 1  # the two pieces that were there are not decided again
    write_tables(simulation, tally, tmp_path)
    whole = made[0]
    files = sorted(p.relative_to(whole) for p in whole.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    for name in files:
        assert (whole / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_another_simulation_is_not_mixed_in(simulation: Simulation, made: tuple[Path, Tally]) -> None:
    with pytest.raises(NotThere):
        simulate(attrs.evolve(simulation, options=Options(None)), made[0])


def test_nothing_changes_under_the_same_text(simulation: Simulation, tmp_path: Path) -> None:
    tally = simulate(attrs.evolve(simulation, amended=simulation.base), tmp_path)
    assert tally.whole.kinds == [0, 0, CASES, 0, 0, 0, 0]
    assert not tally.steps
    assert all(c.difference(k) == 0 for c in tally.cells.values() for k in NUMBERS)
    assert all(a[:2] == a[2:] for a in tally.ceilings.values())


def test_without_figures_cases_are_left_out_and_it_is_said_why(simulation: Simulation, tmp_path: Path) -> None:
    plain = attrs.evolve(simulation, options=Options(None))
    tally = simulate(plain, tmp_path)
    whole = tally.whole
    assert 0 < whole.before[1] == whole.number - whole.both
    assert whole.kinds[KINDS.index("not_determined")] == whole.before[1]
    assert sum(whole.kinds[:3]) == whole.both
    assert any(what == "figure" for what, *_ in tally.missing)
    page = simulation_page(simulation_view(plain, tally, "en"), "html")
    assert "no number is made up" in page


def test_case_files_say_the_same(simulation: Simulation, tmp_path: Path) -> None:
    lines = tmp_path / "cases.jsonl"
    lines.write_text("".join(json.dumps(c) + "\n" for c in facts(simulation)[:20]), "utf-8")
    tables = {p.stem: pq.read_table(p) for p in Path(simulation.cases).glob("*.parquet")}
    ids = set(tables["cases"]["id"].to_pylist()[:20])
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, table in tables.items():
        key = "id" if name == "cases" else "case"
        pq.write_table(table.filter([i in ids for i in table[key].to_pylist()]), folder / f"{name}.parquet")
    found = [
        simulate(asked(simulation.base, simulation.amended, path), tmp_path / f"out{i}").cells
        for i, path in enumerate((lines, folder))
    ]
    assert found[0] == {k: c for k, c in found[1].items() if k[0] not in ("province", "case.stages")}


def test_a_portfolio_is_marked_and_the_same_for_a_seed(root: Path, rules: la.Rules, portfolio: Path, tmp_path: Path) -> None:
    recipe = read_recipe(root / "rulesets" / SHIPPED / FILE, rules.rulebook)
    again = write_portfolio(tmp_path / "again", recipe, rules.rulebook, CASES, 7, 2024)
    other = write_portfolio(tmp_path / "other", recipe, rules.rulebook, CASES, 8, 2024)
    for path in sorted(portfolio.iterdir()):
        assert path.read_bytes() == (again / path.name).read_bytes()
        assert path.read_bytes() != (other / path.name).read_bytes()
        assert b"synthetic" in pq.read_schema(path).metadata
    assert set(pq.read_table(portfolio / "cases.parquet")["synthetic"].to_pylist()) == {True}


def test_proportions_say_where_they_come_from(root: Path, rules: la.Rules, tmp_path: Path) -> None:
    recipe = read_recipe(root / "rulesets" / SHIPPED / FILE, rules.rulebook)
    assert all(draw["source"] and draw["sure"] for draw in recipe.raw["draw"])
    cases = pq.read_table(write_portfolio(tmp_path, recipe, rules.rulebook, 4000, 1) / "cases.parquet")
    outside = cases["form"].to_pylist().count("extrajudicial_representation")
    assert 40 < outside < 80  # 2,070 of 141,270
    kinds = pq.read_table(tmp_path / "providers.parquet")["kind"].to_pylist()
    assert 84 < 100 * kinds.count("state_legal_aid_officer") // len(kinds) < 88


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_command(tmp_path: Path, lang: str) -> None:
    given = ["simulate", "--synthetic", "30", "--seed", "3", "--first-year", "2027", "--amended", f"{SHIPPED}+third_step", "--lang", lang]
    result = CliRunner().invoke(main, [*given, "--figures", "illustrative", "--out", str(tmp_path), "--progress"])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "report.html").read_text("utf-8")
    assert {"en": "SYNTHETIC PORTFOLIO", "vi": "HỒ SƠ GIẢ LẬP"}[lang] in page
    assert 'class="bars"' in page and 'class="bars steps"' in page
    assert str(tmp_path) not in page and "/" + SHIPPED not in page  # no place on somebody's machine
    assert "http://" not in page and "https://" not in page and "<script" not in page
    with (tmp_path / "tables" / "groups.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["number"] == "30"
    assert pq.read_table(tmp_path / "tables" / "groups.parquet").num_rows == len(rows)


def test_the_first_page_says_what_a_minister_asks(tmp_path: Path) -> None:
    """The act in both tongues with its day; sums as they are said; averages and years that add up to the sums."""
    given = ["simulate", "--synthetic", "60", "--seed", "3", "--first-year", "2027", "--amended", f"{SHIPPED}+third_step", "--lang", "vi"]
    result = CliRunner().invoke(main, [*given, "--figures", "illustrative", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "report.html").read_text("utf-8")
    front = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split("</style>")[1].split('</section> <h2>')[0]))
    assert "Dự thảo hư cấu về mức thứ ba đối với số giờ lẻ, tính theo ngày Fictitious draft" in front
    assert "từ ngày 01 tháng 01 năm 2027" in front
    for head in ("Những thay đổi", "Ai được tăng", "Ai bị giảm", "Điều chưa chắc chắn", "mỗi năm", "Bình quân mỗi vụ việc"):
        assert head in front
    assert "37 chỗ có nhiều cách hiểu" in front and "triệu đồng" in front


def test_sums_as_they_are_said(rules: la.Rules) -> None:
    from legalaid_dsl.study.comparison.words import Teller
    from legalaid_dsl.study.outcomes.outcome import measures
    from legalaid_dsl.study.simulation.summary import _sides, brief

    money = measures(rules.rulebook)[-1]
    vi, en = (Teller.of(rules.rulebook, rules.rulebook, lang) for lang in ("vi", "en"))
    assert brief(vi, money, Fraction(66_812_345_678)) == "66,8 tỷ đồng"
    assert brief(en, money, Fraction(-66_850_000_000), True) == "−66.9 billion đồng"
    assert brief(vi, money, Fraction(1_249_999), True) == "+1,2 triệu đồng"
    assert brief(vi, money, Fraction(-480_700), True) == "−480.700 đồng"
    before, after = Fraction(1_655_085_585), Fraction(1_645_357_735)  # beside a change, sums are said in its size
    assert _sides(vi, money, before, after) == ("1.655,1 triệu đồng", "1.645,4 triệu đồng")
    assert _sides(vi, money, before, before) == ("1,7 tỷ đồng", "1,7 tỷ đồng")
    assert _sides(vi, money, before, before + 5) == ("1.655.085.585 đồng", "1.655.085.590 đồng")


def test_groups_in_which_nothing_changes_are_counted(simulation: Simulation, made: tuple[Path, Tally]) -> None:
    view = simulation_view(simulation, made[1], "vi")
    for found in view.breakdowns:
        same = [g for g in found.groups if not g.gained and not g.lost]
        assert len(found.shown) + int(found.same or 0) == len(found.groups)
        assert not (found.same and any(g in same for g in found.shown))
    assert any(found.same for found in view.breakdowns) and "nhóm còn lại không thay đổi" in simulation_page(view, "html")


def test_the_workbook_has_the_tables_and_no_formula(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from legalaid_dsl.study.simulation.workbook import write_workbook

    rows = [
        {"name": "=1+1", "sum": Decimal("12.5"), "long": Decimal("1234567890123456.5"), "n": 3},
        {"name": "http://a\u202e", "sum": None, "long": Decimal(7), "n": -1},
    ]
    for path in (tmp_path / "a.xlsx", tmp_path / "b.xlsx"):
        write_workbook(path, {"groups": (list(rows[0]), rows)})
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["groups"]
    found = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert found[0] == ["name", "sum", "long", "n"]
    assert found[1] == ["=1+1", 12.5, "1234567890123456.5", 3]  # too long for a spreadsheet: text, whole
    assert found[2] == ["http://a⟨U+202E⟩", None, 7, -1]
    assert sheet["A2"].data_type == "s" and sheet["A3"].hyperlink is None
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_only_a_portfolio(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["simulate", "--synthetic", "5", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in tmp_path.rglob("*.parquet")) == [
        "cases.parquet", "entries.parquet", "offences.parquet", "providers.parquet",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [["--by", "colour"], ["--by", "case.offence_class"], ["--amended", "nowhere"]])
def test_what_is_asked_wrongly_is_said(portfolio: Path, tmp_path: Path, wrong: list[str]) -> None:
    given = ["simulate", str(portfolio), "--amended", SHIPPED, "--out", str(tmp_path), *wrong]
    assert CliRunner().invoke(main, given).exit_code == 4


@pytest.fixture
def late(root: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The small law on late books, and the same with another fine."""
    folder = root / "tests" / "rulesets_small" / "late_books"
    other = shutil.copytree(folder, tmp_path / "other" / "late_books")
    (other / "books.case").unlink()
    article = other / "article_01.law"
    article.write_text(article.read_text("utf-8").replace("fine is 5 coins", "fine is 6 coins"), "utf-8")
    return folder, other


@pytest.mark.parametrize(("lang", "said"), [("en", "104 cells of the portfolio were not read"), ("vi", "104 ô dữ liệu của tập hồ sơ không đọc được")])
def test_cells_that_are_not_read_stand_in_the_report(late: tuple[Path, Path], tmp_path: Path, lang: str, said: str) -> None:
    rows = ["Mã hồ sơ,trễ,loại", "A1,6,novel", *(f"B{i},1.234,novel" for i in range(103)), "C1,2,<b>roman</b>"]
    (tmp_path / "books.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (tmp_path / "columns.toml").write_text(
        '[[column]]\nheader = "trễ"\nis = "case.days_late"\n[[column]]\nheader = "loại"\nis = "case.kind"\n', "utf-8"
    )
    given = ["simulate", str(tmp_path / "books.csv"), "--base", str(late[0]), "--amended", str(late[1]), "--lang", lang]
    result = CliRunner().invoke(main, [*given, "--columns", str(tmp_path / "columns.toml"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert said in page
    assert page.count("1.234</b>") == 100 and "C1" not in page  # as many as the page lists; the file has all
    assert {"en": "… and 4 more in refused.csv", "vi": "… và 4 ô khác trong refused.csv"}[lang] in page
    with (tmp_path / "out" / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert len(told) == 104 and told[-1]["value"] == "<b>roman</b>"
    assert told[0][f"reason_{lang}"] in html.unescape(page) and told[0][f"right_{lang}"] in html.unescape(page)
    with (tmp_path / "out" / "tables" / "groups.csv").open(encoding="utf-8", newline="") as file:
        whole = next(csv.DictReader(file))
    assert (whole["number"], whole["more"], whole["refused_after"]) == ("105", "1", "104")
    again = CliRunner().invoke(main, [*given, "--out", str(tmp_path / "out")])
    assert again.exit_code == 4  # read by other columns it is another simulation


def test_what_stands_in_a_cell_is_no_part_of_the_page(late: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text("id,days_late,kind\nA1,6,novel\nB1,6,<script>x</script>\u202e\n", "utf-8")
    given = ["simulate", str(tmp_path / "books.csv"), "--base", str(late[0]), "--amended", str(late[1])]
    result = CliRunner().invoke(main, [*given, "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page and "\u202e" not in page
    assert "1 cell of the portfolio was not read" in page
