"""From which country and beside which word an ad was seen."""

import sqlalchemy as sa
from alembic import op

revision = "ads_0003"
down_revision = "ads_0002"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = ("views", "clicks", "spent", "passed", "timed", "watched")


def upgrade() -> None:
    # Plain ALTERs, no copies of the tables.
    op.add_column("ads_impression", sa.Column("country", sa.String(length=2), nullable=True))
    op.add_column("ads_impression", sa.Column("keyword", sa.String(length=80), nullable=True))
    op.add_column("ads_passing", sa.Column("country", sa.String(length=2), nullable=True))
    op.create_table(
        "ads_part",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("creative_id", Number, nullable=False),
        sa.Column("community_id", Number, nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.Column("id", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_ads_part_community_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["creative_id"], ["ads_creative.id"], name=op.f("fk_ads_part_creative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_part")),
        sa.UniqueConstraint(
            "day",
            "creative_id",
            "community_id",
            "what",
            "word",
            name=op.f("uq_ads_part_day_creative_id_community_id_what_word"),
        ),
    )
    op.create_index("ix_ads_part_creative", "ads_part", ["creative_id", "day"])
    op.create_index("ix_ads_part_community", "ads_part", ["community_id", "day"])


def downgrade() -> None:
    op.drop_index("ix_ads_part_community", "ads_part")
    op.drop_index("ix_ads_part_creative", "ads_part")
    op.drop_table("ads_part")
    op.drop_column("ads_passing", "country")
    op.drop_column("ads_impression", "keyword")
    op.drop_column("ads_impression", "country")
