"""Letters that look like others: of other alphabets, in pieces, hidden."""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"}
_CYRILLIC: Final = dict(zip("аеорсухіАВЕКМНОРСТХ", "aeopcyxiABEKMHOPCTX", strict=True))
_GREEK: Final = dict(zip("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX", strict=True))
LOOKALIKES: Final = _LETTERS | _CYRILLIC | _GREEK


def mended_letter(found: str) -> str:
    """A character, or a letter with its marks apart, as it was meant: composed, of our alphabet."""
    if len(found) > 1:
        return unicodedata.normalize("NFC", found)
    if found in LOOKALIKES:
        return LOOKALIKES[found]
    category = unicodedata.category(found)
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Cf", "Cc") or "\ufe00" <= found <= "\ufe0f":
        return ""
    plain = unicodedata.normalize("NFKC", found)
    return plain if plain.isascii() and len(plain) == 1 else found


def lookalike(character: str) -> str:
    """The letter that a foreign one was probably meant to be, or an empty text."""
    new = mended_letter(character)
    return new if new != character and new.strip() else ""
