"""The databases a test may run on: SQLite always, PostgreSQL and MariaDB where the environment names one."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

NAMES = ("sqlite", "postgres", "mariadb")


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
