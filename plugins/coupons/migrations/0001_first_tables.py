"""The first tables: campaigns and where they run, coupons, their uses, conflicts, people who wait and who follow."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "coupons_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coupons_campaign",
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("terms", sa.String(length=1000), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("most_off", sa.BigInteger(), nullable=True),
        sa.Column("gift", sa.String(length=120), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("product_ids", sa.JSON(), nullable=False),
        sa.Column("at_counter", sa.Boolean(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("staff_only", sa.Boolean(), nullable=False),
        sa.Column("for_followers", sa.Boolean(), nullable=False),
        sa.Column("for_members", sa.Boolean(), nullable=False),
        sa.Column("total_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("per_person", sa.BigInteger(), nullable=False),
        sa.Column("claim_from", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("claim_until", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("valid_from", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("valid_until", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("valid_days", sa.BigInteger(), nullable=True),
        sa.Column("remind_days", sa.BigInteger(), nullable=False),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("partner_share", sa.BigInteger(), nullable=False),
        sa.Column("partner_agreed_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "partner_agreed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("community_fee", sa.BigInteger(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "partner_share >= 0 AND partner_share <= 10000", name=op.f("ck_coupons_campaign_partner_share")
        ),
        sa.CheckConstraint(
            "worth >= 0 AND least >= 0 AND price >= 0 AND community_fee >= 0",
            name=op.f("ck_coupons_campaign_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_coupons_campaign_ended_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_coupons_campaign_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_coupons_campaign_merchant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_agreed_by_id"],
            ["person.id"],
            name=op.f("fk_coupons_campaign_partner_agreed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["merchant.id"], name=op.f("fk_coupons_campaign_partner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["total_id"], ["limits.id"], name=op.f("fk_coupons_campaign_total_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_campaign")),
    )
    with op.batch_alter_table("coupons_campaign", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_campaign_merchant", ["merchant_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupons_campaign_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "coupons_counter_key",
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_coupons_counter_key_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_coupons_counter_key_merchant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_counter_key")),
        sa.UniqueConstraint("merchant_id", name=op.f("uq_coupons_counter_key_merchant_id")),
    )
    op.create_table(
        "coupons_follow",
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_coupons_follow_merchant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coupons_follow_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_follow")),
        sa.UniqueConstraint("merchant_id", "person_id", name=op.f("uq_coupons_follow_merchant_id_person_id")),
    )
    with op.batch_alter_table("coupons_follow", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_follow_person", ["person_id"], unique=False)

    op.create_table(
        "coupons_allowance",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("limit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["coupons_campaign.id"],
            name=op.f("fk_coupons_allowance_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["limits.id"], name=op.f("fk_coupons_allowance_limit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coupons_allowance_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_allowance")),
        sa.UniqueConstraint(
            "campaign_id", "person_id", name=op.f("uq_coupons_allowance_campaign_id_person_id")
        ),
    )
    with op.batch_alter_table("coupons_allowance", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_allowance_person", ["person_id"], unique=False)

    op.create_table(
        "coupons_place",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("limit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("merchant_most", sa.BigInteger(), nullable=True),
        sa.Column("manager_most", sa.BigInteger(), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["coupons_campaign.id"],
            name=op.f("fk_coupons_place_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_coupons_place_community_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_coupons_place_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["limits.id"], name=op.f("fk_coupons_place_limit_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_place")),
        sa.UniqueConstraint(
            "campaign_id", "community_id", name=op.f("uq_coupons_place_campaign_id_community_id")
        ),
    )
    with op.batch_alter_table("coupons_place", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_place_community", ["community_id", "state", "id"], unique=False)

    op.create_table(
        "coupons_claim",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_from", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("wish", sa.String(length=8), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reminded_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["coupons_campaign.id"],
            name=op.f("fk_coupons_claim_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_coupons_claim_community_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_coupons_claim_ended_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_coupons_claim_order_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coupons_claim_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_claim")),
        sa.UniqueConstraint("code", name=op.f("uq_coupons_claim_code")),
    )
    with op.batch_alter_table("coupons_claim", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_claim_campaign", ["campaign_id", "state"], unique=False)
        batch_op.create_index("ix_coupons_claim_due", ["state", "valid_until"], unique=False)
        batch_op.create_index("ix_coupons_claim_order", ["order_id"], unique=False)
        batch_op.create_index("ix_coupons_claim_person", ["person_id", "id"], unique=False)

    op.create_table(
        "coupons_waiting",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("turn_until", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["coupons_campaign.id"],
            name=op.f("fk_coupons_waiting_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coupons_waiting_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["coupons_place.id"], name=op.f("fk_coupons_waiting_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_waiting")),
        sa.UniqueConstraint(
            "campaign_id", "person_id", name=op.f("uq_coupons_waiting_campaign_id_person_id")
        ),
    )
    with op.batch_alter_table("coupons_waiting", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_waiting_open", ["campaign_id", "ended_at", "id"], unique=False)
        batch_op.create_index("ix_coupons_waiting_person", ["person_id"], unique=False)

    op.create_table(
        "coupons_conflict",
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("scanned_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("scan_ref", sa.String(length=40), nullable=False),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_coupons_conflict_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["coupons_claim.id"], name=op.f("fk_coupons_conflict_claim_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_coupons_conflict_merchant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"],
            ["person.id"],
            name=op.f("fk_coupons_conflict_settled_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_conflict")),
        sa.UniqueConstraint("scan_ref", name=op.f("uq_coupons_conflict_scan_ref")),
    )
    with op.batch_alter_table("coupons_conflict", schema=None) as batch_op:
        batch_op.create_index(
            "ix_coupons_conflict_merchant", ["merchant_id", "settled_at", "id"], unique=False
        )

    op.create_table(
        "coupons_redemption",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", shop.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("synced_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("bill", sa.BigInteger(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("partner_bears", sa.BigInteger(), nullable=False),
        sa.Column("community_earns", sa.BigInteger(), nullable=False),
        sa.Column("scan_ref", sa.String(length=40), nullable=True),
        sa.Column("is_beyond", sa.Boolean(), nullable=False),
        sa.Column("undone_at", shop.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_why", sa.String(length=400), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_coupons_redemption_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["coupons_campaign.id"],
            name=op.f("fk_coupons_redemption_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["coupons_claim.id"],
            name=op.f("fk_coupons_redemption_claim_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_coupons_redemption_community_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_coupons_redemption_merchant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_coupons_redemption_order_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"],
            ["person.id"],
            name=op.f("fk_coupons_redemption_undone_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons_redemption")),
        sa.UniqueConstraint("scan_ref", name=op.f("uq_coupons_redemption_scan_ref")),
    )
    with op.batch_alter_table("coupons_redemption", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_redemption_campaign", ["campaign_id", "community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupons_redemption_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index("ix_coupons_redemption_merchant", ["merchant_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupons_redemption_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "uq_coupons_redemption_claim",
            ["claim_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("coupons_redemption", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_coupons_redemption_claim",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_coupons_redemption_order_id"))
        batch_op.drop_index("ix_coupons_redemption_merchant")
        batch_op.drop_index(batch_op.f("ix_coupons_redemption_claim_id"))
        batch_op.drop_index("ix_coupons_redemption_campaign")

    op.drop_table("coupons_redemption")
    with op.batch_alter_table("coupons_conflict", schema=None) as batch_op:
        batch_op.drop_index("ix_coupons_conflict_merchant")

    op.drop_table("coupons_conflict")
    with op.batch_alter_table("coupons_waiting", schema=None) as batch_op:
        batch_op.drop_index("ix_coupons_waiting_person")
        batch_op.drop_index("ix_coupons_waiting_open")

    op.drop_table("coupons_waiting")
    with op.batch_alter_table("coupons_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_coupons_claim_person")
        batch_op.drop_index("ix_coupons_claim_order")
        batch_op.drop_index("ix_coupons_claim_due")
        batch_op.drop_index("ix_coupons_claim_campaign")

    op.drop_table("coupons_claim")
    with op.batch_alter_table("coupons_place", schema=None) as batch_op:
        batch_op.drop_index("ix_coupons_place_community")

    op.drop_table("coupons_place")
    with op.batch_alter_table("coupons_allowance", schema=None) as batch_op:
        batch_op.drop_index("ix_coupons_allowance_person")

    op.drop_table("coupons_allowance")
    with op.batch_alter_table("coupons_follow", schema=None) as batch_op:
        batch_op.drop_index("ix_coupons_follow_person")

    op.drop_table("coupons_follow")
    op.drop_table("coupons_counter_key")
    with op.batch_alter_table("coupons_campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupons_campaign_partner_id"))
        batch_op.drop_index("ix_coupons_campaign_merchant")

    op.drop_table("coupons_campaign")
