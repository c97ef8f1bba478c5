"""What a search finds: words by their beginning, Chinese by its characters, one after the other.

Each engine has an index of words (migration core_0013). It tells which products have all the words of a search, and
their text is compared. What very many products have is met soon when one walks along the shelf; sorting all of them
would take longer. Which searches those are is remembered for a while, so that they are not looked up in vain.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Engine,
    Select,
    Text,
    and_,
    any_,
    cast,
    column,
    func,
    intersect,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute

from shop.catalog.models import Product, cut, is_character
from shop.clock import now
from shop.db import db

# A search takes no more words than this; the rest says nothing new.
MOST_WORDS = 8
# More than so many are walked to, not looked up.
MANY = 1000
# What many products had is not looked up again for so long; so many searches are remembered.
AGAIN = timedelta(minutes=10)
MOST_KNOWN = 1000
# Of a word that fewer products have, SQLite looks at each.
RARE = 1000
# Above every letter that a word can go on with.
LAST = "\U0010ffff"
# SQLite's index.
INDEX = table("product_word", column("word", Text), column("product_id", BigInteger))

_many: WeakKeyDictionary[Engine, dict[str, datetime]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Found:
    """What a product must meet, and, where few do, which products those are."""

    compared: list[ColumnElement[bool]]
    few: list[int] | None


def find(asked: str) -> Found:
    """What a search finds; without a word it finds everything."""
    phrases = [phrase for phrase in (cut(word) for word in asked.split()[:MOST_WORDS]) if phrase]
    compared = [place(f" {phrase}", literal(" ") + Product.search_text) > 0 for phrase in phrases]
    many, search = _many.setdefault(db.engine, {}), ",".join(phrases)
    with_words = None if many.get(search, now()) > now() else _with_words(phrases)
    if with_words is None:
        return Found(compared, None)
    few = list(db.session.scalars(with_words.where(*compared).limit(MANY + 1)))
    if len(few) <= MANY:
        return Found(compared, few)
    if len(many) >= MOST_KNOWN:
        many.clear()
    many[search] = now() + AGAIN
    return Found(compared, None)


def one_of(which: InstrumentedAttribute[int], ids: list[int]) -> ColumnElement[bool]:
    """The condition that a number is one of these, told as one text: psycopg takes 3 ms to write a list of 1,000."""
    if _is_postgres():
        written = literal("{" + ",".join(map(str, ids)) + "}")
        return which == any_(cast(written, ARRAY(BigInteger)))
    each = func.json_each(json.dumps(ids)).table_valued("value")
    return which.in_(select(each.c.value))


def _is_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


def place(words: str, where: ColumnElement[str]) -> ColumnElement[int]:
    """Where some words stand in a text, 0 if nowhere. Of a LIKE PostgreSQL would think that hardly a row meets it, and
    read the whole catalogue instead of walking along the shelf.
    """
    return func.strpos(where, words) if _is_postgres() else func.instr(where, words)


def _with_words(phrases: list[str]) -> Select[int] | None:
    """The products that the index knows to have these words, and perhaps some that must still be told apart."""
    return _in_postgres(phrases) if _is_postgres() else _in_sqlite(phrases)


def _in_postgres(phrases: list[str]) -> Select[int] | None:
    """Asked for all words at once, without their order: it would cut each text into words again to see that."""
    known = [(word, may_go_on) for word, may_go_on in each_word(phrases) if word[0].isalnum()]
    if not known:
        return None
    asked = " & ".join(f"{word}:*" if may_go_on else word for word, may_go_on in known)
    has_them = text("to_tsvector('simple', search_text) @@ to_tsquery('simple', :asked)")
    return select(Product.id).where(has_them.bindparams(asked=asked))


def _in_sqlite(phrases: list[str]) -> Select[int] | None:
    """Those with the rarest word, or, where none is rare, those that have them all."""
    words = each_word(phrases)
    if not words:
        return None
    if len(words) > 1:
        some = [_having(word).limit(RARE).subquery() for word in words]
        counts = [select(func.count()).select_from(rows).scalar_subquery() for rows in some]
        told = db.session.execute(select(*counts)).one()
        if min(told) < RARE:
            words = [words[told.index(min(told))]]
    # Sorted lists are merged, others written into a table first; and without a limit SQLite forgets the order.
    all_of_them = intersect(*map(_having, words)).order_by(text("1")).limit(-1)
    ids = (all_of_them if len(words) > 1 else _having(words[0])).subquery()
    return select(Product.id).join(ids, ids.c.product_id == Product.id).distinct()


def _having(word: tuple[str, bool]) -> Select[int]:
    written, may_go_on = word
    begins = and_(INDEX.c.word >= written, INDEX.c.word < written + LAST)
    return select(INDEX.c.product_id).where(begins if may_go_on else INDEX.c.word == written)


def each_word(phrases: list[str]) -> list[tuple[str, bool]]:
    """The words of all phrases, each with whether it may go on: the last of a phrase may, no character does."""
    words: dict[tuple[str, bool], None] = {}
    for phrase in phrases:
        *others, last = phrase.split()
        words |= {(word, False): None for word in others} | {(last, not is_character(last)): None}
    return list(words)
