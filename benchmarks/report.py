"""What was measured, as Markdown with ratios, and as plots."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.plots import chart
from benchmarks.targets import INTEGERS, C, judged

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
Found = list[dict[str, Any]]
Absent = list[tuple[str, str]]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: Sequence[int] = (0,)) -> str:
    """``words``: the columns that hold words; the others hold numbers."""
    lines = [heads, ["---" if i in words else "---:" for i in range(len(heads))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figure(value: float) -> str:
    """Two digits that count, or three."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 0.1 or value <= 0:
        return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return f"{value:.{1 - math.floor(math.log10(value))}f}"


def machine() -> str:
    """The day, the processor, the versions."""
    said = Path("/proc/cpuinfo")
    names = [x.split(":")[1].strip() for x in said.read_text().splitlines() if x.startswith("model name")] if said.exists() else []
    cores = f"{len(names)} cores" if names else ""
    processor = names[0] if names else platform.processor()
    return f"{date.today():%d %B %Y}; {processor}, {cores}; {platform.system()}, Python {platform.python_version()}"


def by_everybody(found: Found, absent: Absent) -> str:
    """W1 by everybody."""
    named = {row["name"]: row for row in found}
    one = named.get(INTEGERS, {}).get("one")
    many = named.get(C, {}).get("many")
    rows = []
    for row in found:
        each = row["many"] or row["one"]  # one after another where there is no other way
        rows.append(
            [
                row["name"],
                "" if row["one"] is None else figure(row["one"] * 1e6),
                "" if row["one"] is None or one is None else figure(row["one"] / one),
                figure(1e-6 / each),
                "" if many is None else figure(many / each),
                row["reasons"],
                row["leaves_out"],
            ]
        )
    heads = ["W1", "µs, one case", "× integers by hand", "M cases/s, many", "× C with reasons", "says why", "does not do"]
    return table(heads, rows, (0, 5, 6)) + ("\n\nNot here: " + "; ".join(f"{name} ({why})" for name, why in absent) + "." if absent else "")


def starts(found: Found, processes: Sequence[tuple[str, float, float]]) -> str:
    """Cold start and memory."""
    rows = [
        [r["name"], figure(r["first"] * 1e3), figure(r["peak"]), "" if r["memory"] is None else f"{r['memory']:,.0f} ({r['batch']:,})"]
        for r in found
        if "first" in r
    ]
    rows += [[what, figure(seconds * 1e3), figure(memory), ""] for what, seconds, memory in processes]
    return table(["a new process", "ms CPU to its first case", "MB at most", "MB more for many cases (so many)"], rows)


def growth(lines: Mapping[str, Any], cases: Mapping[str, Any]) -> str:
    """By lines and by cases."""
    sizes = sorted({size for points in lines.values() for size, _ in points})
    rows = []
    for name, points in lines.items():
        spent = dict(points)
        rows.append([name, *(figure(spent[s] / s) if s in spent else "" for s in sizes)])
    text = table(["µs a line, in a case of so many lines", *(f"{s:,}" for s in sizes)], rows)
    counts = sorted({count for points in cases.values() for count, _ in points})
    rows = []
    for way, points in cases.items():
        told = dict(points)
        rows.append([WAYS[way] + ": µs a case", *(figure(told[c]["seconds"] / c * 1e6) if c in told else "" for c in counts)])
        rows.append([WAYS[way] + ": MB at most", *(figure(told[c]["peak"]) if c in told else "" for c in counts)])
    return text + "\n\n" + table(["W1, ten lines a case; so many cases", *(f"{c:,}" for c in counts)], rows)


WAYS = {"columns": "columns", "reasons": "columns, with reasons", "tables": "from Parquet to Arrow tables, with reasons"}


def plots(lines: Mapping[str, Any], cases: Mapping[str, Any]) -> dict[str, str]:
    """SVG by file name."""
    seconds = {WAYS[w]: [(c, told["seconds"]) for c, told in points] for w, points in cases.items()}
    memory = {WAYS[w]: [(c, told["peak"]) for c, told in points] for w, points in cases.items()}
    return {
        "growth_lines.svg": chart("One case of ever more lines", "lines of the case", "µs CPU, the whole case", lines),
        "growth_cases.svg": chart("Ever more cases (W1, ten lines each)", "cases", "seconds CPU, one core", seconds),
        "growth_memory.svg": chart("Memory of the process", "cases (W1, ten lines each)", "MB at most", memory),
    }


def whole(
    found: Found, absent: Absent, other: Sequence[tuple[str, Sequence[tuple[str, float, str]]]],
    processes: Sequence[tuple[str, float, float]], lines: Mapping[str, Any], cases: Mapping[str, Any],
) -> str:  # fmt: skip
    """Everything, as it stands between the markers."""
    judgement = table(["asked for, W1", "measured", "holds?"], judged({row["name"]: row for row in found}), (0, 2))
    parts = [
        machine() + ".", "### W1 by everybody", by_everybody(found, absent), "### What was asked for", judgement,
    ]  # fmt: skip
    for title, rows in other:
        parts += [f"### {title}", table(["what", "measured"], [[what, f"{figure(value)} {unit}"] for what, value, unit in rows])]
    parts += ["### Cold start and memory", starts(found, processes), "### Growth", growth(lines, cases)]
    return "\n\n".join(parts)


def write(file: Path, text: str, drawings: Mapping[str, str]) -> None:
    """Between the markers of a Markdown file; the plots into ``performance/`` beside it."""
    before, rest = file.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    shown = "\n".join(f"![{svg.split('<title>')[1].split('<')[0]}](performance/{name})" for name, svg in drawings.items())
    file.write_text(f"{before}{BEGIN}\n\n{text}\n\n{shown}\n\n{END}{after}", "utf-8")
    folder = file.parent / "performance"
    folder.mkdir(exist_ok=True)
    for name, svg in drawings.items():
        (folder / name).write_text(svg, "utf-8")
