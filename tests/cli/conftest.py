from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import wsgi
from config.settings import Settings
from desk import SMALL, Desk


@pytest.fixture
def desk(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("config.logs.setup", lambda settings: None)
    shutil.copyfile(migrated, tmp_path / "huicai.db")
    shutil.copytree(SMALL, tmp_path / "content")
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/huicai.db", "CONTENT_DIR": f"{tmp_path}/content"}
    settings = Settings.from_env({**env, "VAR_DIR": str(tmp_path), "SECRET_KEY": "a key for the tests, long enough"})
    return Desk(wsgi.create_app(settings), settings, tmp_path)
