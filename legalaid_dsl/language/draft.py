"""A text under repair that remembers where each of its characters stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..basics.source import Source, Span

Edit = tuple[int, int, str]  # from, to, what stands there instead


@attrs.frozen(slots=True)
class Draft:
    """``origin[i]``: the place in the source of character ``i``; one more than there are characters."""

    source: Source
    text: str
    origin: Sequence[int] = attrs.field(repr=False)

    @classmethod
    def of(cls, source: Source) -> Draft:
        return cls(source, source.text, range(len(source.text) + 1))

    def cut(self, start: int, end: int) -> Draft:
        return Draft(self.source, self.text[start:end], self.origin[start : end + 1])

    def span(self, start: int, end: int) -> Span:
        """The place in the source that a stretch of this text came from."""
        first = self.origin[min(start, len(self.text))]
        last = self.origin[end - 1] + 1 if end > start else first
        return self.source.span(first, max(first, last))

    def edited(self, edits: Iterable[Edit]) -> Draft:
        """With stretches replaced; new characters stand where the old ones stood."""
        text, origin = self.text, list(self.origin)
        for start, end, new in sorted(edits, reverse=True):
            if end > start:
                there = [origin[min(start + i, end - 1)] for i in range(len(new))]
                there[-1:] = [origin[end - 1]] if new else []  # the new text spans all of the old
            else:
                there = [origin[max(start - 1, 0)]] * len(new)
            text = text[:start] + new + text[end:]
            origin[start:end] = there
        return Draft(self.source, text, origin)
