"""``python -m fuzz TARGET --seconds N``: goes on from the corpus, saves what it finds, and keeps the corpus small."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .finds import CORPUS, FINDS, Watch
from .targets import NAMES, target
from .worker import MOST_BYTES, write_dictionary

KEPT = 120  # files of a corpus at most


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=int, default=120, help="how long (0: only run the corpus once)")
    parser.add_argument("--how", choices=["both", "grammar", "coverage"], default="both")
    given = parser.parse_args()
    corpus = CORPUS / given.target
    plant(given.target, corpus)
    guided = importlib.util.find_spec("atheris") is not None
    if given.how == "coverage" and not guided:
        parser.error("coverage needs atheris: pip install -e '.[fuzz]'")
    if given.how != "coverage" and given.seconds:
        work("grammar", given.target, given.seconds // (2 if given.how == "both" and guided else 1))
    if given.how != "grammar" and guided and given.seconds:
        with tempfile.TemporaryDirectory() as new:
            work("coverage", given.target, given.seconds // (2 if given.how == "both" else 1), new, str(corpus))
            minimise(given.target, corpus, Path(new))
    found = replay(given.target, corpus)
    for name in sorted(p.stem for p in (FINDS / given.target).glob("*.input")):
        print(f"{given.target}: {name}")
    return 1 if found or any((FINDS / given.target).glob("*.input")) else 0


def plant(name: str, corpus: Path) -> None:
    """A corpus that is empty begins with the seeds of its target."""
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        for data in target(name).seeds():
            if len(data) <= MOST_BYTES:
                (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)


def work(how: str, name: str, seconds: int, *folders: str) -> None:
    """A worker, and another when one has died, until the time is up."""
    end = time.monotonic() + seconds
    write_dictionary(Path(__file__).with_name("words.dict"))
    while (left := end - time.monotonic()) > 1:
        done = subprocess.run([sys.executable, "-m", "fuzz.worker", how, name, str(left), *folders], check=False)
        if died := Watch(target(name)).died():
            print(f"{name}: {died}", file=sys.stderr)
        if done.returncode and not died:
            break


def minimise(name: str, corpus: Path, new: Path) -> None:
    """Of old and new together, what reaches most with least; small files first."""
    with tempfile.TemporaryDirectory() as small:
        folders = [small, str(corpus), str(new)]
        subprocess.run([sys.executable, "-m", "fuzz.worker", "merge", name, "0", *folders], check=False)
        kept = sorted(Path(small).iterdir(), key=lambda p: (p.stat().st_size, p.name))[:KEPT]
        if kept:
            for file in corpus.iterdir():
                if not file.name.startswith("find-"):  # what was a find once is never given up
                    file.unlink()
            for file in kept:
                shutil.copy(file, corpus / file.name)


def replay(name: str, corpus: Path) -> set[str]:
    """The corpus once more: what it finds."""
    watch = Watch(target(name))
    return {found for file in sorted(corpus.iterdir()) if (found := watch.run(file.read_bytes()))}


if __name__ == "__main__":
    sys.exit(main())
