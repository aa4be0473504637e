"""One process that makes up inputs for a target: ``python -m fuzz.worker HOW TARGET SECONDS [FOLDER …]``.

HOW is ``grammar`` (Hypothesis), ``coverage`` (atheris), ``merge`` (atheris: of the folders after the first,
what reaches code that nothing in the first reaches is copied there), or ``again`` (libFuzzer calling itself).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .common import place, words
from .finds import Watch
from .targets import target

MOST_BYTES = 4_096  # of an input that is kept


def grammar(name: str, seconds: float) -> None:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.database import InMemoryExampleDatabase

    watch = Watch(target(name))
    known: set[str] = set()
    end = time.monotonic() + seconds
    quiet = settings(
        max_examples=300, deadline=None, database=InMemoryExampleDatabase(), suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink], report_multiple_bugs=False,
    )  # fmt: skip

    @quiet
    @given(watch.target.inputs())
    def one(data: bytes) -> None:
        if time.monotonic() < end:
            found = watch.run(data)
            assert found is None or found in known, found

    count = 0
    while time.monotonic() < end:
        try:
            one()
            count += 300
        except AssertionError:
            known |= set(watch.seen)
    print(f"grammar {name}: about {count} inputs, finds: {dict(watch.seen)}", file=sys.stderr)


def coverage(name: str, options: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["legalaid_dsl"]):
        watch = Watch(target(name))
        for data in list(watch.target.seeds())[:40]:
            watch.run(data)  # modules that are imported when first needed are watched too
    dictionary = Path(__file__).with_name("words.dict")

    def one(data: bytes) -> None:
        watch.run(data)

    atheris.Setup([_program(name), f"-max_len={MOST_BYTES}", f"-dict={dictionary}", "-rss_limit_mb=3000", f"-artifact_prefix={watch.folder}/", *options], one)
    atheris.Fuzz()


def _program(name: str) -> str:
    """What libFuzzer may call as itself, when it merges."""
    script = place() / "worker.sh"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m fuzz.worker again {name} 0 "$@"\n', "utf-8")
    script.chmod(0o700)
    return str(script)


def write_dictionary(path: Path) -> None:
    """Keywords and names as libFuzzer reads them."""
    def quoted(word: str) -> Iterator[str]:
        for byte in word.encode():
            yield chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}"

    every = dict.fromkeys([*words("en"), *words("vi"), "{{ ", " }}", "{% ", " %}", '":', '"', "[", "{"])
    path.write_text("".join(f'"{"".join(quoted(w))}"\n' for w in every if w), "utf-8")


if __name__ == "__main__":
    how, wanted, amount, *folders = sys.argv[1:]
    if how == "grammar":
        grammar(wanted, float(amount))
    elif how == "coverage":
        coverage(wanted, [f"-max_total_time={int(float(amount))}", "-print_final_stats=1", *folders])
    else:
        coverage(wanted, ["-merge=1", *folders] if how == "merge" else folders)
