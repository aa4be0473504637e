"""W1 by hand in C (w1.c, gcc -O2), one core: the limit. Reads no file and checks nothing; built into a temporary folder."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .shape import Answer, Makers, NotHere, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio


def built() -> ctypes.CDLL:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NotHere("no C compiler on the path")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "w1.so"
        source = Path(__file__).with_name("w1.c")
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        return ctypes.CDLL(str(library))


class PlainC(Peer):
    name = "by hand, C, one core"
    singly, together = False, True
    keeps = False

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library

    def many_given(self, cases: Portfolio) -> Any:
        facts = [np.ascontiguousarray(x) for x in (cases.task, cases.quarters, cases.roles)]
        out = [np.empty(cases.cases, np.int16), np.empty(cases.cases, np.int64), np.empty(cases.task.shape, np.uint8)]
        if self.keeps:
            out.append(np.empty(cases.task.shape, np.uint8))
        return cases.cases, cases.lines, facts, out

    def many(self, given: Any) -> Any:
        cases, lines, facts, out = given
        work = self.library.w1_with_reasons if self.keeps else self.library.w1
        work(ctypes.c_int64(cases), ctypes.c_int64(lines), *(x.ctypes.data_as(ctypes.c_void_p) for x in (*facts, *out)))
        return out

    def many_told(self, answer: Any) -> list[Answer]:
        return [(h, d, tuple(p)) for h, d, p in zip(*(x.tolist() for x in answer[:3]), strict=True)]

    def reasons_told(self, answer: Any) -> list[list[int]]:
        reasons: list[list[int]] = answer[3].tolist()
        return reasons


class PlainCWithReasons(PlainC):
    name = "by hand, C, one core, with reasons"
    reasons = "deciding clauses"
    keeps = True


def peers() -> Makers:
    library = built()
    return [partial(PlainC, library), partial(PlainCWithReasons, library)]
