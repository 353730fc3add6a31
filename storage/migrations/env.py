"""Alembic's entry: runs the revisions on the connection that storage.migrate hands over."""

from alembic import context

from storage.tables import cases

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=cases.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
