"""Keep a product's pictures beside it, so that its page asks for no pictures."""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gallery", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.alter_column("gallery", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_column("gallery")
