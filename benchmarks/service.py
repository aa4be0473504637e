"""How long those wait who ask the service: 64 connections at once, good and bad requests mixed, with a decision log in SQLite.

    python benchmarks/service.py            # a minute

A real server on loopback; the clients are threads of one process beside it, so they take their part of the processor. Every answer is
compared with that of the library. Memory is that of the server's processes at the end of the first thousand requests, and of the last (Linux).
"""

from __future__ import annotations

import http.client
import json
import platform
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

CONNECTIONS, REQUESTS, BAD = 64, 6_000, 10  # every tenth is no JSON
LIMITS = ("--at-once", str(CONNECTIONS), "--each", str(CONNECTIONS))  # by themselves it answers 429 past 16 of one caller
CASES = ("sessions", "two_providers", "with_names")


class Clients:
    """One connection a thread, kept open."""

    def __init__(self, port: int, cases: list[tuple[dict[str, Any], Any]]) -> None:
        self.port, self.cases, self.own = port, cases, local()

    def ask(self, number: int) -> tuple[float, bool]:
        """(seconds, whether the answer is right)."""
        if not hasattr(self.own, "line"):
            self.own.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        case, amount = self.cases[number % len(self.cases)]
        bad = number % BAD == 0
        body = "{" if bad else json.dumps({"case": case | {"case_id": str(number)}})
        begun = time.perf_counter()
        self.own.line.request("POST", "/v1/evaluate?trace=cites", body, {"Content-Type": "application/json", "Idempotency-Key": str(number)})
        answer = self.own.line.getresponse()
        told = json.loads(answer.read())
        took = time.perf_counter() - begun
        return took, answer.status == 400 if bad else answer.status == 200 and told["result"]["amount"] == amount


def memory(pid: int) -> float:
    """Megabytes of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    own = next(line for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines() if line.startswith("VmRSS"))
    return int(own.split()[1]) / 1024 + sum(memory(int(child)) for child in children)


def main() -> int:
    import legalaid_dsl as la

    rules = la.load()
    read = [json.loads((HERE.parent / "docs" / "cases" / f"{name}.json").read_text("utf-8")) for name in CASES]
    cases = [(case, rules.evaluate(case).amount) for case in read]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "legalaid_dsl", "serve", "--port", str(port), "--log", "decisions.sqlite", *LIMITS, *sys.argv[1:]]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not reached(port):
                time.sleep(0.2)
            clients = Clients(port, cases)
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                first = list(pool.map(clients.ask, range(1_000)))
                early = memory(server.pid)
                begun = time.perf_counter()
                found = list(pool.map(clients.ask, range(1_000, REQUESTS)))
                whole = time.perf_counter() - begun
                late = memory(server.pid)
        finally:
            server.terminate()
            server.wait(60)
    wrong = sum(not right for _, right in [*first, *found])
    waits = sorted(took * 1000 for took, _ in found)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}; serve {' '.join(sys.argv[1:])}")
    print(f"{len(found):,} requests on {CONNECTIONS} connections: {len(found) / whole:,.0f} a second; {wrong} wrong answers")
    print(f"median {waits[len(waits) // 2]:,.0f} ms, p99 {waits[len(waits) * 99 // 100]:,.0f} ms, most {waits[-1]:,.0f} ms")
    print(f"memory {early:,.0f} MB after 1,000 requests, {late:,.0f} MB after {REQUESTS:,}")
    return wrong > 0


def reached(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    raise SystemExit(main())
