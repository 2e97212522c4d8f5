from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import databases
from models.db import Database


@pytest.fixture(params=databases.NAMES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of every kind there is."""
    with databases.migrated(request.param, tmp_path) as url:
        made = Database(url, wait=2.0)
        yield made
        made.close()
