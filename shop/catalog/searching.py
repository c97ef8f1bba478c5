"""What a search finds: words by their beginning, Chinese by its characters, one after the other.

Each engine has an index of words (migration core_0013). The rarest word of a search is looked up in it, and the others
are compared. A word that very many products have is met soon when one walks along the shelf; sorting all of them
would take longer.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, Subquery, column, func, literal, select, text

from shop.catalog.models import Product, cut
from shop.db import db

# A search takes no more words than this; the rest says nothing new.
MOST_WORDS = 8
# More than so many are walked to, not looked up.
MANY = 400
# Above every letter that a word can go on with.
LAST = "\U0010ffff"

_sqlite = "SELECT product_id AS id FROM product_word WHERE word >= :word AND word < :last"
_postgres = "SELECT id FROM product WHERE to_tsvector('simple', search_text) @@ to_tsquery('simple', :word)"


@dataclass(frozen=True)
class Found:
    """What a product must meet, and, where few have its rarest word, which products those are."""

    compared: list[ColumnElement[bool]]
    few: list[int] | None


def find(asked: str) -> Found:
    """What a search finds; without a word it finds everything."""
    phrases = [phrase for phrase in (cut(word) for word in asked.split()[:MOST_WORDS]) if phrase]
    compared = [_place(f" {phrase}", literal(" ") + Product.search_text) > 0 for phrase in phrases]
    looked_up = [_index(word) for phrase in phrases for word in _parts(phrase)]
    if not looked_up:
        return Found([], None)
    counts = [select(func.count()).select_from(select(ids.c.id).limit(MANY).subquery()) for ids in looked_up]
    told = db.session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    rarest = min(range(len(told)), key=lambda n: told[n])
    if told[rarest] >= MANY:
        return Found(compared, None)
    few = select(Product.id).where(Product.id.in_(select(looked_up[rarest].c.id)), *compared)
    return Found(compared, list(db.session.scalars(few)))


def _place(words: str, where: ColumnElement[str]) -> ColumnElement[int]:
    """Where some words stand in a text, 0 if nowhere. Of a LIKE PostgreSQL would think that hardly a row meets it, and
    read the whole catalogue instead of walking along the shelf.
    """
    is_postgres = db.engine.dialect.name == "postgresql"
    return func.strpos(where, words) if is_postgres else func.instr(where, words)


def _parts(phrase: str) -> list[str]:
    """PostgreSQL looks a phrase up as it is; SQLite each of its words."""
    return [phrase] if db.engine.dialect.name == "postgresql" else phrase.split()


def _index(phrase: str) -> Subquery:
    """The products that have a word beginning so."""
    if db.engine.dialect.name == "postgresql":
        words = text(_postgres).bindparams(word=" <-> ".join(phrase.split()) + ":*")
    else:
        words = text(_sqlite).bindparams(word=phrase, last=phrase + LAST)
    return words.columns(column("id", BigInteger)).subquery()
