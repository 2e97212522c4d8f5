"""Every table in one place, and bringing a database up to them. Migrations live in models/migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData

from models import (  # noqa: F401 - so that Base knows their tables
    account,
    agreement,
    attachment,
    audit,
    broadcast,
    consent,
    content,
    event,
    interest,
    job,
    late,
    message,
    node,
    once,
    outbox,
    person,
    question,
    sending,
    staff,
    suggestion,
    talk,
    ticket,
    workbench,
    workday,
)
from models.base import Base
from models.db import Database, Unavailable


def metadata() -> MetaData:
    return Base.metadata


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
