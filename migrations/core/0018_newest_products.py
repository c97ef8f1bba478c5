"""An index of a merchant's products by age: without it SQLite sorted all 100,000 for one page of the desk (207 ms)."""

from alembic import op

revision = "core_0018"
down_revision = "core_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_product_merchant_newest", "product", ["merchant_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_product_merchant_newest", "product")
