"""The databases a test may run on: SQLite always, PostgreSQL and MariaDB where the environment names one."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from models.db import Database
from models.schema import upgrade
from models.tables import metadata

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
    made = Database(url, wait=60.0)  # making tables is slow where the disk is busy
    upgrade(made)
    made.close()
    return url


def _emptied(name: str, url: str) -> bool:
    """False: the test has changed its tables."""
    with _broom(url).connect() as connection:
        _each(connection, _LEFT_OPEN[name])
        if set(inspect(connection).get_table_names()) != {*metadata().tables, "alembic_version"}:
            return False
        full = set(connection.execute(text(_full(name))).scalars())
        for table in reversed(metadata().sorted_tables):
            if table.name in full:  # the rows of the audit may not be deleted
                connection.execute(text("TRUNCATE TABLE audit") if table.name == "audit" else table.delete())
        _each(connection, _COUNT_ANEW[name])
    return True


@cache
def _broom(url: str) -> Engine:
    """One connection for each database that is used again and again."""
    made = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True)
    _kept.callback(made.dispose)
    return made


@cache
def _full(name: str) -> str:
    """A question that is answered with the tables that have rows: most tests use few of them."""
    quote = '"' if name == "postgres" else "`"
    one = "SELECT '{0}' FROM (SELECT 1 AS one) AS it WHERE EXISTS (SELECT 1 FROM {1}{0}{1})"
    return " UNION ALL ".join(one.format(table, quote) for table in metadata().tables)


def _each(connection: Connection, question: str) -> None:
    """Run every statement that it answers with."""
    for (answer,) in connection.execute(text(question)).all():
        if isinstance(answer, str):
            gone = suppress(OperationalError) if answer.startswith("KILL") else nullcontext()  # just now, by itself
            with gone:
                connection.execute(text(answer))
