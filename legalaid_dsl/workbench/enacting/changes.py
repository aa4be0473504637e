"""What differs between two texts of the rules, provision by provision, and the sentences that could say it: the narrowest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ...basics.citation import Citation
from ...language import tree
from ...rulebook.amend.act import DECLARES
from ...rulebook.amend.book import Book

WIDEST: Final = 4  # phrases around a difference that are tried
MODIFIERS: Final = (tree.AtMost, tree.AtLeast, tree.Rounded, tree.AddUp)


@attrs.frozen(slots=True, eq=False)
class Standing:
    """A text as provisions: the blocks of each (without those of the provisions inside it), and all provisions in order."""

    book: Book
    own: Mapping[Citation, tuple[tree.Block, ...]]

    @classmethod
    def of(cls, book: Book) -> Standing:
        own: dict[Citation, tuple[tree.Block, ...]] = {}
        for _, at, block in book.standing():
            own[at] = (*own.get(at, ()), block)
        return cls(book, own)

    @property
    def provisions(self) -> list[Citation]:
        return [c for c in self.own if c.article]

    def within(self, at: Citation) -> list[tree.Block]:
        """The blocks of a provision and of all inside it, in order."""
        return [b for c, blocks in self.own.items() if c.within(at) for b in blocks]

    def before(self, at: Citation) -> Citation | None:
        """The provision of the same level and place that stands before; None for the first."""
        around = at.chain()[1:2]
        same = [c for c in self.provisions if c.chain()[1:2] == around and _depth(c) == _depth(at) and not c.defines]
        place = same.index(at)
        return same[place - 1] if place else None

    def rules(self, at: Citation) -> list[tree.Statement]:
        return [s for b in self.own.get(at, ()) for s in b.statements]


def _depth(at: Citation) -> int:
    return len(at.chain())


@attrs.frozen(slots=True)
class Said:
    """One amending sentence with the text that it brings, not yet printed."""

    node: tree.Statement
    brings: tuple[tree.Block, ...] = ()


@attrs.frozen(slots=True)
class Change:
    """A provision that differs, and ways to say so, each a list of sentences; ``follows``: the headnote comes with the words."""

    at: Citation
    ways: tuple[tuple[Said, ...], ...]


def changes(old: Standing, new: Standing, address: Any) -> Iterator[Change]:
    """In the order of the new text; what is inside a provision that is said as a whole is not said again. ``address``: of a citation."""
    yield from _repealed(old, new, address)
    done: list[Citation] = []
    for at in new.provisions:
        if any(at.within(c) for c in done):
            continue
        if at not in old.own:
            if any(b in new.provisions and b not in old.own for b in at.chain()[1:]):
                continue  # it comes with the provision around it
            if (change := _added(old, new, at, address, done)) is not None:
                yield change
        elif old.own[at] != new.own[at]:
            yield _changed(old, new, at, address)
    yield from _declared(old, new)


def _repealed(old: Standing, new: Standing, address: Any) -> Iterator[Change]:
    gone = [c for c in old.provisions if c not in new.own]
    for at in gone:
        if not any(b in gone for b in at.chain()[1:]):
            yield Change(at, ((Said(tree.Repeal((address(at),), tree.Terms())),),))


def _added(old: Standing, new: Standing, at: Citation, address: Any, done: list[Citation]) -> Change | None:
    """New provisions that follow each other, after the one that was there."""
    before = new.before(at)
    if before is not None and before not in old.own:
        return None  # it comes with the one before it
    together = [at]
    for other in new.provisions:
        if other not in old.own and new.before(other) == together[-1]:
            together.append(other)
    blocks = tuple(b for c in together for b in new.within(c))
    if before is None:  # nothing stands before it: the provision around it is said anew
        around = at.chain()[1:2]
        if not around or around[0] not in old.own:
            return Change(at, ())
        done.append(around[0])
        return Change(around[0], (_whole(new, around[0], address),))
    named = tuple(address(c) for c in together)
    joints = ("and",) * (len(named) - 1)
    node = tree.AddAfter((address(before),), tree.Terms(), new=named, new_joints=joints)
    return Change(at, ((Said(node, blocks),),))


def _whole(new: Standing, at: Citation, address: Any) -> tuple[Said, ...]:
    return (Said(tree.ReplaceProvision((address(at),), tree.Terms(), verb="amend"), tuple(new.within(at))),)


def _changed(old: Standing, new: Standing, at: Citation, address: Any) -> Change:
    """A provision whose own sentences or heading differ."""
    ways: list[tuple[Said, ...]] = []
    before, after = old.rules(at), new.rules(at)
    where, terms = (address(at),), tree.Terms()
    for phrases in _phrases(before, after):
        ways.append(tuple(Said(tree.ReplacePhrase(where, terms, old=a, new=b)) for a, b in phrases))
    if before == after:
        heading = new.own[at][0].heading
        ways.append((Said(tree.Retitle(where, terms), (tree.Block(heading, ()),)),))
    if after[: len(before)] == before and len(after) > len(before):
        ways.append((Said(tree.AddTo(where, terms), (tree.Block(None, tuple(after[len(before) :])),)),))
    other = [s for s in after if s not in before]
    if other and all(isinstance(s, DECLARES) for s in other) and not [s for s in before if s not in after and not isinstance(s, DECLARES)]:
        ways.append(tuple(Said(s) for s in other))
    if not at.defines:
        ways.append(_whole(new, at, address))
    return Change(at, tuple(ways))


def _declared(old: Standing, new: Standing) -> Iterator[Change]:
    """Lines of the glossary, and figures that stand before any provision."""
    for at in new.own:
        if not at.article:
            before = old.rules(at)
            lines = [s for s in new.rules(at) if s not in before]
            if lines or len(before) != len(new.rules(at)):
                said = all(isinstance(s, DECLARES) for s in lines) and bool(lines)
                yield Change(at, (tuple(Said(s) for s in lines),) if said else ())


# ------------------------------------------------------------------ words in place of words

Pair = tuple[tree.Phrase, tree.Phrase]


def _phrases(before: Sequence[tree.Statement], after: Sequence[tree.Statement]) -> Iterator[list[Pair]]:
    """What was replaced by what, where nothing but that differs: first the smallest words, then wider ones, which stand in fewer places."""
    if len(before) != len(after):
        return
    chains = [chain for old, new in zip(before, after) for chain in _differing(old, new)]
    if not chains or not all(chains):
        return
    for wider in range(min(WIDEST, max(map(len, chains)))):
        yield list(dict.fromkeys(chain[min(wider, len(chain) - 1)] for chain in chains))


def _differing(old: Any, new: Any) -> list[list[Pair]]:
    """Each difference as the phrases around it, the innermost first; an empty one is no value, condition or limit."""
    if old == new:
        return []
    inner: list[list[Pair]] = []
    if isinstance(old, tree.Node) and type(old) is type(new):
        for field in attrs.fields(type(old)):
            if field.name != "span":
                inner += _differing(getattr(old, field.name), getattr(new, field.name))
    elif isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        return [chain for a, b in zip(old, new) for chain in _differing(a, b)]
    here = _as_phrases(old, new)
    if here is None:
        return inner or [[]]
    return [[*chain, here] for chain in inner] if inner and all(inner) else [[here]]


def _as_phrases(old: Any, new: Any) -> Pair | None:
    if isinstance(old, MODIFIERS) and isinstance(new, MODIFIERS):
        return tree.Phrase(modifiers=(old,)), tree.Phrase(modifiers=(new,))
    if isinstance(old, tree.Expression) and isinstance(new, tree.Expression):
        return tree.Phrase(value=old), tree.Phrase(value=new)
    return None


def same_words(old: Standing, new: Standing, at: Citation) -> bool:
    """Whether two texts say the same in a provision, its headnote apart: that follows the words (see phrases.py)."""
    return [b.statements for b in old.own.get(at, ())] == [b.statements for b in new.own.get(at, ())]
