"""Stores of a merchant, who stands at their counters, and in which of them a coupon is good and was used."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "coupons_0002"
down_revision = "coupons_0001"
branch_labels = None
depends_on = None
contracts = "the references are of new columns, which the previous version does not write"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TOLD = ("coupons_redemption", "coupons_conflict")
Instant = shop.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "coupons_store",
        sa.Column("merchant_id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=120), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("id", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_coupons_store_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_store")),
    )
    op.create_index("ix_coupons_store_merchant", "coupons_store", ["merchant_id", "id"])
    op.create_table(
        "coupons_store_staff",
        sa.Column("staff_id", Number, nullable=False),
        sa.Column("store_id", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_coupons_store_staff_staff_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["coupons_store.id"],
            name=op.f("fk_coupons_store_staff_store_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_store_staff")),
        sa.UniqueConstraint("staff_id", "store_id", name=op.f("uq_coupons_store_staff_staff_id_store_id")),
    )
    op.create_index("ix_coupons_store_staff_store_id", "coupons_store_staff", ["store_id"])
    op.add_column("coupons_campaign", sa.Column("store_ids", sa.JSON(), nullable=False, server_default="[]"))
    for table in TOLD:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("store_id", Number, nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_store_id"), "coupons_store", ["store_id"], ["id"], ondelete="SET NULL"
            )
    op.create_index("ix_coupons_redemption_store", "coupons_redemption", ["store_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_coupons_redemption_store", table_name="coupons_redemption")
    for table in TOLD:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("store_id")
    op.drop_column("coupons_campaign", "store_ids")
    op.drop_table("coupons_store_staff")
    op.drop_table("coupons_store")
