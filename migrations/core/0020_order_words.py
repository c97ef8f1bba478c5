"""The words by which a merchant finds an order, and an index of them with each engine's own means.

Looking at what every order says took SQLite 300 ms among 100,000 of them. As with products, its index follows by
triggers, which go when `orders` is made again in batch mode: who does that calls `follow` afterwards.
"""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "core_0020"
down_revision = "core_0019"
branch_labels = None
depends_on = None

CJK = "\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(f"[{CJK}]|[^\\W{CJK}_]+")
TOGETHER = 2000
ORDERS = sa.text(
    "SELECT orders.id, orders.number, orders.contact, person.name FROM orders "
    "LEFT JOIN person ON person.id = orders.buyer_id WHERE orders.id > :last ORDER BY orders.id LIMIT :many"
)
LINES = sa.text("SELECT order_id, title FROM order_line WHERE order_id > :last AND order_id <= :end")


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("orders", sa.Column("search_text", sa.Text, nullable=False, server_default=""))
    last = 0
    while rows := connection.execute(ORDERS, {"last": last, "many": TOGETHER}).all():
        titles: dict[int, list[str]] = {}
        for order_id, title in connection.execute(LINES, {"last": last, "end": rows[-1].id}):
            titles.setdefault(order_id, []).append(title)
        write = sa.text("UPDATE orders SET search_text = :words WHERE id = :one")
        told = [{"one": row.id, "words": words_of(row, titles.get(row.id, []))} for row in rows]
        connection.execute(write, told)
        last = rows[-1].id
    if connection.dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_orders_words ON orders USING gin (to_tsvector('simple', search_text)) "
            "WITH (gin_pending_list_limit = 64)"
        )
        return
    op.execute(
        "CREATE TABLE order_word (merchant_id INTEGER NOT NULL, word TEXT NOT NULL, order_id INTEGER NOT NULL, "
        "PRIMARY KEY (merchant_id, word, order_id)) WITHOUT ROWID"
    )
    learn = (
        "INSERT INTO order_word SELECT DISTINCT orders.merchant_id, each.value, orders.id FROM orders, "  # noqa: S608
        + EACH % "orders"
    )
    op.execute(learn)
    follow()


# The words of a row; they hold letters, digits and spaces only, so that they are JSON between quotes.
EACH = """json_each('["' || replace(%s.search_text, ' ', '","') || '"]') AS each WHERE each.value != ''"""


def follow() -> None:
    """What is written to an order is written to the index."""
    forget = (
        "DELETE FROM order_word WHERE merchant_id = old.merchant_id AND order_id = old.id "
        "AND word IN (SELECT each.value FROM %s);"
    )
    forget %= EACH % "old"
    learn = (
        "INSERT OR IGNORE INTO order_word SELECT new.merchant_id, each.value, new.id FROM "  # noqa: S608
        + EACH % "new"
        + ";"
    )
    op.execute(f"CREATE TRIGGER order_words_new AFTER INSERT ON orders BEGIN {learn} END")
    op.execute(f"CREATE TRIGGER order_words_gone AFTER DELETE ON orders BEGIN {forget} END")
    op.execute(
        "CREATE TRIGGER order_words_other AFTER UPDATE OF search_text ON orders "
        f"WHEN old.search_text IS NOT new.search_text BEGIN {forget} {learn} END"
    )


def words_of(row: sa.Row, titles: list[str]) -> str:
    """As shop.orders.searching.words_in did when this was written."""
    contact = json.loads(row.contact) if isinstance(row.contact, str) else row.contact or {}
    phone = str(contact.get("phone") or "")
    told = [row.number, *(str(contact.get(name) or "") for name in ("name", "email")), phone, phone[-4:]]
    return cut(" ".join([*told, row.name or "", *titles]))


def cut(text: str) -> str:
    """As shop.catalog.models.cut did when this was written."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_orders_words")
    else:
        for trigger in ("new", "gone", "other"):
            op.execute(f"DROP TRIGGER order_words_{trigger}")
        op.execute("DROP TABLE order_word")
    op.drop_column("orders", "search_text")
