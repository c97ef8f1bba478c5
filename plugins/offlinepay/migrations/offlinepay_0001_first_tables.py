"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "offlinepay_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offlinepay_instructions",
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_offlinepay_instructions_merchant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offlinepay_instructions")),
        sa.UniqueConstraint("merchant_id", name=op.f("uq_offlinepay_instructions_merchant_id")),
    )


def downgrade() -> None:
    op.drop_table("offlinepay_instructions")
