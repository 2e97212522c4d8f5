from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.kit import Kit
from bot.pipeline import Pipeline
from handlers.chat.routes import router
from handlers.clock import Clock
from machine import SMALL, Machine
from models.db import Database, Unavailable


@pytest.fixture
def machine(migrated: Path, tmp_path: Path) -> Iterator[Machine]:
    shutil.copyfile(migrated, tmp_path / "huicai.db")
    database = Database(f"sqlite:///{tmp_path}/huicai.db")
    yield Machine(database, Path(shutil.copytree(SMALL, tmp_path / "content")))
    database.close()


@pytest.fixture
def unreachable(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Take the database away, and give it back."""
    unit = machine.db.unit

    def away(gone: bool) -> None:
        def refuse() -> None:
            raise Unavailable("gone")

        monkeypatch.setattr(machine.db, "unit", refuse if gone else unit)

    return away


@pytest.fixture
def start(kit: Kit) -> Iterator[Callable[..., Clock]]:
    """A clock that ticks when told to."""
    pipeline = Pipeline(kit, router())
    yield lambda *jobs: Clock(kit, pipeline, jobs)
    pipeline.close()
