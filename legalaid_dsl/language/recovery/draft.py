"""A text under repair that remembers where each of its characters stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ...basics.source import Source, Span

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
        """With stretches replaced; new characters stand where the old ones stood. Of two that overlap the first is made."""
        old, texts, origin, done = self.origin, list[str](), list[int](), 0
        for start, end, new in sorted(edits):
            if start < done:
                continue
            texts += self.text[done:start], new
            origin += old[done:start]
            if end > start:
                there = [old[min(start + i, end - 1)] for i in range(len(new))]
                there[-1:] = [old[end - 1]] if new else []  # the new text spans all of the old
            else:
                there = [old[max(start - 1, 0)]] * len(new)
            origin += there
            done = end
        return Draft(self.source, "".join([*texts, self.text[done:]]), [*origin, *old[done:]])
