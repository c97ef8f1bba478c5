"""Since when a member wants no news of a group."""

import sqlalchemy as sa
from alembic import op

from shop.db import UtcDateTime

revision = "core_0016"
down_revision = "core_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("muted_at", UtcDateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("membership", "muted_at")
