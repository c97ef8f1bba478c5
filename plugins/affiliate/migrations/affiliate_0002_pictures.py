"""Pictures between the words of an article."""

import sqlalchemy as sa
from alembic import op

revision = "affiliate_0002"
down_revision = "affiliate_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("affiliate_article", sa.Column("pictures", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("affiliate_article", "pictures")
