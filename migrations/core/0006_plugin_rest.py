"""Which plugins rest, since when, and who had them tried again."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plugin_rest",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", Id, nullable=True),
        sa.Column("id", Id, nullable=False),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_plugin_rest_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_rest")),
    )
    with op.batch_alter_table("plugin_rest") as table:
        table.create_index("ix_plugin_rest_name", ["name"])


def downgrade() -> None:
    op.drop_table("plugin_rest")
