"""What a drafter most probably meant by a sentence that does not parse: one small mend at a time."""

from __future__ import annotations
