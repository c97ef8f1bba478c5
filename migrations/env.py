"""Alembic's environment: one owner (the core or a plugin) at a time, on the connection that shop.migrating gives."""

from alembic import context

from shop.db import Base
from shop.migrating import belongs_to

connection = context.config.attributes["connection"]
owner = context.config.attributes["owner"]

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=context.config.attributes["version_table"],
    include_object=belongs_to(owner, connection),
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=True,
    user_module_prefix="shop.db.",
)
with context.begin_transaction():
    context.run_migrations()
