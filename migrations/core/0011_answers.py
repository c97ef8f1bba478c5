"""What was answered in the sections that plugins put into a checkout."""

from alembic import op

revision = "core_0011"
down_revision = "core_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain ALTER, no copy of the table: much points to an order.
    op.execute("ALTER TABLE orders ADD COLUMN answers JSON DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE orders DROP COLUMN answers")
