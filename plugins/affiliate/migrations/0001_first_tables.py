"""The first tables: programmes, rates, articles, cards, clicks, sales, reports."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "affiliate_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "affiliate_programme",
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("param", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("fixed", sa.BigInteger(), nullable=False),
        sa.Column("community_points", sa.BigInteger(), nullable=False),
        sa.Column("second_points", sa.BigInteger(), nullable=False),
        sa.Column("window_hours", sa.BigInteger(), nullable=False),
        sa.Column("touch", sa.String(length=8), nullable=False),
        sa.Column("hold_days", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("budget_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_cap", sa.BigInteger(), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "points + community_points <= 9000", name=op.f("ck_affiliate_programme_rates_leave_some")
        ),
        sa.CheckConstraint(
            "points >= 0 AND community_points >= 0 AND fixed >= 0",
            name=op.f("ck_affiliate_programme_rates_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["budget_id"], ["limits.id"], name=op.f("fk_affiliate_programme_budget_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_affiliate_programme_merchant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_affiliate_programme_code")),
    )
    with op.batch_alter_table("affiliate_programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_programme_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "affiliate_allowance",
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("limit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["limits.id"], name=op.f("fk_affiliate_allowance_limit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_affiliate_allowance_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["affiliate_programme.id"],
            name=op.f("fk_affiliate_allowance_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_allowance")),
        sa.UniqueConstraint(
            "programme_id", "person_id", name=op.f("uq_affiliate_allowance_programme_id_person_id")
        ),
    )
    op.create_table(
        "affiliate_article",
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=240), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("byline", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("rights", sa.String(length=16), nullable=False),
        sa.Column("obtained", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=400), nullable=False),
        sa.Column("picture", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_affiliate_article_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_affiliate_article_community_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_affiliate_article_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_article")),
    )
    with op.batch_alter_table("affiliate_article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_article_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_affiliate_article_list", ["community_id", "state", "id"], unique=False)

    op.create_table(
        "affiliate_pause",
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_affiliate_pause_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_affiliate_pause_community_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_affiliate_pause_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_pause")),
    )
    with op.batch_alter_table("affiliate_pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_pause_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliate_pause_person_id"), ["person_id"], unique=False)

    op.create_table(
        "affiliate_rate",
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("fixed", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("points >= 0 AND fixed >= 0", name=op.f("ck_affiliate_rate_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_affiliate_rate_community_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_affiliate_rate_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["affiliate_programme.id"],
            name=op.f("fk_affiliate_rate_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_rate")),
    )
    with op.batch_alter_table("affiliate_rate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_rate_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "affiliate_report",
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("applied_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_affiliate_report_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["affiliate_programme.id"],
            name=op.f("fk_affiliate_report_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_report")),
    )
    with op.batch_alter_table("affiliate_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_report_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "affiliate_card",
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("picture", sa.JSON(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["affiliate_article.id"],
            name=op.f("fk_affiliate_card_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["group_link.id"], name=op.f("fk_affiliate_card_link_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_affiliate_card_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["affiliate_programme.id"],
            name=op.f("fk_affiliate_card_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_card")),
    )
    with op.batch_alter_table("affiliate_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_card_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliate_card_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliate_card_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "affiliate_click",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("promoter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("visitor", sa.String(length=32), nullable=False),
        sa.Column("net", sa.String(length=32), nullable=False),
        sa.Column("counts_as", sa.String(length=96), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["affiliate_article.id"],
            name=op.f("fk_affiliate_click_article_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["affiliate_card.id"], name=op.f("fk_affiliate_click_card_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_affiliate_click_community_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_affiliate_click_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["affiliate_programme.id"],
            name=op.f("fk_affiliate_click_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["person.id"], name=op.f("fk_affiliate_click_promoter_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_click")),
        sa.UniqueConstraint("counts_as", name=op.f("uq_affiliate_click_counts_as")),
        sa.UniqueConstraint("token", name=op.f("uq_affiliate_click_token")),
    )
    with op.batch_alter_table("affiliate_click", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_click_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliate_click_card_id"), ["card_id"], unique=False)
        batch_op.create_index("ix_affiliate_click_community", ["community_id", "at"], unique=False)
        batch_op.create_index("ix_affiliate_click_net", ["net", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliate_click_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_affiliate_click_promoter", ["promoter_id", "id"], unique=False)
        batch_op.create_index("ix_affiliate_click_visitor", ["programme_id", "visitor", "at"], unique=False)

    op.create_table(
        "affiliate_conversion",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("ref", sa.String(length=96), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("click_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("promoter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("first_amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("commission", sa.BigInteger(), nullable=False),
        sa.Column("community_part", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("flag", sa.String(length=16), nullable=False),
        sa.Column("hold_until", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("payable_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("earning_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "community_earning_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("payout_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["affiliate_article.id"],
            name=op.f("fk_affiliate_conversion_article_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["click_id"],
            ["affiliate_click.id"],
            name=op.f("fk_affiliate_conversion_click_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["community_earning_id"],
            ["earning.id"],
            name=op.f("fk_affiliate_conversion_community_earning_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_affiliate_conversion_community_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["earning_id"],
            ["earning.id"],
            name=op.f("fk_affiliate_conversion_earning_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payout.id"], name=op.f("fk_affiliate_conversion_payout_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["affiliate_programme.id"],
            name=op.f("fk_affiliate_conversion_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["promoter_id"],
            ["person.id"],
            name=op.f("fk_affiliate_conversion_promoter_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_conversion")),
        sa.UniqueConstraint("key", name=op.f("uq_affiliate_conversion_key")),
    )
    with op.batch_alter_table("affiliate_conversion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliate_conversion_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliate_conversion_click_id"), ["click_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_affiliate_conversion_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index("ix_affiliate_conversion_due", ["state", "hold_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliate_conversion_payout_id"), ["payout_id"], unique=False)
        batch_op.create_index("ix_affiliate_conversion_programme", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_affiliate_conversion_promoter", ["promoter_id", "id"], unique=False)

    op.create_table(
        "affiliate_change",
        sa.Column("conversion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_affiliate_change_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conversion_id"],
            ["affiliate_conversion.id"],
            name=op.f("fk_affiliate_change_conversion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliate_change")),
    )
    with op.batch_alter_table("affiliate_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_affiliate_change_conversion_id"), ["conversion_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("affiliate_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliate_change_conversion_id"))

    op.drop_table("affiliate_change")
    with op.batch_alter_table("affiliate_conversion", schema=None) as batch_op:
        batch_op.drop_index("ix_affiliate_conversion_promoter")
        batch_op.drop_index("ix_affiliate_conversion_programme")
        batch_op.drop_index(batch_op.f("ix_affiliate_conversion_payout_id"))
        batch_op.drop_index("ix_affiliate_conversion_due")
        batch_op.drop_index(batch_op.f("ix_affiliate_conversion_community_id"))
        batch_op.drop_index(batch_op.f("ix_affiliate_conversion_click_id"))
        batch_op.drop_index(batch_op.f("ix_affiliate_conversion_article_id"))

    op.drop_table("affiliate_conversion")
    with op.batch_alter_table("affiliate_click", schema=None) as batch_op:
        batch_op.drop_index("ix_affiliate_click_visitor")
        batch_op.drop_index("ix_affiliate_click_promoter")
        batch_op.drop_index(batch_op.f("ix_affiliate_click_person_id"))
        batch_op.drop_index("ix_affiliate_click_net")
        batch_op.drop_index("ix_affiliate_click_community")
        batch_op.drop_index(batch_op.f("ix_affiliate_click_card_id"))
        batch_op.drop_index(batch_op.f("ix_affiliate_click_article_id"))

    op.drop_table("affiliate_click")
    with op.batch_alter_table("affiliate_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliate_card_programme_id"))
        batch_op.drop_index(batch_op.f("ix_affiliate_card_listing_id"))
        batch_op.drop_index(batch_op.f("ix_affiliate_card_article_id"))

    op.drop_table("affiliate_card")
    with op.batch_alter_table("affiliate_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliate_report_programme_id"))

    op.drop_table("affiliate_report")
    with op.batch_alter_table("affiliate_rate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliate_rate_programme_id"))

    op.drop_table("affiliate_rate")
    with op.batch_alter_table("affiliate_pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliate_pause_person_id"))
        batch_op.drop_index(batch_op.f("ix_affiliate_pause_community_id"))

    op.drop_table("affiliate_pause")
    with op.batch_alter_table("affiliate_article", schema=None) as batch_op:
        batch_op.drop_index("ix_affiliate_article_list")
        batch_op.drop_index(batch_op.f("ix_affiliate_article_author_id"))

    op.drop_table("affiliate_article")
    op.drop_table("affiliate_allowance")
    with op.batch_alter_table("affiliate_programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliate_programme_merchant_id"))

    op.drop_table("affiliate_programme")
