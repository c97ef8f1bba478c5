"""What an app costs, and which community has it until when."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0010"
down_revision = "core_0009"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = shop.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "plugin_price",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("trial_days", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.CheckConstraint(
            "amount >= 0 AND days > 0 AND trial_days >= 0", name=op.f("ck_plugin_price_makes_sense")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_plugin_price_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_price")),
        sa.UniqueConstraint("name", name=op.f("uq_plugin_price_name")),
    )
    op.create_table(
        "plugin_term",
        sa.Column("id", Number, nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("begins_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("reminded_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_plugin_term_community_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_plugin_term_order_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_plugin_term_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_term")),
        sa.UniqueConstraint("key", name=op.f("uq_plugin_term_key")),
    )
    op.create_index("ix_plugin_term_community", "plugin_term", ["community_id", "name"])
    op.create_index(op.f("ix_plugin_term_name"), "plugin_term", ["name"])


def downgrade() -> None:
    op.drop_table("plugin_term")
    op.drop_table("plugin_price")
