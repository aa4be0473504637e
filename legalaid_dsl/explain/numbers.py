"""Numbers and dates as each language writes them (Babel), whatever the host's decimal context."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal, localcontext
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

_LOCALES = {"en": "en_GB", "vi": "vi_VN"}
_DATES = {"en": "d MMMM y", "vi": "'ngày' dd 'tháng' M 'năm' y"}
_EARLY = {"en": "d MMMM y", "vi": "'ngày' dd 'tháng' MM 'năm' y"}  # January and February get a zero


@lru_cache(maxsize=4096)
def number(text: str, lang: str) -> str:
    """A decimal text of the trace: "25300000" → 25,300,000 or 25.300.000."""
    with localcontext(Context(prec=60)):
        return format_decimal(Decimal(text), locale=_LOCALES[lang], decimal_quantization=False)


@lru_cache(maxsize=4096)
def day(text: str, lang: str) -> str:
    """A date of the trace: "2026-09-30" → 30 September 2026 or ngày 30 tháng 9 năm 2026."""
    found = date.fromisoformat(text)
    return format_date(found, format=(_EARLY if found.month <= 2 else _DATES)[lang], locale=_LOCALES[lang])
