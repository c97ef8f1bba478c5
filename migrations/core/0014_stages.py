"""The stage of a community in its life; visits are counted by community and time."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0014"
down_revision = "core_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTERs, no copies of the tables.
    op.add_column(
        "community", sa.Column("stage", sa.String(length=16), server_default="start", nullable=False)
    )
    op.add_column("community", sa.Column("stage_since", shop.db.UtcDateTime(timezone=True), nullable=True))
    op.create_index("ix_visit_community", "visit", ["community_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_visit_community", table_name="visit")
    op.drop_column("community", "stage_since")
    op.drop_column("community", "stage")
