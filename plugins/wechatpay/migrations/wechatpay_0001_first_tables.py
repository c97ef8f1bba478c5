"""The first tables: what a shopper pays with, and what was shared out."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "wechatpay_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    instant = shop.db.UtcDateTime(timezone=True)
    op.create_table(
        "wechatpay_prepared",
        sa.Column("payment_id", number, nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=512), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("id", number, nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
            name=op.f("fk_wechatpay_prepared_payment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechatpay_prepared")),
        sa.UniqueConstraint("payment_id", "way", name=op.f("uq_wechatpay_prepared_payment_id_way")),
    )
    op.create_table(
        "wechatpay_sharing",
        sa.Column("payment_id", number, nullable=False),
        sa.Column("payout_id", number, nullable=False),
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("id", number, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_wechatpay_sharing_amount_positive")),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
            name=op.f("fk_wechatpay_sharing_payment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["payout_id"],
            ["payout.id"],
            name=op.f("fk_wechatpay_sharing_payout_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechatpay_sharing")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_wechatpay_sharing_payment_id")),
    )
    op.create_index(op.f("ix_wechatpay_sharing_payout_id"), "wechatpay_sharing", ["payout_id"])


def downgrade() -> None:
    op.drop_table("wechatpay_sharing")
    op.drop_table("wechatpay_prepared")
