"""Accounts: who asked to be forgotten, and the second step of signing in."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forgotten_at", shop.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("code_secret", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("code_step", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("spare_codes", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        for name in ("spare_codes", "code_step", "code_secret", "forgotten_at"):
            batch_op.drop_column(name)
