"""Growth drawn as SVG, logarithmic both ways: what grows with its size in proportion lies along the grey lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 240, 44, 50  # margins, in pixels; labels of the lines stand at the right
COLOURS = ("#1b6ca8", "#c2571a", "#2e7d4f", "#7a3e9d", "#a8324a", "#5b6470", "#8a6d00", "#157a80")

Series = Mapping[str, Sequence[tuple[float, float]]]


def chart(title: str, across: str, up: str, series: Series) -> str:
    """Points above zero only. ``across`` and ``up`` name the axes, with their units."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    low_x, high_x, low_y, high_y = *_decades(xs), *_decades(ys)

    def at_x(x: float) -> float:
        return LEFT + (math.log10(x) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)

    def at_y(y: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(y) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="15" fill="#1c232b">{escape(title)}</text>',
    ]
    for power in range(low_x, high_x + 1):
        x = at_x(10.0**power)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#e3e7eb"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#4a5560">{_said(power)}</text>')
    for power in range(low_y, high_y + 1):
        y = at_y(10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e3e7eb"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#4a5560">{_said(power)}</text>')
    parts += _in_proportion(at_x, at_y, (low_x, high_x), (low_y, high_y))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 12}" text-anchor="middle" fill="#1c232b">{escape(across)}</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 8}" text-anchor="start" fill="#1c232b">{escape(up)}</text>')
    ends = _apart({name: at_y(points[-1][1]) for name, points in series.items()})
    for (name, points), colour in zip(series.items(), COLOURS, strict=False):
        line = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        last_x, last_y = at_x(points[-1][0]), at_y(points[-1][1])
        edge = WIDTH - RIGHT + 12
        parts.append(f'<path d="M{last_x:.1f} {last_y:.1f}L{edge} {ends[name]:.1f}" stroke="{colour}" stroke-opacity="0.4"/>')
        parts.append(f'<text x="{edge + 4}" y="{ends[name] + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _said(power: int) -> str:
    return f"{10**power:,}" if 0 <= power <= 4 else f"{10.0**power:g}" if -3 <= power < 0 else f"10{_raised(power)}"


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _in_proportion(at_x, at_y, across: tuple[int, int], up: tuple[int, int]) -> list[str]:  # type: ignore[no-untyped-def]
    """Grey lines of proportion, one through each decade, cut at the frame."""
    parts = []
    for offset in range(up[0] - across[1], up[1] - across[0] + 1):
        start, end = max(across[0], up[0] - offset), min(across[1], up[1] - offset)
        if start < end:
            parts.append(
                f'<path d="M{at_x(10.0**start):.1f} {at_y(10.0 ** (start + offset)):.1f}'
                f'L{at_x(10.0**end):.1f} {at_y(10.0 ** (end + offset)):.1f}" stroke="#c9d0d6" stroke-dasharray="2 4"/>'
            )
    return parts


def _apart(wanted: Mapping[str, float]) -> dict[str, float]:
    """Heights of the labels, moved down until none lies on another."""
    found: dict[str, float] = {}
    last = float("-inf")
    for name, y in sorted(wanted.items(), key=lambda pair: pair[1]):
        last = max(y, last + 16)
        found[name] = last
    over = max(0.0, last - (HEIGHT - BOTTOM))
    return {name: y - over for name, y in found.items()}
