"""How long a drafter waits for diagnostics: a real server over stdio, one keystroke at a time.

    python benchmarks/editor.py            # a few minutes

In the largest rule files, in both languages, the ends of sentences are taken away and typed again. Measured from the change
sent to the diagnostics received (with the server's own pause of 10 ms), and the CPU time that the server spent on it.

The last lines are the studio's (extra ``studio``): the largest article over its socket, in this process, after every keystroke the messages that
the page lists under the text too. The CPU time is that of both ends.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "workbench")]

from lsp_client import Client  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from legalaid_dsl.web.app import make_studio  # noqa: E402
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite  # noqa: E402

FILES = ("glossary.law", "article_04.law", "article_09.law", "article_10.law")
SENTENCES, KEYS = 6, 14  # sentences of a file that are typed again, and keystrokes of each


def cpu_of(process: int) -> float:
    """Milliseconds on the processor (Linux)."""
    return sum(int(f.read_text().split()[0]) for f in Path(f"/proc/{process}/task").glob("*/schedstat")) / 1e6


def typed(text: str, rng: random.Random) -> Iterator[str]:
    """The texts of a file while the ends of a few sentences are typed again."""
    ends = [m.end() for m in re.finditer(r"\w\.$", text, re.MULTILINE)]
    for end in rng.sample(ends, SENTENCES):
        for length in range(end - KEYS, end + 1):
            yield text[:length] + text[end:]


def measure(folder: Path) -> list[tuple[str, float, float]]:
    """File, wall and CPU milliseconds of each keystroke."""
    client, rng, found = Client(folder.parent), random.Random(1), []
    for name in FILES:
        path = folder / name
        text = path.read_text("utf-8")
        uri = client.open(path)
        client.diagnostics(uri)
        for version, one in enumerate(typed(text, rng), 2):
            time.sleep(0.12)  # what settles elsewhere does so between keystrokes
            while not client.inbox.empty():
                client.receive()
            client.notes.clear()
            before, start = cpu_of(client.process.pid), time.perf_counter()
            client.change(uri, one, version)
            client.diagnostics(uri)
            wall = 1e3 * (time.perf_counter() - start)
            found.append((name, wall, cpu_of(client.process.pid) - before))
        client.close_documents()
    client.process.kill()
    return found


def studio(folder: Path) -> Iterator[tuple[float, float, float]]:
    """Wall and CPU milliseconds of each keystroke in the largest article, and CPU of the page's question after it."""
    host, token = "http://127.0.0.1:8322", "a-token-of-the-benchmark"
    path = max(folder.glob("article_*.law"), key=lambda p: p.stat().st_size).resolve()
    text = path.read_text("utf-8")
    client = TestClient(make_studio(folder, 8322, token), base_url=host, headers={"Origin": host, "X-Window": "w"}, follow_redirects=False)
    with client as page:
        page.get(f"/?token={token}")
        with page.websocket_connect(host.replace("http", "ws") + "/studio/editor?window=w", headers={"Origin": host}) as socket:

            def tell(method: str, **params: Any) -> None:
                socket.send_text(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

            def diagnostics() -> None:
                while (told := json.loads(socket.receive_text())).get("method") != "textDocument/publishDiagnostics" or told["params"]["uri"] != path.as_uri():
                    pass

            start = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
            socket.send_text(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start}))
            socket.receive_text()
            tell("initialized")
            tell("textDocument/didOpen", textDocument={"uri": path.as_uri(), "version": 0, "languageId": "legalaid", "text": text})
            diagnostics()
            for version, one in enumerate(typed(text, random.Random(1)), 1):
                time.sleep(0.12)
                wall, cpu = time.perf_counter(), time.process_time()
                tell("textDocument/didChange", textDocument={"uri": path.as_uri(), "version": version}, contentChanges=[{"text": one}])
                diagnostics()
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                before = time.process_time()
                page.post("/studio/check", json={"name": path.name, "text": one, "version": version})
                yield 1e3 * wall, 1e3 * cpu, 1e3 * (time.process_time() - before)


def _translate(folder: Path) -> None:
    """Every rule file into Vietnamese, all from the English ones."""
    made = {}
    for ruleset in sorted(p.parent for p in folder.glob("*/instrument.law")):
        glossary = glossary_for(ruleset / "instrument.law")
        made |= {path: rewrite(path, glossary, "vi") for path in ruleset.glob("*.law")}
    for path, text in made.items():
        path.write_text(text, "utf-8")


def told(values: list[float]) -> str:
    ranked = sorted(values)
    at = [ranked[min(int(len(ranked) * share), len(ranked) - 1)] for share in (0.5, 0.95, 0.99)]
    return " | ".join(f"{v:.0f}" for v in [*at, ranked[-1]]) + f" | {sum(v > 100 for v in ranked)} of {len(ranked)}"


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        print("| | median | p95 | p99 | most | over 100 ms |\n|---|---:|---:|---:|---:|---:|")
        for lang in ("en", "vi"):
            folder = Path(temporary) / lang / "rulesets"
            shutil.copytree(HERE.parent / "rulesets", folder)
            if lang == "vi":
                _translate(folder)
            found = measure(folder / "circular_02_2021")
            for name in FILES:
                for what, i in (("wall", 1), ("CPU", 2)):
                    print(f"| {lang} {name}, {what}, ms | {told([f[i] for f in found if f[0] == name])} |", flush=True)
            keys = list(studio(folder / "circular_02_2021"))
            for what, i in (("wall", 0), ("CPU", 1), ("CPU of the page's question", 2)):
                print(f"| {lang} studio, largest article, {what}, ms | {told([k[i] for k in keys])} |", flush=True)


if __name__ == "__main__":
    main()
