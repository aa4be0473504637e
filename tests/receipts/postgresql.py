"""A PostgreSQL server of our own, in a temporary folder, reached by a socket in it; where no PostgreSQL is installed, none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pwd: Any = pytest.importorskip("pwd")  # users of POSIX


def binaries() -> Path | None:
    """The folder of the newest: on the path, or where Debian keeps them, beside its own command for all of them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = shutil.which("pg_ctlcluster")
    there = (Path(debian).parent.parent / "lib" / "postgresql").glob("*/bin/initdb") if debian else ()
    return max((p.parent for p in there), key=lambda p: [int(n) for n in re.findall(r"\d+", str(p))], default=None)


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty database. It does not run as root, so that a user it can run as is lent to it."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL on this machine")
    whose: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a short path: that of a socket has about a hundred bytes
    try:
        if os.geteuid() == 0:
            user = next((u for u in pwd.getpwall() if u.pw_name in ("postgres", "nobody")), None)
            if user is None:
                pytest.skip("PostgreSQL does not run as root, and there is no other user here")
            whose = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(folder, user.pw_uid, user.pw_gid)

        def run(program: str, *arguments: str) -> None:
            command = [str(found / program), "-D", str(folder / "data"), *arguments]
            with (folder / "told.txt").open("ab") as told:  # no pipe: the server would keep it open
                done = subprocess.run(command, cwd=folder, stdout=told, stderr=told, check=False, **whose)
            assert done.returncode == 0, (folder / "told.txt").read_text("utf-8")

        run("initdb", "-U", "keeper", "-A", "trust", "-E", "UTF8", "--locale=C")
        run("pg_ctl", "start", "-w", "-o", f"-c listen_addresses= -c unix_socket_directories={folder}")
        try:
            yield f"postgresql://keeper@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)
