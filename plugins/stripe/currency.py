"""Amounts as Stripe writes them: its decimals are not always those of the currency.

From https://docs.stripe.com/currencies: some currencies have no decimals there, five have three (and must end in 0),
all others are told in hundredths, even those that people use without (ISK, UGX).
"""

from shop.money import precision

NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
LARGEST = 99_999_999  # eight digits, for most currencies


def takes(amount: int, currency: str) -> bool:
    """Whether Stripe can take this very amount (minor units of `currency`)."""
    try:
        return 0 < to_stripe(amount, currency) <= LARGEST
    except ValueError:
        return False


def to_stripe(amount: int, currency: str) -> int:
    """Stripe's number for our minor units; raises ValueError when Stripe has none."""
    steps = decimals(currency) - precision(currency)
    whole, rest = (amount * 10**steps, 0) if steps >= 0 else divmod(amount, 10**-steps)
    if rest or (currency in THREE_DECIMALS and whole % 10):
        raise ValueError(f"Stripe cannot take {amount} of {currency}")
    return whole


def from_stripe(amount: int, currency: str) -> int:
    """Our minor units for Stripe's number; raises ValueError when the currency has no such amount."""
    steps = precision(currency) - decimals(currency)
    whole, rest = (amount * 10**steps, 0) if steps >= 0 else divmod(amount, 10**-steps)
    if rest:
        raise ValueError(f"{currency} has no amount that Stripe calls {amount}")
    return whole


def decimals(currency: str) -> int:
    """How many decimals Stripe's number has."""
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
