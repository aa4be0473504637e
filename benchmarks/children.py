"""Measures made in processes of their own: a peer's imports, threads and memory are then nobody else's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1_800  # seconds of wall time for one of them
# one core each: libraries that would take more are told before they start
ONE_CORE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA", "RAYON")} | {
    "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "0",
}  # fmt: skip
# glibc keeps what is freed, for everybody: else a short run pays for the same pages again and again, and a long one does not
KEPT = {"MALLOC_TRIM_THRESHOLD_": str(2**30), "MALLOC_MMAP_THRESHOLD_": str(2**25)}


def child(module: str, *args: str) -> Any:
    """What `python -m module args` prints as JSON, or {"not here": why}."""
    environment = os.environ | ONE_CORE | KEPT | {"PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *args], cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
            timeout=LIMIT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"not here": f"not done within {LIMIT} s"}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
        return {"not here": last[0]}
    return json.loads(done.stdout)


def spent(*args: str) -> tuple[float, float]:
    """(CPU seconds of a Python process with these arguments, the least of five; megabytes at most)."""
    code = (
        "import resource, subprocess, sys; subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL,"
        " check=True); u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime, u.ru_maxrss)"
    )
    found = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True, cwd=ROOT)
        seconds, kibibytes = done.stdout.split()
        found.append((float(seconds), int(kibibytes) * 1024 / 1e6))
    return min(seconds for seconds, _ in found), max(memory for _, memory in found)
