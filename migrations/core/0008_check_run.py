"""What each run of `shop check` found."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("began_at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_run")),
    )


def downgrade() -> None:
    op.drop_table("check_run")
