"""What the operating system says of a file that cannot be read or written, in both languages."""

from __future__ import annotations

import errno
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .bilingual import Bilingual


def reason(error: OSError) -> Bilingual:
    """Why, without the file. What a library says in words of its own stays as it is, in both languages."""
    if error.errno is None:
        return Bilingual(str(error) or type(error).__name__)
    words = _words()
    vi = words.get(errno.errorcode.get(error.errno, ""), words["other"].format(number=error.errno))
    return Bilingual(error.strerror or str(error), vi)


@cache
def _words() -> Mapping[str, str]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
