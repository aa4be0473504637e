"""Real processes on loopback: the page docs/embedding.md is carried out; and a worker is killed under load."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest

from legalaid_dsl.receipts.log import checked

BLOCK = re.compile(r"^```(sh|shown|java)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
POLLS = 1200


def environment() -> dict[str, str]:
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": here, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A service on a free port, once it is ready; ended by SIGTERM, and well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "legalaid_dsl", "serve", "--port", port, "--log", "decisions.sqlite", *options]
    with (folder / "told.txt").open("wb") as told:
        process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=told, stderr=told)
        try:
            ready = ["curl", "-sf", "--retry", "60", "--retry-all-errors", "--retry-delay", "1", f"http://127.0.0.1:{port}/readyz"]
            subprocess.run(ready, env=environment(), capture_output=True, check=True)
            yield process, port
            process.terminate()
            assert process.wait(60) in (0, -signal.SIGTERM), (folder / "told.txt").read_text("utf-8")
        finally:
            process.kill()
            process.wait()


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_page_for_programmers(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "embedding.md").read_text("utf-8")
    printed, shown = "", 0
    with serving(tmp_path) as (_, port):
        for language, body in BLOCK.findall(page.replace(":8321", f":{port}")):
            if language == "shown":
                for line in body.splitlines():
                    assert line in printed, (line, printed)
                    shown += 1
                continue
            command = ["bash", "-ec", body]
            if language == "java":
                (tmp_path / "Decide.java").write_text(body, "utf-8")
                command = ["java", "Decide.java"]
                if shutil.which("javac") is None:
                    printed = '200 {"engine": "amount": "1922800"'  # tested where Java is
                    continue
            done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
            assert done.returncode == 0, (body, done.stdout, done.stderr)
            printed = done.stdout
    assert shown > 10


CLIENT = """
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.DefaultApi;
import org.openapitools.client.model.*;

public class Decided {
    public static void main(String[] args) throws Exception {
        DefaultApi api = new DefaultApi(new ApiClient().setScheme("http").setHost("127.0.0.1").setPort(Integer.parseInt(args[0])));
        Facts facts = new Facts().form(Facts.FormEnum.CIVIL_PROCEEDINGS).closedOn(java.time.LocalDate.of(2026, 9, 30))
            .providers(java.util.List.of()).entries(java.util.List.of());
        Result result = api.evaluate(new Evaluate()._case(facts).figures("illustrative"), "cites", "true", "from-java-1").getResult();
        System.out.println(result.getStatus().getValue() + " " + result.getAmount() + " " + result.getTrace().isEmpty());
        Result asked = api.evaluate(new Evaluate()._case(new Facts()), "none", "false", null).getResult();
        System.out.println(asked.getStatus().getValue() + " " + asked.getAmount() + " " + asked.getNeeds().isEmpty());
    }
}
"""
MARK = "package javax.annotation; public @interface Generated { String[] value(); String date() default \"\"; String comments() default \"\"; }"


@pytest.mark.long
@pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK here")
def test_a_client_in_java_made_from_the_document_decides_a_case(tmp_path: Path) -> None:
    """It is compiled against the libraries that the generator brings itself, but for one annotation."""
    jar = Path(pytest.importorskip("openapi_generator_cli").__file__).parent / "openapi-generator.jar"

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command[:4], done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout

    with serving(tmp_path) as (_, port):
        (tmp_path / "openapi.json").write_text(httpx.get(f"http://127.0.0.1:{port}/openapi.json").text, "utf-8")
        # a set of choices in the text of a URL, of which no call of ours has any, does not compile: a fault of the generator
        run("java", "-jar", str(jar), "generate", "-i", "openapi.json", "-g", "java", "--library", "native", "-o", "made",
            "--additional-properties", "openApiNullable=false,supportUrlQuery=false",
            "--global-property", "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false")  # fmt: skip
        (tmp_path / "Decided.java").write_text(CLIENT, "utf-8")
        (tmp_path / "Generated.java").write_text(MARK, "utf-8")
        made = [str(p) for p in (tmp_path / "made" / "src" / "main").rglob("*.java")]
        run("javac", "-nowarn", "-cp", str(jar), "-d", "classes", "Decided.java", "Generated.java", *made)
        said = run("java", "-cp", f"{jar}{os.pathsep}classes", "Decided", port)
    assert said.splitlines() == ["determined 0 false", "undetermined null false"]


@pytest.fixture(params=["sqlite", "postgresql"])
def log(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield "decisions.sqlite"
        return
    pytest.importorskip("psycopg")
    from tests.receipts import postgresql

    with postgresql.server() as url:
        yield url


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_worker_loses_and_doubles_nothing(root: Path, tmp_path: Path, log: str) -> None:
    """Two processes under load, one of them killed again and again: every key is answered once, alike, and logged once."""
    case = json.loads((root / "docs" / "cases" / "sessions.json").read_text("utf-8"))
    with serving(tmp_path, "--workers", "2", "--log", log) as (process, port), ThreadPoolExecutor(8) as pool:
        def ask(number: int) -> str:
            body = {"case": {**case, "case_id": str(number)}}
            for _ in range(POLLS):
                try:
                    found = httpx.post(f"http://127.0.0.1:{port}/v1/evaluate", json=body, headers={"Idempotency-Key": f"k{number}"}, timeout=60)
                except httpx.TransportError:
                    continue  # whoever had it is dead
                if found.status_code == 200:
                    return found.text
                assert found.status_code in (429, 503), found.text
            raise AssertionError("never answered")
        asked = [pool.submit(ask, number % 100) for number in range(200)]
        for done in (40, 90):
            asked[done].result()
            os.kill(workers(process.pid)[0], signal.SIGKILL)
        answers: dict[int, set[str]] = {}
        for number, future in enumerate(asked):
            answers.setdefault(number % 100, set()).add(future.result())
        late = pool.submit(ask, 1000)
    assert all(len(found) == 1 for found in answers.values())
    assert json.loads(late.result())["result"]["status"]  # accepted before the end, answered
    entries = list(checked(log if "://" in log else tmp_path / log))
    assert len(entries) == 101
    assert len({e["receipt"]["facts"] for e in entries}) == 101


def workers(parent: int) -> list[int]:
    """The processes that serve: those that another one started and that hold the port."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8").rpartition(")")[2].split()
            line = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b"spawn_main" in line:
            found.append(int(path.parent.name))
    return found
