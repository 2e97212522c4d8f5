"""What the database has room for, by name: for whoever checks that the inventory of personal data is whole."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String

from models.tables import metadata


def columns() -> list[str]:
    """table.column of everything."""
    return [f"{table.name}.{column.name}" for table in metadata().sorted_tables for column in table.columns]


def texts() -> list[str]:
    """Of these, where words, keys or files can stand: numbers and times alone tell of nobody."""
    found = [column for table in metadata().sorted_tables for column in table.columns]
    return [f"{each.table.name}.{each.name}" for each in found if isinstance(each.type, (String, LargeBinary))]
