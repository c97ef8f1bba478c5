"""How a merchant finds an order: by the beginnings of the words that its number, buyer and things are told in.

Each engine has an index of these words (migration core_0020), kept by the order's own text.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Select, Text, and_, column, func, select, table, text

from shop.catalog.models import cut
from shop.catalog.searching import LAST, MOST_WORDS, each_word, place
from shop.db import db
from shop.orders.models import Order

# A word that so many orders have is met soon when one walks through them; a list of them all would take longer.
COMMON = 5000
# SQLite's index.
INDEX = table(
    "order_word", column("merchant_id", BigInteger), column("word", Text), column("order_id", BigInteger)
)


def words_in(number: str, contact: Mapping[str, Any], buyer: str, titles: Iterable[str]) -> str:
    """An order's words as a search compares them; of a phone number people say the last four digits, too."""
    phone = str(contact.get("phone") or "")
    told = [number, *(str(contact.get(name) or "") for name in ("name", "email")), phone, phone[-4:]]
    return cut(" ".join([*told, buyer, *titles]))


def matching(orders: Select[Order], merchant_id: int, asked: str) -> Select[Order]:
    """Those of a merchant whose number, buyer or things have all of these words, or words that begin so."""
    phrases = [phrase for phrase in (cut(word) for word in asked.split()[:MOST_WORDS]) if phrase]
    if not phrases:
        return orders
    for phrase in phrases:
        orders = orders.where(place(f" {phrase}", " " + Order.search_text) > 0)
    words = each_word(phrases)
    if db.engine.dialect.name == "postgresql":
        known = [(word, may_go_on) for word, may_go_on in words if word[0].isalnum()]
        if not known:
            return orders
        wanted = " & ".join(f"{word}:*" if may_go_on else word for word, may_go_on in known)
        has_them = text("to_tsvector('simple', orders.search_text) @@ to_tsquery('simple', :asked)")
        return orders.where(has_them.bindparams(asked=wanted))
    rarest = _rarest([_having(word, merchant_id) for word in words])
    return orders if rarest is None else orders.where(Order.id.in_(rarest))


def _having(word: tuple[str, bool], merchant_id: int) -> Select[int]:
    written, may_go_on = word
    begins = and_(INDEX.c.word >= written, INDEX.c.word < written + LAST)
    told = begins if may_go_on else INDEX.c.word == written
    return select(INDEX.c.order_id).where(INDEX.c.merchant_id == merchant_id, told)


def _rarest(each: list[Select[int]]) -> Select[int] | None:
    """The orders with the rarest of the words; none where all are common, for then the newest orders soon have them."""
    some = [having.limit(COMMON).subquery() for having in each]
    counts = [select(func.count()).select_from(rows).scalar_subquery() for rows in some]
    told = db.session.execute(select(*counts)).one()
    return each[told.index(min(told))] if min(told) < COMMON else None
