"""The first tables: addresses, shipping ways, carts and their lines."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "mall_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mall_address",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("province", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("district", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=16), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mall_address_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_address")),
    )
    with op.batch_alter_table("mall_address", schema=None) as batch_op:
        batch_op.create_index("ix_mall_address_person", ["person_id"], unique=False)

    op.create_table(
        "mall_shipping_way",
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("hint", sa.String(length=160), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("free_from", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_mall_shipping_way_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_mall_shipping_way_merchant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_shipping_way")),
    )
    with op.batch_alter_table("mall_shipping_way", schema=None) as batch_op:
        batch_op.create_index("ix_mall_shipping_way_merchant", ["merchant_id", "position"], unique=False)

    op.create_table(
        "mall_cart",
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("guest_key", sa.String(length=32), nullable=True),
        sa.Column("changed_at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (guest_key IS NULL)", name=op.f("ck_mall_cart_one_owner")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_mall_cart_community_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_mall_cart_merchant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mall_cart_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_cart")),
        sa.UniqueConstraint(
            "community_id",
            "merchant_id",
            "guest_key",
            name=op.f("uq_mall_cart_community_id_merchant_id_guest_key"),
        ),
        sa.UniqueConstraint(
            "community_id",
            "merchant_id",
            "person_id",
            name=op.f("uq_mall_cart_community_id_merchant_id_person_id"),
        ),
    )
    with op.batch_alter_table("mall_cart", schema=None) as batch_op:
        batch_op.create_index("ix_mall_cart_guest", ["guest_key", "changed_at"], unique=False)
        batch_op.create_index("ix_mall_cart_person", ["person_id"], unique=False)

    op.create_table(
        "mall_cart_line",
        sa.Column("cart_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("seen_price", sa.BigInteger(), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_mall_cart_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["mall_cart.id"], name=op.f("fk_mall_cart_line_cart_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_mall_cart_line_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_mall_cart_line_variant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_cart_line")),
        sa.UniqueConstraint(
            "cart_id", "offer_id", "variant_id", name=op.f("uq_mall_cart_line_cart_id_offer_id_variant_id")
        ),
    )
    with op.batch_alter_table("mall_cart_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mall_cart_line_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mall_cart_line_variant_id"), ["variant_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mall_cart_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mall_cart_line_variant_id"))
        batch_op.drop_index(batch_op.f("ix_mall_cart_line_offer_id"))

    op.drop_table("mall_cart_line")
    with op.batch_alter_table("mall_cart", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_cart_person")
        batch_op.drop_index("ix_mall_cart_guest")

    op.drop_table("mall_cart")
    with op.batch_alter_table("mall_shipping_way", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_shipping_way_merchant")

    op.drop_table("mall_shipping_way")
    with op.batch_alter_table("mall_address", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_address_person")

    op.drop_table("mall_address")
