"""Payouts, the day from which a share is payable, and what of a pot is promised already."""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None
contracts = "no shop was open on these tables before"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = shop.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    # A plain ALTER, no copy of the table: triggers of `transfer` look into `account`.
    op.execute(
        "ALTER TABLE account ADD COLUMN promised BIGINT DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_account_promised_not_negative CHECK (promised >= 0)"
    )
    with op.batch_alter_table("share") as batch_op:
        batch_op.add_column(sa.Column("payable_at", Instant, nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_share_reversed_within_amount"), "reversed >= 0 AND reversed <= amount"
        )
    op.create_table(
        "payout_batch",
        sa.Column("id", Number, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("by_id", Number, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payout_batch_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batch")),
    )
    op.create_table(
        "payout",
        sa.Column("id", Number, nullable=False),
        sa.Column("batch_id", Number, nullable=False),
        sa.Column("account_id", Number, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payout_amount_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_batch_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payout_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
    )
    op.create_index("ix_payout_batch_id", "payout", ["batch_id"])
    op.create_index("ix_payout_account_id", "payout", ["account_id"])
    op.create_table(
        "payout_change",
        sa.Column("id", Number, nullable=False),
        sa.Column("payout_id", Number, nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("by_id", Number, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_payout_change_payout_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payout_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_change")),
    )
    op.create_index("ix_payout_change_payout_id", "payout_change", ["payout_id"])


def downgrade() -> None:
    op.drop_table("payout_change")
    op.drop_table("payout")
    op.drop_table("payout_batch")
    with op.batch_alter_table("share") as batch_op:
        batch_op.drop_constraint(op.f("ck_share_reversed_within_amount"), type_="check")
        batch_op.drop_column("payable_at")
    op.execute("ALTER TABLE account DROP COLUMN promised")
