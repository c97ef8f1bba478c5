"""An index of the words by which products are searched, with each engine's own means; and one of a shelf's offers.

SQLite's follows the product by triggers; they go when the table is made again, so who alters `product` in batch mode
calls `follow` afterwards.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "core_0013"
down_revision = "core_0012"
branch_labels = None
depends_on = None

CJK = "\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(f"[{CJK}]|[^\\W{CJK}_]+")
PRODUCT = sa.table("product", sa.column("id", sa.BigInteger), sa.column("search_text", sa.Text))
TOGETHER = 5000


def upgrade() -> None:
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.select(PRODUCT).where(PRODUCT.c.id > last).order_by(PRODUCT.c.id).limit(TOGETHER)
    ).all():
        last = rows[-1].id
        write = (
            sa.update(PRODUCT)
            .where(PRODUCT.c.id == sa.bindparam("one"))
            .values(search_text=sa.bindparam("words"))
        )
        connection.execute(write, [{"one": row.id, "words": cut(row.search_text)} for row in rows])
    op.create_index("ix_offer_shelf", "offer", ["community_id", "listing_id", "ended_at"])
    if connection.dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_product_words ON product USING gin (to_tsvector('simple', search_text))")
        return
    op.execute(
        "CREATE TABLE product_word (word TEXT NOT NULL, product_id INTEGER NOT NULL, "
        "PRIMARY KEY (word, product_id)) WITHOUT ROWID"
    )
    learn = (
        "INSERT INTO product_word SELECT DISTINCT each.value, product.id FROM product, " + EACH % "product"  # noqa: S608
    )
    op.execute(learn)
    follow()


# The words of a row; they hold letters, digits and spaces only, so that they are JSON between quotes.
EACH = """json_each('["' || replace(%s.search_text, ' ', '","') || '"]') AS each WHERE each.value != ''"""


def follow() -> None:
    """What is written to a product is written to the index."""
    forget = "DELETE FROM product_word WHERE product_id = old.id AND word IN (SELECT each.value FROM %s);"
    forget %= EACH % "old"
    learn = "INSERT OR IGNORE INTO product_word SELECT each.value, new.id FROM " + EACH % "new" + ";"  # noqa: S608
    op.execute(f"CREATE TRIGGER product_words_new AFTER INSERT ON product BEGIN {learn} END")
    op.execute(f"CREATE TRIGGER product_words_gone AFTER DELETE ON product BEGIN {forget} END")
    op.execute(
        "CREATE TRIGGER product_words_other AFTER UPDATE OF search_text ON product "
        f"WHEN old.search_text IS NOT new.search_text BEGIN {forget} {learn} END"
    )


def cut(text: str) -> str:
    """As shop.catalog.models.cut did when this was written."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def downgrade() -> None:
    op.drop_index("ix_offer_shelf", "offer")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_product_words")
        return
    for trigger in ("new", "gone", "other"):
        op.execute(f"DROP TRIGGER product_words_{trigger}")
    op.execute("DROP TABLE product_word")
