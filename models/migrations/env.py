"""Run by alembic. The connection is handed in by models/schema.py; there is no alembic.ini and no offline mode."""

from __future__ import annotations

from alembic import context

from models.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    compare_type=True,
    # SQLite can do it too, once the transaction is begun by hand (models/schema.py does).
    transactional_ddl=context.config.attributes["connection"].dialect.name in ("sqlite", "postgresql"),
)
with context.begin_transaction():
    context.run_migrations()
