"""The databases a test may run on: SQLite always, PostgreSQL and MariaDB where the environment names one."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from models.db import Database
from models.schema import metadata, upgrade

NAMES = ("sqlite", "postgres", "mariadb")
_kept = ExitStack()
atexit.register(_kept.close)
_idle: dict[str, list[str]] = defaultdict(list)  # kind -> URLs of migrated, empty databases
_LEFT_OPEN = {  # by a test that failed
    "postgres": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mariadb": "SELECT CONCAT('KILL ', id) FROM information_schema.processlist"
    " WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}
_COUNT_ANEW = {
    "postgres": "SELECT format('ALTER SEQUENCE %I RESTART', sequencename) FROM pg_sequences"
    " WHERE last_value IS NOT NULL",
    "mariadb": "SELECT CONCAT('ALTER TABLE `', table_name, '` AUTO_INCREMENT = 1') FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND auto_increment > 1",
}


def url_of(name: str) -> str:
    """The server's URL; skips, or fails where REQUIRE_SERVICES is set, when there is none."""
    variable = f"TEST_{name.upper()}_URL"
    url = os.environ.get(variable, "")
    if not url and os.environ.get("REQUIRE_SERVICES"):
        pytest.fail(f"{variable} is empty and REQUIRE_SERVICES is set")
    return url or pytest.skip(f"{variable} names no server")


@contextmanager
def empty(name: str, folder: Path) -> Iterator[str]:
    """The URL of a new database of that kind, dropped afterwards."""
    if name == "sqlite":
        yield f"sqlite:///{folder}/test-{uuid.uuid4().hex}.db"
        return
    server = make_url(url_of(name))
    fresh = f"t{uuid.uuid4().hex[:16]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {fresh}"))
    try:
        yield server.set(database=fresh).render_as_string(hide_password=False)
    finally:
        force = " WITH (FORCE)" if name == "postgres" else ""
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {fresh}{force}"))
        engine.dispose()


@contextmanager
def migrated(name: str, folder: Path) -> Iterator[str]:
    """The URL of a database with the newest tables and no rows. One on a server is emptied and used again by the next
    test, because migrating takes a second there."""
    if name == "sqlite":
        path = folder / f"test-{uuid.uuid4().hex}.db"
        shutil.copyfile(file(), path)
        yield f"sqlite:///{path}"
        return
    url_of(name)
    url = _idle[name].pop() if _idle[name] else _made(name, folder)
    yield url
    if _emptied(name, url):
        _idle[name].append(url)


@cache
def file() -> Path:
    """An empty SQLite database; copying it is much faster than migrating."""
    path = Path(_kept.enter_context(tempfile.TemporaryDirectory())) / "empty.db"
    made = Database(f"sqlite:///{path}")
    upgrade(made)
    with made.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
    return path


def _made(name: str, folder: Path) -> str:
    url = _kept.enter_context(empty(name, folder))
    made = Database(url)
    upgrade(made)
    made.close()
    return url


def _emptied(name: str, url: str) -> bool:
    """False: the test has changed its tables."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            _each(connection, _LEFT_OPEN[name])
            if set(inspect(connection).get_table_names()) != {*metadata().tables, "alembic_version"}:
                return False
            connection.execute(text("TRUNCATE TABLE audit"))  # its rows may not be deleted
            for table in reversed(metadata().sorted_tables):
                connection.execute(table.delete())
            _each(connection, _COUNT_ANEW[name])
    finally:
        engine.dispose()
    return True


def _each(connection: Connection, question: str) -> None:
    """Run every statement that it answers with."""
    for (answer,) in connection.execute(text(question)).all():
        if isinstance(answer, str):
            connection.execute(text(answer))
