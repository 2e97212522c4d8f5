"""Whether a database has the newest tables, told without loading what it takes to make them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from models.db import Database, NoFile

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


def newest() -> str:
    """The revision of the last migration: files are named 0001_first_tables.py, 0002_... in their order."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))


def is_current(database: Database) -> bool:
    """Raises Unavailable. Makes no file where there is none."""
    if database.file is not None and not database.file.exists():
        if not database.file.parent.is_dir():
            raise NoFile(database.file)
        return False
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [newest()]
