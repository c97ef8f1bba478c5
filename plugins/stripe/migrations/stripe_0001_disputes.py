"""The first table: disputes."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "stripe_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    instant = shop.db.UtcDateTime(timezone=True)
    op.create_table(
        "stripe_dispute",
        sa.Column("payment_id", number, nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("withdrawn_at", instant, nullable=True),
        sa.Column("reinstated_at", instant, nullable=True),
        sa.Column("closed_at", instant, nullable=True),
        sa.Column("id", number, nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
            name=op.f("fk_stripe_dispute_payment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_dispute")),
        sa.UniqueConstraint("reference", name=op.f("uq_stripe_dispute_reference")),
    )
    op.create_index(op.f("ix_stripe_dispute_payment_id"), "stripe_dispute", ["payment_id"])


def downgrade() -> None:
    op.drop_table("stripe_dispute")
