"""How long a drafter waits for diagnostics: a real server over stdio, one keystroke at a time.

    python benchmarks/editor.py            # a few minutes

In the largest rule files, in both languages, the ends of sentences are taken away and typed again. Measured from the change
sent to the diagnostics received (with the server's own pause of 10 ms), and the CPU time that the server spent on it.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "workbench")]

from lsp_client import Client  # noqa: E402

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


if __name__ == "__main__":
    main()
