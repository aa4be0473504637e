"""Work that takes longer than a request: begun, asked after, its files fetched. One at a time of each kind."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from threading import Lock, Thread
from typing import Any

import attrs

from ..basics.bilingual import Bilingual, BilingualError
from ..service.problems import Problem
from ..service.state import ours

Json = dict[str, Any]


@attrs.define(slots=True, eq=False)
class Job:
    """``done`` of ``every`` (0 when not known). ``files``: what it made, by name; ``stopped``: nobody waits for it."""

    id: str
    kind: str
    done: int = 0
    every: int = 0
    ended: bool = False
    stopped: bool = False
    page: str = ""
    told: Json = attrs.Factory(dict)
    failed: Bilingual | None = None
    files: dict[str, bytes] = attrs.Factory(dict)

    def progress(self, done: int, before: int, every: int) -> None:
        """Raises Stopped where another one was begun meanwhile."""
        if self.stopped:
            raise Stopped
        self.done, self.every = done + before, every

    def state(self, lang: str) -> Json:
        failed = self.failed[lang] if self.failed is not None else ""
        return {"id": self.id, "done": self.done, "every": self.every, "ended": self.ended, "page": self.page if self.ended else "",
                "failed": failed, "files": list(self.files), **self.told}  # fmt: skip


class Stopped(Exception):
    """Another job of the kind was begun."""


@attrs.define(slots=True, eq=False)
class Jobs:
    """The last job of each kind."""

    last: dict[str, Job] = attrs.Factory(dict)
    _lock: Lock = attrs.Factory(Lock)

    def begin(self, kind: str, work: Callable[[Job], None]) -> Job:
        job = Job(secrets.token_hex(8), kind)
        with self._lock:
            if kind in self.last:
                self.last[kind].stopped = True
            self.last[kind] = job
        Thread(target=_run, args=(job, work), name=kind, daemon=True).start()
        return job

    def of(self, number: str) -> Job:
        """Raises Problem."""
        for job in self.last.values():
            if job.id == number:
                return job
        raise Problem("not-found", what=number[:40])

    def files(self) -> Mapping[str, bytes]:
        """What the last jobs have made."""
        return {name: data for job in self.last.values() if job.ended for name, data in job.files.items()}


def _run(job: Job, work: Callable[[Job], None]) -> None:
    try:
        work(job)
    except Stopped:
        pass
    except Problem as problem:
        job.failed = problem.detail
    except BilingualError as error:
        job.failed = error.message
    except Exception as error:
        found = getattr(error, "problems", None)  # of a ruleset
        job.failed = found[0].message if found else getattr(error, "message", None)
        if not isinstance(job.failed, Bilingual):
            job.failed = Problem("our-fault").detail
            ours(error)
    finally:
        job.ended = True
