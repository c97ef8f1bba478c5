"""Minor units and currency; sharing out without losing a cent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from flask_babel import get_locale
from flask_babel import gettext as _

from shop.errors import NotValid

# What a price may be at most: it keeps every sum of an order far inside 64 bits.
LARGEST = 10**12

# Where a comma may stand. Others write 1.299,00 or 12,50 and mean a hundredth of what we would read.
_IN_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")

# In a shop for Chinese communities a bare ¥ is the yuan in every language, and the yen says that it is another.
SIGNS = {"CNY": "¥", "JPY": "JP¥"}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of `currency`."""

    amount: int
    currency: str

    def __str__(self) -> str:
        return show(self.amount, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0


@dataclass(frozen=True, slots=True)
class Span:
    """Prices from the lowest to the highest of a product, in minor units of `currency`."""

    amount: int
    highest: int
    currency: str

    def __str__(self) -> str:
        low = show(self.amount, self.currency)
        return low if self.highest == self.amount else f"{low}–{show(self.highest, self.currency)}"


def show(amount: int, currency: str) -> str:
    """The amount as people of the present language write it, with the currency's sign."""
    return _show(amount, currency, str(get_locale() or "en"))


@lru_cache(maxsize=8192)
def _show(amount: int, currency: str, locale: str) -> str:
    shown = format_currency(to_decimal(amount, currency), currency, locale=locale)
    return (
        shown.replace(get_currency_symbol(currency, locale), SIGNS[currency]) if currency in SIGNS else shown
    )


@lru_cache(maxsize=64)
def precision(currency: str) -> int:
    """How many decimals the currency has: 2 for CNY, 0 for JPY, 3 for KWD (ISO 4217 by CLDR)."""
    return get_currency_precision(currency)


def to_decimal(amount: int, currency: str) -> Decimal:
    """The amount in major units."""
    return Decimal(amount).scaleb(-precision(currency))


def plain(amount: int, currency: str) -> str:
    """The amount in major units for machines and input fields: 128.00, 1200 or 1.250."""
    return f"{to_decimal(amount, currency):f}"


def parse(text: str, currency: str) -> int:
    """Minor units from what a person typed, such as `1,299.00`; raises NotValid with a sentence."""
    cleaned = text.strip().replace("，", ",").replace(" ", "").lstrip("¥￥$€£")
    if "," in cleaned and not _IN_THOUSANDS.fullmatch(cleaned):
        raise NotValid(_("“%(text)s” can be read in two ways. Please write it like 1,299.00.", text=text))
    cleaned = cleaned.replace(",", "")
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        raise NotValid(_("“%(text)s” is not an amount of money.", text=text)) from None
    scaled = value.scaleb(precision(currency))
    if not value.is_finite() or scaled != scaled.to_integral_value():
        raise NotValid(
            _("“%(text)s” has more decimals than %(currency)s knows.", text=text, currency=currency)
        )
    if not 0 <= scaled <= LARGEST:
        raise NotValid(_("“%(text)s” is out of range.", text=text))
    return int(scaled)


def share_out(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split `total` by weights so that the parts always sum to it (largest remainder, Hamilton's method).

    Equal remainders go to the earlier part. Raises ValueError when no weight is positive.
    """
    whole = sum(weights)
    if whole <= 0 or any(w < 0 for w in weights):
        raise ValueError("weights must be positive together and none negative")
    sign, size = (-1, -total) if total < 0 else (1, total)
    exact = [Fraction(size) * Fraction(w) / Fraction(whole) for w in weights]
    parts = [int(e) for e in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: size - sum(parts)]:
        parts[i] += 1
    return [sign * p for p in parts]
