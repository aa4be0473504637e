"""Something left out, put in once too often, or one mark in place of another."""

from __future__ import annotations

from collections.abc import Iterator

from .failure import COMPARING, MARKS, SIGNS, Candidate, Failure, Token

_INSERTED = (
    "IS", "_COMMA", "_COLON", "OF", "KEY_IS", "_SEMICOLON", "_OPEN", "_CLOSE", "PER", "BY", "OVER", "AS",
    "THING", "FROM", "SOURCE", "AND", "OF_INSTRUMENT", "TOGETHER", "_STOP",
)  # fmt: skip
_SURE = ("IS", "WHEN", "_COMMA", "_COLON", "_SEMICOLON", "KEY_IS", "AS", "FROM", "SOURCE")
_CONDITION = (
    "IS", "IS_NOT", "IS_AMONG", "IS_NOT_AMONG", "IS_STATED", "IS_NOT_STATED", "IS_BEFORE", "IS_AFTER",
    "IS_NOT_BEFORE", "IS_NOT_AFTER", "INCLUDES", "WITHIN", "NOT",
)  # fmt: skip


def stop_slips(f: Failure) -> Iterator[Candidate]:
    """The full stop, or the colon, at the end of a line."""
    before = f.before
    if before is None or not (f.ended or (f.token is not None and f.starts_line(f.token))):
        return
    for terminal, code in (("_STOP", "full-stop-missing"), ("_COLON", "colon-missing")):
        if terminal in f.accepts:
            heading = f.index <= 3 and f.any_keyword(f.text(0, max(0, f.index - 2)), "ARTICLE", "CLAUSE", "POINT", "EXAMPLE", "CASE")
            shown = "heading-full-stop" if heading and terminal == "_STOP" else code
            start, end = (f.tokens[0].start, before.end) if heading else (before.start, before.end)
            values = {"found": f.text(0, f.index - 1) if heading else "", "word": SIGNS[terminal]}
            yield Candidate(2, ((before.end, before.end, SIGNS[terminal]),), shown, start, end, values)


def missing_slips(f: Failure) -> Iterator[Candidate]:
    """One word or mark that is missing just before where reading stopped."""
    if f.token is None or f.before is None:
        return
    rest = [t.text for t in f.tokens[f.index :]]
    if not f.known_here():
        return  # before a word that means nothing, nothing is missing
    if "WHEN" in f.accepts and f.keyword("WHEN") not in rest and _condition_in(f):
        yield _inserted(f, "WHEN", 3, "when-missing")
    for rank, terminal in enumerate(_INSERTED):
        if terminal in f.accepts and not (terminal == "IS" and f.before.text in ("is", "là")):
            yield _inserted(f, terminal, 4 + (rank > 6), "word-missing")


def _condition_in(f: Failure) -> bool:
    rest = f.tokens[f.index :]
    return any(
        t.text in COMPARING or any(f.matches(k, f.text(i, min(i + n, len(f.tokens) - 1))) for k in _CONDITION for n in (0, 1, 2))
        for i, t in enumerate(rest, f.index)
    ) or len(rest) <= 12  # fmt: skip


def _inserted(f: Failure, terminal: str, rank: int, code: str) -> Candidate:
    assert f.token is not None
    assert f.before is not None
    word = f.keyword(terminal)
    at = f.before.end
    new = word if word in MARKS and word != "(" else f" {word}"
    before, here = f.own_name_before(), f.own_name_here()
    right = f"{before}{new} {here}" if here not in MARKS else f"{before}{new}{here}"
    values = {"word": word, "found": here, "before": before, "right": right}
    end = f.token.end if f.token.text[0] != '"' else f.token.start + 1
    return Candidate(rank, ((at, at, new),), code, f.token.start, end, values, sure=terminal in _SURE)


def extra_slips(f: Failure) -> Iterator[Candidate]:
    """A word or mark too many, where reading stopped or just before."""
    for at in (f.index, f.index - 1):
        if 0 <= at < len(f.tokens):
            token = f.tokens[at]
            if token.text[0] in ')("' or (at == len(f.tokens) - 1 and token.text in ".:"):
                continue
            doubled = at and f.tokens[at - 1].text == token.text
            rank = 0 if doubled else 6 if token.text in MARKS else 8
            if rank == 8 and f.text(at, at) not in _keywords(f):
                continue  # what a drafter wrote is not thrown away
            edit = (token.start, token.end, "")
            yield Candidate(rank, (edit,), "one-too-many", token.start, token.end, {"found": token.text}, sure=rank < 8)


def _keywords(f: Failure) -> set[str]:
    from .words import keywords

    return set(keywords(f.lang))


def wrong_mark_slips(f: Failure) -> Iterator[Candidate]:
    """One mark in place of another: a semicolon for a comma, a colon for a full stop."""
    for at in range(f.index, max(f.index - 4, 0), -1):
        if not 0 < at < len(f.tokens) or f.tokens[at].text not in MARKS:
            continue
        token = f.tokens[at]
        for mark in (";", ",", ":", "."):
            terminal = MARKS[mark]
            if mark == token.text or (at == f.index and terminal not in f.accepts):
                continue
            values = {"found": token.text, "word": mark}
            yield Candidate(3, ((token.start, token.end, mark),), "wrong-mark", token.start, token.end, values)


def bracket_slips(f: Failure) -> Iterator[Candidate]:
    """A bracket that is not closed, or closed once too often."""
    open_ones: list[Token] = []
    extra: list[Token] = []
    for token in f.tokens:
        if token.text == "(":
            open_ones.append(token)
        elif token.text == ")":
            extra += [] if open_ones else [token]
            open_ones = open_ones[:-1]
    for token in extra:
        yield Candidate(1, ((token.start, token.end, ""),), "bracket-not-open", token.start, token.end)
    if open_ones:
        bracket = open_ones[-1]
        ends = [f.tokens[f.index - 1].end] if f.index else []
        later = [t for t in f.tokens if t.start > bracket.end]
        ends += [t.end for t in reversed(later[:-1])]
        for at in dict.fromkeys(ends):
            yield Candidate(1, ((at, at, ")"),), "bracket-not-closed", bracket.start, bracket.end)
        yield Candidate(2, ((bracket.start, bracket.end, ""),), "bracket-not-closed", bracket.start, bracket.end)
    yield from list_slips(f)
    if f.before is not None and f.before.text == "," and f.token is not None and f.token.text == ")":
        yield Candidate(2, ((f.before.start, f.before.end, ""),), "one-too-many", f.before.start, f.before.end, {"found": ","})


def list_slips(f: Failure) -> Iterator[Candidate]:
    """Several choices without brackets: after "is among", or the list that a term is."""
    first, is_at = f.index, list[int]()
    if f.before is not None and f.matches("WHERE", f.before.text) and "_OPEN" in f.accepts:
        for last in range(len(f.tokens) - 2, first - 1, -1):
            a, b = f.tokens[first].start, f.tokens[last].end
            word = f"{f.before.text} ({f.text(first, last)})"
            edits = ((a, a, "("), (b, b, ")"))
            yield Candidate(0, edits, "condition-brackets", a, b, {"word": word}, sure=True)
        return
    if f.token is not None and f.before is not None and "," in (f.token.text, f.before.text) and "_OPEN" not in f.accepts:
        is_at = [i for i in range(f.index - 1, 0, -1) if f.matches("IS", f.tokens[i].text)]
        first = is_at[0] + 1 if is_at else len(f.tokens)
    elif "_OPEN" not in f.accepts or f.token is None or not f.token.is_word:
        return
    if is_at:
        yield from _among(f, is_at[0], first)
    for last in range(len(f.tokens) - 1, first, -1):
        if first < len(f.tokens) and "," in [t.text for t in f.tokens[first:last]] and f.tokens[last].is_word:
            a, b = f.tokens[first].start, f.tokens[last].end
            word = f"({f.text(first, last)})"
            plain = f.keyword("WHEN") not in [t.text for t in f.tokens[:first]] or "_OPEN" in f.accepts
            yield Candidate(1, ((a, a, "("), (b, b, ")")), "list-brackets", a, b, {"word": word}, sure=plain)


def _among(f: Failure, is_at: int, first: int) -> Iterator[Candidate]:
    """“is A, B or C”: one of several choices."""
    joint = next((i for i in range(first, len(f.tokens)) if f.matches("OR", f.tokens[i].text)), None)
    if joint is None or "," not in [t.text for t in f.tokens[first:joint]]:
        return
    among, old, middle = f.keyword("IS_AMONG"), f.tokens[is_at], f.tokens[joint]
    for last in range(len(f.tokens) - 1, joint, -1):
        a, b = f.tokens[first].start, f.tokens[last].end
        edits = ((old.start, old.end, among), (a, a, "("), (middle.start, middle.end, ","), (b, b, ")"))
        word = f"{among} ({f.text(first, joint - 1)}, {f.text(joint + 1, last)})"
        yield Candidate(0, edits, "list-brackets", old.start, b, {"word": word}, sure=True)
