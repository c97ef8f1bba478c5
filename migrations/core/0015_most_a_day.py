"""How many things that sell may run in a community on one day before its managers are warned."""

import sqlalchemy as sa
from alembic import op

revision = "core_0015"
down_revision = "core_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("community", sa.Column("most_a_day", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("community", "most_a_day")
