"""Units as types: quantities of different units do not mix."""

from __future__ import annotations

import attrs


@attrs.frozen(slots=True)
class Unit:
    """A product of powers of named units; empty for plain numbers and percentages."""

    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, key: str = "", per: str = "") -> Unit:
        powers = {key: 1} if key else {}
        if per:
            powers[per] = powers.get(per, 0) - 1
        return cls._from(powers)

    @classmethod
    def _from(cls, powers: dict[str, int]) -> Unit:
        return cls(tuple(sorted((k, n) for k, n in powers.items() if n)))

    def times(self, other: Unit, sign: int = 1) -> Unit:
        powers = dict(self.powers)
        for key, power in other.powers:
            powers[key] = powers.get(key, 0) + sign * power
        return self._from(powers)

    def divided_by(self, other: Unit) -> Unit:
        return self.times(other, -1)


PLAIN = Unit()
