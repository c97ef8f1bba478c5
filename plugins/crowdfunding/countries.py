"""Countries in the words of the present language."""

from babel import Locale
from flask_babel import get_locale

# Codes of CLDR that are no country that a parcel goes to.
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def country_names() -> dict[str, str]:
    """Every country by code, China first, the others by name."""
    territories = (get_locale() or Locale("en")).territories
    names = {c: n for c, n in territories.items() if len(c) == 2 and c.isalpha() and c not in NOT_COUNTRIES}
    ordered = dict(sorted(names.items(), key=lambda pair: pair[1]))
    return {"CN": names["CN"], **ordered}
