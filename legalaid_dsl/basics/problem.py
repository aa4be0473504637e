"""Problems as data: what is wrong, where, and what would be right, in both languages.

The wording stands in ``messages.toml`` beside this file, one entry a code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from .bilingual import LANGUAGES, Bilingual, Error
from .citation import Citation
from .keywords import word_of
from .neutral import in_place, visible
from .source import Span
from .spelling import alike, only_tone_place
from .spelling import did_you_mean as did_you_mean
from .worded import beside, words

MOST_LISTED: Final = 10  # what a hint may list
MAX_PROBLEMS: Final = 50  # of one file, and of one message: the rest follow from the first or wait
MAX_SHOWN: Final = 200  # characters of a value or an excerpt
_SAY: Final = beside(__file__)


@attrs.frozen(slots=True)
class Problem:
    """One mistake. ``also`` shows other places that belong to it (the earlier rule, …)."""

    code: str
    message: Bilingual
    span: Span
    hint: Bilingual | None = None
    provision: Citation | None = None
    also: tuple[tuple[Span, Bilingual], ...] = ()
    warning: bool = False
    about: frozenset[str] = frozenset()  # the names that it speaks of, in either language

    def render(self, lang: str, level: str = "") -> str:
        """The message with the excerpt underlined, ready for a terminal."""
        lines = [visible(f"{self.span}: {level or _label('warning' if self.warning else 'error', lang)} [{self.code}]: {self.message[lang]}")]
        lines += _excerpt(self.span)
        for span, text in self.also:
            lines.append("  " + visible(f"{span}: {text[lang]}"))
            lines += _excerpt(span)
        if self.provision is not None and self.provision.article:
            lines.append(f"  {_label('provision', lang)}: {self.provision.name(lang)}")
        if self.hint is not None:
            lines.append("  " + visible(f"{_label('hint', lang)}: {self.hint[lang]}"))
        return "\n".join(lines)

    def sort_key(self) -> tuple[Any, ...]:
        return (self.span.source.name, self.span.start, self.code)


def _label(name: str, lang: str) -> str:
    return _SAY("labels", name)[lang]


class RulesetError(Error):
    """A ruleset that cannot be used; carries every problem found in one run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=Problem.sort_key)
        super().__init__("\n".join(p.render("en") for p in self.problems[:MAX_PROBLEMS]))
        if self.problems:  # of several the first
            self.message, self.code, self.place = self.problems[0].message, self.problems[0].code, str(self.problems[0].span)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)  # not the text alone: another process raises it again


def problem(
    code: str,
    span: Span,
    *,
    provision: Citation | None = None,
    also: Iterable[tuple[Span, str]] = (),
    near: tuple[str, Iterable[str]] | None = None,
    hint_from: str = "",
    **values: Any,
) -> Problem:
    """Make a problem from its entry in the catalogue.

    ``near`` = (word, candidates) adds a did-you-mean; ``also`` = (span, key of the wording);
    ``hint_from``: the entry whose wording is the hint instead of the code's own. Values may be Bilingual:
    each language then gets its own.
    """
    entry = catalogue()[code]
    written = span.source.lang if span.source.text else ""

    def filled(wording: Mapping[str, Any], more: dict[str, Any] = values) -> Bilingual:
        return Bilingual(*(wording[lang].format_map(_Values(more, lang, written or lang)) for lang in LANGUAGES))

    hint = filled(catalogue()[hint_from]) if hint_from else filled(entry["hint"]) if "hint" in entry else None
    found = _nearest(near, "{there}" in str(entry.get("hint", ""))) if near is not None else None
    hint = filled(catalogue()[found[0]], found[1]) if found is not None else hint
    return Problem(
        code=code,
        message=filled(entry),
        span=span,
        hint=hint,
        provision=provision,
        also=tuple((s, filled(catalogue()[key])) for s, key in also),
        warning=bool(entry.get("warning", False)),
        about=frozenset(word for name in _ABOUT.get(code, _ABOUT[""]) for word in _each(values.get(name)) if word),
    )


_ABOUT: Final = {"": ("name", "key", "identifier"), "unknown-unit": ("found",), "unknown-unit-there": ("found",)}


def _each(value: Any) -> tuple[str, ...]:
    return (value.en, value.vi) if isinstance(value, Bilingual) else (value,) if isinstance(value, str) else ()


def _nearest(near: tuple[str, Iterable[str]], listed: bool) -> tuple[str, dict[str, Any]] | None:
    """The wording and the values of a hint that names what was probably meant; or what there is."""
    candidates = list(near[1])
    meant = did_you_mean(near[0], candidates)
    if meant:
        return ("did-you-mean-tone" if only_tone_place(near[0], meant) else "did-you-mean"), {"word": meant}
    if listed:
        return None  # the code's own hint lists them
    if near_list(candidates):
        return "there-are", {"there": near_list(candidates)}
    like = alike(near[0], candidates)
    return ("names-alike", {"there": ", ".join(like)}) if like else None


def near_list(candidates: Iterable[str]) -> str:
    """What is available, when it is little enough to be read; else an empty text."""
    found = list(dict.fromkeys(candidates))
    return ", ".join(found) if len(found) <= MOST_LISTED else ""


def not_there(what: Bilingual, given: str, known: Iterable[str]) -> Bilingual:
    """That nothing of a kind has a name: what was probably meant, or what there is."""
    candidates = list(known)
    near = did_you_mean(given, candidates)
    return _SAY("not_there_like" if near else "not_there", what=what, given=given, near=near, known=", ".join(candidates) or "–")


def listed(words: Iterable[str]) -> str:
    """The first of many, so that a hint can be read."""
    found = list(dict.fromkeys(words))
    return ", ".join(found[:MOST_LISTED]) + (" …" if len(found) > MOST_LISTED else "")


def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """code → {en, vi, hint?: {en, vi}, warning?}."""
    return words(Path(__file__).with_name("messages.toml"))


class _Values(dict[str, Any]):
    """What stands in the braces of a wording: values; keywords (``{WHEN}``) and, with ``_here``,
    names as the file at fault has them, whichever language its message is read in."""

    def __init__(self, values: dict[str, Any], lang: str, written: str) -> None:
        super().__init__(values)
        self.lang, self.written = lang, written

    def __getitem__(self, name: str) -> Any:
        return self._of(name, self.lang) if name in self else self.__missing__(name)

    def __missing__(self, name: str) -> Any:
        return word_of(self.written, name) if name.isupper() else self._of(name.removesuffix("_here"), self.written)

    def _of(self, name: str, lang: str) -> Any:
        value = super().__getitem__(name)
        return _clipped(value[lang] if isinstance(value, Bilingual) else value)


def _clipped(value: Any) -> Any:
    return value[: MAX_SHOWN - 1] + "…" if isinstance(value, str) and len(value) > MAX_SHOWN else value


def _excerpt(span: Span) -> list[str]:
    """The lines of the span with the whole of it underlined (at most four lines)."""
    source = span.source
    if not source.text:
        return []
    first, column = source.place(span.start)
    last, end_column = source.place(max(span.end - 1, span.start))
    shown = []
    for number in range(first, min(last, first + 3) + 1):
        text = source.line(number)
        start = column - 1 if number == first else len(text) - len(text.lstrip())
        end = end_column if number == last else len(text)
        first_shown = max(start - MAX_SHOWN // 2, 0)
        window = text[first_shown : first_shown + MAX_SHOWN]
        under = "".join("\t" if c == "\t" else " " for c in text[first_shown:start] if not unicodedata.combining(c))
        carets = "^" * max(min(end, first_shown + MAX_SHOWN) - start, 1)
        shown += [f"{number:5} | {in_place(window)}", f"      | {under}{carets}"]
    return shown
