"""How long an ad stood in sight, and that one was never come to."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "ads_0002"
down_revision = "ads_0001"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = ("passed", "timed", "watched")


def upgrade() -> None:
    # Plain ALTERs, no copies of the tables.
    op.add_column("ads_impression", sa.Column("watched", sa.BigInteger(), nullable=True))
    for name in SUMS:
        op.add_column("ads_stat", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "ads_passing",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("creative_id", Number, nullable=False),
        sa.Column("visitor", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["creative_id"], ["ads_creative.id"], name=op.f("fk_ads_passing_creative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_passing")),
        sa.UniqueConstraint("token", name=op.f("uq_ads_passing_token")),
    )
    op.create_index("ix_ads_passing_creative", "ads_passing", ["creative_id", "at"])
    op.create_index("ix_ads_passing_at", "ads_passing", ["at"])


def downgrade() -> None:
    op.drop_index("ix_ads_passing_at", "ads_passing")
    op.drop_index("ix_ads_passing_creative", "ads_passing")
    op.drop_table("ads_passing")
    for name in SUMS:
        op.drop_column("ads_stat", name)
    op.drop_column("ads_impression", "watched")
