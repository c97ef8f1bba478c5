"""A choice in an address or a hidden field: `offer-variant-quantity`, never a price."""

import re

from flask_babel import gettext as _

from shop.errors import NotValid
from shop.orders.quoting import MOST_OF_ONE

CHOICE = re.compile(r"([0-9]{1,15})-([0-9]{1,15})-([0-9]{1,4})\Z", re.ASCII)
MOST_CHOICES = 60

Choice = tuple[int, int, int]


def read_choice(text: str) -> Choice:
    """Offer id, variant id and quantity; raises NotValid for anything else."""
    found = CHOICE.match(text)
    if found is None:
        raise NotValid(_("This address or form is not complete. Please choose again."))
    offer_id, variant_id, quantity = map(int, found.groups())
    if not 1 <= quantity <= MOST_OF_ONE:
        raise NotValid(_("How many must be a whole number from 1 to %(most)s.", most=MOST_OF_ONE))
    return offer_id, variant_id, quantity


def read_choices(texts: list[str]) -> list[Choice]:
    """Several choices; the same thing twice is one line."""
    if not 1 <= len(texts) <= MOST_CHOICES:
        raise NotValid(_("This address or form is not complete. Please choose again."))
    together: dict[tuple[int, int], int] = {}
    for offer_id, variant_id, quantity in map(read_choice, texts):
        together[offer_id, variant_id] = together.get((offer_id, variant_id), 0) + quantity
    return [(offer_id, variant_id, n) for (offer_id, variant_id), n in together.items()]


def write_choice(offer_id: int, variant_id: int, quantity: int) -> str:
    return f"{offer_id}-{variant_id}-{quantity}"
