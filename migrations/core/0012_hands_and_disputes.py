"""Where the money of a payment is, its provider's name for it, what a dispute freezes; and no way round the books.

Payments that were confirmed by staff before this step stay booked as they are: history is not rewritten.
"""

import sqlalchemy as sa
from alembic import op

import shop.db

revision = "core_0012"
down_revision = "core_0011"
branch_labels = None
depends_on = None

Instant = shop.db.UtcDateTime(timezone=True)
NAMES = "owner, owner_ref, purpose, currency"


def upgrade() -> None:
    # Plain ALTERs, no copies of the tables.
    op.add_column("share", sa.Column("frozen_at", Instant, nullable=True))
    op.add_column("payment", sa.Column("charge", sa.String(length=128), nullable=True))
    op.add_column(
        "payment", sa.Column("is_with_merchant", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index("ix_payment_charge", "payment", ["method", "charge"])
    op.execute(
        "UPDATE payment SET charge = note, note = '' "
        "WHERE method IN ('stripe', 'wechatpay') AND state = 'captured' AND note <> ''"
    )
    op.execute(
        "UPDATE payment SET is_with_merchant = true WHERE method = 'offlinepay' AND state IN ('intent', 'started')"
    )
    _close_the_back_doors()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER transfer_not_emptied ON transfer")
        op.execute("DROP TRIGGER account_keeps_its_name ON account")
        op.execute("DROP FUNCTION refuse_renaming()")
    else:
        op.execute("DROP TRIGGER transfer_not_replaced")
        op.execute("DROP TRIGGER account_keeps_its_name")
    op.drop_index("ix_payment_charge", table_name="payment")
    op.drop_column("payment", "is_with_merchant")
    op.drop_column("payment", "charge")
    op.drop_column("share", "frozen_at")


def _close_the_back_doors() -> None:
    """A transfer can be neither truncated nor replaced, and no account can be made somebody else's."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER transfer_not_emptied BEFORE TRUNCATE ON transfer "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE FUNCTION refuse_renaming() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'an account keeps its name'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER account_keeps_its_name BEFORE UPDATE OF {NAMES} ON account "
            "FOR EACH ROW EXECUTE FUNCTION refuse_renaming()"
        )
        return
    op.execute(
        # INSERT OR REPLACE deletes the old row without asking the trigger of DELETE.
        "CREATE TRIGGER transfer_not_replaced BEFORE INSERT ON transfer "
        "WHEN EXISTS (SELECT 1 FROM transfer WHERE id = NEW.id OR key = NEW.key) "
        "BEGIN SELECT RAISE(ABORT, 'a transfer is immutable'); END"
    )
    op.execute(
        f"CREATE TRIGGER account_keeps_its_name BEFORE UPDATE OF {NAMES} ON account "
        "BEGIN SELECT RAISE(ABORT, 'an account keeps its name'); END"
    )
