"""Money that is reserved first and taken later."""

import sqlalchemy as sa
from alembic import op

revision = "demopay_0002"
down_revision = "demopay_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("demopay_charge") as batch_op:
        batch_op.add_column(sa.Column("is_deferred", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("demopay_charge") as batch_op:
        batch_op.alter_column("is_deferred", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("demopay_charge") as batch_op:
        batch_op.drop_column("is_deferred")
