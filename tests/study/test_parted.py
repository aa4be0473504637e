"""Nested cases in parts say what the tables say, and their bytes depend on the cases alone."""

from __future__ import annotations

import os
import random
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.basics.output import MARKER, NotOurs
from legalaid_dsl.cli.main import main
from legalaid_dsl.engine.lowered.from_rulebook import shapes
from legalaid_dsl.study.comparison.rulesets import rules_from
from legalaid_dsl.study.portfolio.sources import SourceError, chunks
from legalaid_dsl.study.spread import job as jobs
from legalaid_dsl.study.spread import one_process as spreading
from legalaid_dsl.study.spread.job import Job, make_job, worker
from legalaid_dsl.study.spread.nested import HAS, LIMITS, chunk_of, nested, read_nested
from legalaid_dsl.study.spread.one_process import decide_here, write_nested
from legalaid_dsl.study.spread.parted import MANIFEST, PartWriter
from tests.oracle import generate
from tests.study.making import tables_of

OPTIONS: dict[str, Any] = {"figures": "illustrative"}
PARTS = 5


def portfolio(rules: la.Rules, seed: int, count: int, missing: float = 0.0) -> dict[str, pa.Table]:
    rng = random.Random(seed)
    found = tables_of(rules, [generate.random_case(rng, missing=missing) for _ in range(count)])
    centres = pa.array([None if i % 11 == 0 else f"centre {i * i % 7}/é" for i in range(count)])
    return {**found, "cases": found["cases"].append_column("centre", centres)}


def rows_of(rules: la.Rules, tables: dict[str, pa.Table]) -> pa.Table:
    """All cases of some tables, nested."""
    found = shapes(rules.rulebook)
    return pa.concat_tables(nested(c, found) for c in chunks(tables, [s.key for s in found if s.key != "case"]))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def tables(rules: la.Rules) -> dict[str, pa.Table]:
    return portfolio(rules, 11, 60, 0.05)


@pytest.fixture(scope="module")
def job(rules: la.Rules) -> Job:
    return make_job(rules, items=True, **OPTIONS)


def per_case(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(row.pop("case"), []).append(row)
    return found


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_nested_results_are_those_of_the_tables(rules: la.Rules, missing: float) -> None:
    given = portfolio(rules, 12, 60, missing)
    theirs = la.study(rules, given, **OPTIONS).tables()
    made = make_job(rules, items=True, **OPTIONS)
    mine = worker(made.data).decide(rows_of(rules, given))
    assert mine.schema == made.schema
    inner = {"providers", "entries", LIMITS}
    assert {f.name for f in mine.schema if pa.types.is_list(f.type)} == inner
    cases = [{k: v for k, v in row.items() if k != "decided_by"} for row in theirs["cases"].to_pylist()]
    assert mine.drop_columns(list(inner)).to_pylist() == cases
    assert not missing or {r["status"] for r in cases} == {"determined", "undetermined"}
    for name in ("providers", "entries"):
        wanted = per_case(theirs[name])
        assert [row or [] for row in mine[name].to_pylist()] == [wanted.get(i, []) for i in mine["id"].to_pylist()]
    taken = per_case(theirs["ceilings"])
    assert sum(map(len, taken.values())) > 20
    for case, cuts in zip(mine["id"].to_pylist(), mine[LIMITS].to_pylist(), strict=True):
        assert sorted(map(repr, cuts)) == sorted(map(repr, taken.get(case, [])))


def test_what_is_not_known_is_not_none(rules: la.Rules) -> None:
    """A list that is null and one that is empty are two facts, also where no case has an item."""
    base = {"form": "civil_proceedings", "closed_on": "2026-09-30", "entries": []}
    here = worker(make_job(rules).data)
    one = {"id": "P1", "kind": "lawyer"}
    found = rows_of(rules, tables_of(rules, [{**base, "providers": []}, base, {**base, "providers": [one]}]))
    assert [None if v is None else len(v) for v in found["providers"].to_pylist()] == [0, None, 1]
    assert here.decide(found.slice(0, 2))["status"].to_pylist() == ["determined", "undetermined"]
    bare = rows_of(rules, tables_of(rules, [{**base, "providers": []}, base]))
    assert bare[f"{HAS}providers"].to_pylist() == [True, False] and "providers" not in bare.column_names
    assert here.decide(bare)["status"].to_pylist() == ["determined", "undetermined"]


def test_a_table_that_ends_early_leaves_no_case_unknown(rules: la.Rules, tmp_path: Path) -> None:
    """Cases after the last row of a table have none, as those before."""
    given = portfolio(rules, 14, 30)
    given["entries"] = given["entries"].filter(pc.is_in(given["entries"]["case"], pa.array(["N0", "N1", "N2"])))
    found = shapes(rules.rulebook)
    pieces = [nested(c, found) for c in chunks(given, [s.key for s in found if s.key != "case"], 5)]
    assert len({str(p.schema) for p in pieces}) == 1
    assert pa.concat_tables(pieces).slice(3)["entries"].to_pylist() == [[]] * 27


def test_an_item_listed_in_another_stays_there(rules: la.Rules, tables: dict[str, pa.Table]) -> None:
    """A case that lists no offence itself may have documents that do."""
    found = rows_of(rules, tables)
    assert f"{HAS}offences" in found.column_names and f"{HAS}entries" not in found.column_names
    again = chunk_of(found, [s.key for s in shapes(rules.rulebook) if s.key != "case"])
    assert again.items["offences"]["documents"].drop_null().length() > 0
    assert again.cases["offences"].to_pylist() == [v is True for v in tables["cases"]["offences"].to_pylist()]


def test_bytes_depend_on_the_cases_alone(rules: la.Rules, tables: dict[str, pa.Table], job: Job, tmp_path: Path) -> None:
    """Whatever the layout, the order, and the company in which a case comes."""
    found = shapes(rules.rulebook)
    write_nested(tables, found, tmp_path / "by_id", parts=3)
    write_nested(tables, found, tmp_path / "by_centre", by="centre")
    assert (tmp_path / "by_centre" / "centre=centre 4%2F%C3%A9").is_dir()
    assert {v for t in read_nested(tmp_path / "by_centre") for v in t["centre"].to_pylist()} == {
        None, *(f"centre {i}/é" for i in (0, 1, 2, 4))
    }  # fmt: skip
    whole = rows_of(rules, tables)
    (tmp_path / "mixed").mkdir()
    order = list(range(whole.num_rows))
    random.Random(1).shuffle(order)
    pq.write_table(whole.take(order), tmp_path / "mixed" / "all.parquet", row_group_size=7)
    manifests = [decide_here(tables, job, tmp_path / "out_flat", PARTS)]
    manifests += [decide_here(tmp_path / n, job, tmp_path / f"out_{n}", PARTS) for n in ("by_id", "by_centre", "mixed")]
    made = [contents(p) for p in sorted(tmp_path.glob("out_*"))]
    assert len(made) == 4 and all(m == made[0] for m in made)
    assert manifests[0]["cases"] == 60 and len(manifests[0]["parts"]) == PARTS == len(made[0]) - 1
    assert sum(manifests[0]["statuses"].values()) == 60
    read = pq.read_table(tmp_path / "out_flat")  # the manifest is passed over, as Spark and others do
    assert read.num_rows == 60 and read.schema.names == job.schema.names


def test_columns_of_the_cases_may_be_kept(rules: la.Rules, tables: dict[str, pa.Table], tmp_path: Path) -> None:
    whole = rows_of(rules, tables)
    made = make_job(rules, reasons=False, keep=("centre",))
    found = worker(made.data).decide(whole)
    assert found.schema == made.schema and found["centre"].equals(whole["centre"])
    assert made.inputs["status_of_figures"] == "secondary" and make_job(rules, **OPTIONS).inputs["status_of_figures"] == "illustrative"
    with pytest.raises(SourceError, match="no column “nowhere”"):
        worker(make_job(rules, keep=("nowhere",)).data).decide(whole)
    with pytest.raises(SourceError, match="of that name: status"):
        make_job(rules, keep=("status",))


def test_one_row_at_a_time_gives_the_same_rows(rules: la.Rules, tables: dict[str, pa.Table], job: Job) -> None:
    whole, here = rows_of(rules, tables), worker(job.data)
    alone = pa.concat_tables(here.decide(whole.slice(i, 1)) for i in range(whole.num_rows))
    assert alone.equals(here.decide(whole))


def test_a_job_needs_no_rule_file(root: Path, tmp_path: Path) -> None:
    """Also of an amended text; the folder it was read from may be gone."""
    folder = tmp_path / "rulesets"
    shutil.copytree(root / "rulesets", folder)
    amended = rules_from(f"{folder / 'circular_02_2021'}+ceiling_35", dated=False)
    given = portfolio(amended, 13, 20)
    wanted = la.study(amended, given, figures="illustrative").tables()["cases"]
    made = make_job(amended, figures="illustrative")
    shutil.rmtree(folder)
    worker.cache_clear()
    found = worker(made.data).decide(rows_of(amended, given))
    assert found["amount"].to_pylist() == wanted["amount"].to_pylist()
    assert worker(made.data) is worker(bytes(made.data))


def test_another_program_is_not_trusted(rules: la.Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_job(rules, readings={"art_3_cl_2_unit": "per_day"})
    monkeypatch.setattr(jobs, "code", lambda: "another")
    worker.cache_clear()
    with pytest.raises(SourceError, match="another version"):
        worker(made.data)
    worker.cache_clear()


def test_what_is_wrong_is_said(rules: la.Rules, tables: dict[str, pa.Table], job: Job, tmp_path: Path) -> None:
    whole = rows_of(rules, tables)
    (tmp_path / "twice").mkdir()
    for i in range(2):  # far apart: no batch sees both
        pq.write_table(whole, tmp_path / "twice" / f"{i}.parquet")
    with pytest.raises(SourceError, match="stands twice"):
        decide_here(tmp_path / "twice", job, tmp_path / "out", 1)
    assert [p.name for p in (tmp_path / "out").iterdir()] == [MARKER]
    decide_here(tables, job, tmp_path / "out", 1)
    for again in (lambda: decide_here(tables, job, tmp_path / "out"), lambda: write_nested(tables, (), tmp_path / "out")):
        with pytest.raises(NotOurs, match="holds something"):
            again()
    with pytest.raises(SourceError, match="no column “nowhere”"):
        write_nested(tables, shapes(rules.rulebook), tmp_path / "by", by="nowhere")
    with pytest.raises(SourceError, match="list of structs"):
        chunk_of(whole.set_column(whole.column_names.index("entries"), "entries", pa.array([1] * 60)), ["entries"])
    with pytest.raises(SourceError, match="id of its own"):
        chunk_of(pa.concat_tables([whole, whole]), ["entries"])


def test_a_part_takes_rows_in_any_portions(tmp_path: Path) -> None:
    """Row groups have one size, however the rows come; what a killed attempt left is taken away at the end."""
    table = pa.table({"id": [f"{i:06}" for i in range(40_000)], "status": ["determined", "refused"] * 20_000})
    found = []
    for name, step in (("a", 40_000), ("b", 777)):
        writer = PartWriter(str(tmp_path / name), "part-00000.parquet", table.schema)
        for start in range(0, 40_000, step):
            writer.add(table.slice(start, step))
        found.append(writer.finish())
    assert found[0] == found[1] and found[0].statuses == {"determined": 20_000, "refused": 20_000}
    file = pq.ParquetFile(tmp_path / "a" / "part-00000.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(3)] == [16_384, 16_384, 7_232]
    assert file.read().equals(table) and contents(tmp_path / "a") == contents(tmp_path / "b")
    with pytest.raises(SourceError, match="stands twice"):
        PartWriter(str(tmp_path), "x", table.schema).add(pa.concat_tables([table.slice(5, 1), table.slice(5, 1)]))
    assert MANIFEST.startswith("_")


def test_more_parts_than_files_may_be_open(
    job: Job, tables: dict[str, pa.Table], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows come to a part in many portions; no file stays open for them."""
    limits = pytest.importorskip("resource")
    decide_here(tables, job, tmp_path / "at_once", 2)
    monkeypatch.setattr(spreading, "WAITING", 7)
    decide_here(tables, job, tmp_path / "in_portions", 2)
    assert contents(tmp_path / "in_portions") == contents(tmp_path / "at_once")
    before = limits.getrlimit(limits.RLIMIT_NOFILE)
    limits.setrlimit(limits.RLIMIT_NOFILE, (max(map(int, os.listdir("/dev/fd"))) + 20, before[1]))
    try:
        many = decide_here(tables, job, tmp_path / "many", 500)
    finally:
        limits.setrlimit(limits.RLIMIT_NOFILE, before)
    assert len(many["parts"]) > 50 and many["cases"] == 60
    assert not [p for p in (tmp_path / "many").iterdir() if p.name.startswith(".")]


@pytest.mark.long
def test_commands(rules: la.Rules, tables: dict[str, pa.Table], tmp_path: Path) -> None:
    for name, table in tables.items():
        (tmp_path / "tables").mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / "tables" / f"{name}.parquet")

    def ran(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, [w.replace("@", f"{tmp_path}/") for w in words])
        return done.exit_code, done.output

    assert ran("spread", "@tables", "--out", "@cases", "--by", "centre")[0] == 0
    asked = ("--figures", "illustrative", "--keep", "centre", "--parts", "3", "--items")
    code, said = ran("study", "@cases", "--out", "@out", "--lang", "vi", *asked)
    assert code == 0 and "60 hồ sơ, 3 tệp" in said and "số liệu: minh họa" in said
    assert ran("study", "@tables", "--out", "@again", *asked)[0] == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "again")
    for words, complaint in (
        (("study", "@cases", "--out", "@out"), "holds something"),
        (("study", "@nowhere", "--out", "@x"), "There is no"),
        (("study", "@cases", "--out", "@x", "--ruleset", "nowhere"), "no folder nowhere"),
        (("study", "@cases", "--out", "@x", "--reading", "art_3_cl_2_unit=never"), "did you mean|there are"),
        (("study", "@cases", "--out", "@x", "--figures", "nowhere"), "no folder of figures"),
        (("spread", "@tables", "--out", "@x", "--by", "colour"), "no column “colour”"),
    ):
        code, said = ran(*words)
        assert code == 4 and re.search(complaint, said), said
