"""What plugins owe somebody outside an order."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0009"
down_revision = "core_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earning",
        sa.Column("plugin", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("payer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reversed", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("why", sa.String(length=255), nullable=False),
        sa.Column("payable_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_earning_amount_positive")),
        sa.CheckConstraint(
            "reversed >= 0 AND reversed <= amount", name=op.f("ck_earning_reversed_within_amount")
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["account.id"], name=op.f("fk_earning_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earning")),
        sa.UniqueConstraint("key", name=op.f("uq_earning_key")),
    )
    op.create_index("ix_earning_party", "earning", ["party", "party_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_earning_party", table_name="earning")
    op.drop_table("earning")
