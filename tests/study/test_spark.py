"""Two machines, one of which dies while it works: the same bytes as one process."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.output import NotOurs
from legalaid_dsl.engine.lowered.from_rulebook import shapes
from legalaid_dsl.making.portfolios import FILE, read_recipe, write_portfolio
from legalaid_dsl.study.comparison.rulesets import rules_from
from legalaid_dsl.study.spread.job import Job, make_job
from legalaid_dsl.study.spread.one_process import decide_here, write_nested
from legalaid_dsl.study.spread.parted import MANIFEST

pytest.importorskip("pyspark", reason="Spark is not installed (extra “spark”)")



def java() -> int:
    """The version of Java that Spark would start; 0 for none."""
    home = os.environ.get("JAVA_HOME")
    program = f"{home}/bin/java" if home else shutil.which("java")
    if program is None or not Path(program).exists():
        return 0
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


if java() < 17:
    pytest.skip("Spark needs Java 17, which is not on this machine", allow_module_level=True)
pytestmark = pytest.mark.long
if not Path("/proc/self/stat").exists():
    pytest.skip("processes are found by way of /proc", allow_module_level=True)

CASES = 3_000
PARTS = 7
EXECUTOR = "CoarseGrainedExecutorBackend"


@pytest.fixture(scope="module")
def job(rules: la.Rules) -> Job:
    return make_job(rules, figures="illustrative", items=True)


@pytest.fixture(scope="module")
def cases(root: Path, rules: la.Rules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Partitioned Parquet: a directory a province, as registers hand it out."""
    folder = tmp_path_factory.mktemp("spark")
    recipe = read_recipe(root / "rulesets" / "circular_02_2021" / FILE, rules.rulebook)
    write_portfolio(folder / "tables", recipe, rules.rulebook, CASES, 3)
    write_nested(folder / "tables", shapes(rules.rulebook), folder / "nested", by="province")
    return folder / "nested"


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A cluster on this machine: two workers, each with an executor of its own in a process of its own."""
    from pyspark.find_spark_home import _find_spark_home
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_DIRS", str(tmp_path_factory.mktemp("local")))
        builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("test")
        for key, value in {
            "spark.ui.enabled": "false", "spark.executor.memory": "1024m", "spark.driver.host": "127.0.0.1",
            "spark.sql.execution.arrow.maxRecordsPerBatch": "100", "spark.sql.files.openCostInBytes": "1024",
            "spark.sql.files.maxPartitionBytes": "200k", "spark.sql.sources.parallelPartitionDiscovery.threshold": "100",
        }.items():  # fmt: skip
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        logs = Path(_find_spark_home()) / "work" / session.sparkContext.applicationId  # where such a cluster always puts them
        yield session
        session.stop()
        shutil.rmtree(logs, ignore_errors=True)


def parents(pid: int) -> Iterator[int]:
    """A process and those it descends from."""
    while pid > 1:
        yield pid
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def executor_of(pid: int, driver: int) -> int:
    """The executor in which a Python worker runs: a child of this session's own Java process."""
    line = list(parents(pid))
    executor = line[line.index(driver) - 1]
    assert EXECUTOR in Path(f"/proc/{executor}/cmdline").read_text()
    return executor


def held(address: Any, key: bytes) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Batches handed on as they are. In the middle, every task says that it has begun, and waits for an answer."""

    def hold(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import os
        from multiprocessing.connection import Client

        from pyspark import TaskContext

        task = TaskContext.get()
        assert task is not None
        for number, batch in enumerate(batches):
            if number == 1:
                with Client(address, authkey=key) as killer:
                    killer.send((task.partitionId(), task.attemptNumber(), os.getpid()))
                    killer.recv()
            yield batch

    return hold


@attrs.define(slots=True)
class Killer:
    """Lets the first two tasks go on and holds the others; when two executors are in the middle of one of these,
    it kills the one that has done the first task before, and lets all go on. Ends when nothing is sent."""

    door: Listener
    driver: int
    executors: dict[int, int] = attrs.Factory(dict)  # of each task that has begun
    attempts: set[tuple[int, int]] = attrs.Factory(set)
    killed: int = 0

    @property
    def at_work(self) -> dict[int, int]:
        """Executors in the middle of a task, and which."""
        return {executor: task for task, executor in self.executors.items() if task >= 2}

    def __call__(self) -> None:
        waiting: list[Connection] = []
        while True:
            caller = self.door.accept()
            begun = caller.recv()
            if begun is None:
                return
            task, attempt, pid = begun
            self.attempts.add((task, attempt))
            waiting.append(caller)
            if not self.killed:
                self.executors.setdefault(task, executor_of(pid, self.driver))
                if len(self.at_work) == 2:
                    self.killed = self.executors[0]
                    os.kill(self.killed, signal.SIGKILL)
            if self.killed or task < 2:
                for one in waiting if self.killed else [waiting.pop()]:
                    with suppress(OSError):  # the dead ask for nothing
                        one.send("go on")
                if self.killed:
                    waiting.clear()


def test_one_of_two_dies_at_work(spark: Any, cases: Path, job: Job, tmp_path: Path) -> None:
    from legalaid_dsl.study.spread.spark import write_parts

    wanted = decide_here(cases, job, tmp_path / "here", PARTS)
    assert wanted["cases"] == CASES == sum(wanted["statuses"].values())
    key = os.urandom(16)
    given = spark.read.parquet(str(cases))
    assert given.rdd.getNumPartitions() >= 4
    with Listener(("127.0.0.1", 0), authkey=key) as door:
        killer = Killer(door, spark.sparkContext._gateway.proc.pid)
        thread = threading.Thread(target=killer)
        thread.start()
        try:
            made = write_parts(given.mapInArrow(held(door.address, key), given.schema), job, str(tmp_path / "there"), PARTS)
        finally:
            with Client(door.address, authkey=key) as end:
                end.send(None)
            thread.join()

    assert len(killer.at_work) == 2 and killer.killed in killer.at_work
    assert not Path(f"/proc/{killer.killed}").exists()
    for task in (0, killer.at_work[killer.killed]):  # what it had done, and what it was at, was begun again
        assert {(task, 0), (task, 1)} <= killer.attempts
    assert made == wanted
    names = sorted(p.name for p in (tmp_path / "here").iterdir())
    assert names == sorted([MANIFEST, *(f"part-{i:05}.parquet" for i in range(PARTS))])
    assert [p.name for p in sorted((tmp_path / "there").iterdir())] == names
    for name in names:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name


def test_results_as_a_frame_for_further_work(spark: Any, cases: Path, rules: la.Rules) -> None:
    """Without a shuffle; joined, grouped and summed by Spark, exactly."""
    from legalaid_dsl.study.spread.spark import decided

    job = make_job(rules, figures="illustrative", reasons=False)
    frame = decided(spark.read.parquet(str(cases)), job)
    assert frame.columns == job.schema.names
    total = frame.groupBy("status").sum("amount").collect()
    tables = la.study(rules, cases.parent / "tables", figures="illustrative", reasons=False).tables()
    known = sum(x for x in tables["cases"]["amount"].to_pylist() if x is not None)
    assert {r["status"]: r["sum(amount)"] for r in total if r["sum(amount)"] is not None} == {"determined": known}


def test_rules_of_several_texts(spark: Any, root: Path, rules: la.Rules, tmp_path: Path) -> None:
    """Each case by the text that governs it, on a worker as here."""
    from legalaid_dsl.study.spread.spark import write_parts

    recipe = read_recipe(root / "rulesets" / "circular_02_2021" / FILE, rules.rulebook)
    write_portfolio(tmp_path / "tables", recipe, rules.rulebook, 200, 1, 2026)
    write_nested(tmp_path / "tables", shapes(rules.rulebook), tmp_path / "nested", parts=2)
    job = make_job(rules_from(f"{root}/rulesets/circular_02_2021+third_step+ceiling_35"), figures="illustrative")
    wanted = decide_here(tmp_path / "nested", job, tmp_path / "here", 2)
    assert len(wanted["texts"]) == 3 and min(wanted["texts"].values()) > 0
    assert write_parts(spark.read.parquet(str(tmp_path / "nested")), job, str(tmp_path / "there"), 2) == wanted
    for path in (tmp_path / "here").iterdir():
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_an_id_that_stands_twice_is_found_wherever_it_stands(spark: Any, cases: Path, job: Job, tmp_path: Path) -> None:
    from pyspark.errors import PySparkException

    from legalaid_dsl.study.spread.spark import write_parts

    given = spark.read.parquet(str(cases))
    with pytest.raises(PySparkException, match="stands twice"):
        write_parts(given.union(given), job, str(tmp_path / "out"), 2)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    with pytest.raises(NotOurs, match="holds something"):
        write_parts(given, job, str(tmp_path / "full"))
