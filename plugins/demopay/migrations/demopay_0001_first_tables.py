"""first tables."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "demopay_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demopay_charge",
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("return_url", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demopay_charge")),
        sa.UniqueConstraint("key", name=op.f("uq_demopay_charge_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_demopay_charge_reference")),
    )
    op.create_table(
        "demopay_refund",
        sa.Column("charge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["charge_id"], ["demopay_charge.id"], name=op.f("fk_demopay_refund_charge_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demopay_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_demopay_refund_key")),
    )


def downgrade() -> None:
    op.drop_table("demopay_refund")
    op.drop_table("demopay_charge")
