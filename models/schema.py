"""Bringing a database up to the tables. Migrations live in models/migrations.

alembic takes half as long to load as all the rest: whoever may not need it imports this where it does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from models.db import Database, Unavailable
from models.tables import metadata


def upgrade(database: Database) -> None:
    """Bring the database to the newest schema: whole or not at all, one process at a time, safe to run again.

    Give it a Database of its own with a long `wait`: tables may be large. MySQL commits every CREATE by itself; there a
    migration that was killed half-way must be looked at. Raises Unavailable.
    """
    with database.engine.connect() as connection:
        alone = connection.exec_driver_sql(_ALONE[database.kind])
        if database.kind in _UNLOCK and alone.scalar() != 1:
            raise Unavailable("another process has been migrating for ten minutes")
        settings = _settings()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        connection.commit()
        if database.kind in _UNLOCK:
            connection.exec_driver_sql(_UNLOCK[database.kind])


def differences(database: Database) -> list[Any]:
    """What the tables lack compared with the models, as alembic tells it; empty when they agree."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata()))


_ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(727001)",
    "mysql": "SELECT GET_LOCK('huicai.schema', 600)",
    "mariadb": "SELECT GET_LOCK('huicai.schema', 600)",
}
# Theirs belongs to the connection and outlives the transaction.
_UNLOCK = dict.fromkeys(("mysql", "mariadb"), "SELECT RELEASE_LOCK('huicai.schema')")


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    settings.set_main_option("path_separator", "os")
    return settings
