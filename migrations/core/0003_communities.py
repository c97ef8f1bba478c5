"""Communities: a picture with its size, a name to search for, the link that led to a membership."""

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None
contracts = "no shop was open on these tables before"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("community") as table:
        table.drop_column("picture_key")
        table.add_column(sa.Column("picture", sa.JSON(), nullable=True))
        table.add_column(sa.Column("search_text", sa.String(length=255), nullable=False, server_default=""))
    op.execute("UPDATE community SET search_text = lower(name)")
    with op.batch_alter_table("community") as table:
        table.alter_column("search_text", server_default=None)
    with op.batch_alter_table("membership") as table:
        table.add_column(sa.Column("link_id", Id, nullable=True))
        table.create_foreign_key("fk_membership_link_id", "group_link", ["link_id"], ["id"])
        table.create_index("ix_membership_link_id", ["link_id"])
    with op.batch_alter_table("join_request") as table:
        table.add_column(sa.Column("link_id", Id, nullable=True))
        table.create_foreign_key("fk_join_request_link_id", "group_link", ["link_id"], ["id"])
        table.create_index(
            "ix_join_request_open",
            ["community_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("join_request") as table:
        table.drop_index("ix_join_request_open")
        table.drop_constraint("fk_join_request_link_id", type_="foreignkey")
        table.drop_column("link_id")
    with op.batch_alter_table("membership") as table:
        table.drop_index("ix_membership_link_id")
        table.drop_constraint("fk_membership_link_id", type_="foreignkey")
        table.drop_column("link_id")
    with op.batch_alter_table("community") as table:
        table.drop_column("search_text")
        table.drop_column("picture")
        table.add_column(sa.Column("picture_key", sa.String(length=128), nullable=True))
