"""Commands on a database that is missing, closed or empty: one sentence with the cure, and nothing is published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import wsgi
from config.settings import ROOT, Settings
from models import content
from models.content import Version
from models.db import Database

SMALL = ROOT / "tests" / "knowledge" / "content_small"
LOOKING = [["status"], ["history"], ["diff"], ["gaps"], ["suggest"], ["publish", "--why", "x"]]
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command with its database at `database`."""
    monkeypatch.setattr("config.logs.setup", lambda settings: None)
    monkeypatch.setattr("wsgi.ROOT", tmp_path)
    shutil.copytree(SMALL, tmp_path / "content")

    def command(database: Path, *words: str, code: int = 1) -> str:
        env = {"DATABASE_URL": f"sqlite:///{database}", "CONTENT_DIR": f"{tmp_path}/content", "EXAM_PASS": "0"}
        env |= {"SECRET_KEY": "a key for the tests, long enough"}
        done = wsgi.create_app(Settings.from_env(env)).test_cli_runner().invoke(args=list(words))
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done.output

    return command


@pytest.mark.parametrize("words", LOOKING)
def test_a_folder_that_is_not_there_is_named_with_its_cure(run: Run, tmp_path: Path, words: list[str]) -> None:
    assert f"mkdir -p {tmp_path}/gone" in run(tmp_path / "gone" / "huicai.db", "kb", *words)
    assert "mkdir" in run(tmp_path / "gone" / "huicai.db", "db", "upgrade")
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize("words", LOOKING)
def test_tables_that_are_not_there_are_said_with_the_cure_and_no_file_is_made(
    run: Run, tmp_path: Path, words: list[str]
) -> None:
    """On a fresh checkout, where the default folder is made first."""
    assert "./manage flask db upgrade" in run(tmp_path / "var" / "huicai.db", "kb", *words)
    assert list((tmp_path / "var").iterdir()) == []


def test_tables_that_have_gone_are_said_with_the_cure(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "huicai.db", "db", "upgrade", code=0)
    database = Database(f"sqlite:///{tmp_path}/huicai.db")
    with database.writing() as unit:
        unit.connection.exec_driver_sql("DROP TABLE question")
    database.close()
    assert "./manage flask db upgrade" in run(tmp_path / "huicai.db", "kb", "gaps")


def test_a_file_that_cannot_be_written_is_said(run: Run, migrated: Path, tmp_path: Path) -> None:
    shutil.copyfile(migrated, tmp_path / "huicai.db")
    (tmp_path / "huicai.db.turn").mkdir()  # as root everything else can be written
    assert "检查它和所在目录的权限" in run(tmp_path / "huicai.db", "kb", "publish", "--why", "x")
    assert "检查它和所在目录的权限" in run(tmp_path / "huicai.db", "kb", "suggest")


def test_a_command_that_only_looks_publishes_nothing(run: Run, migrated: Path, tmp_path: Path) -> None:
    """`kb gaps` on an empty database published v1, and after an edit v2."""
    shutil.copyfile(migrated, tmp_path / "huicai.db")

    def published() -> list[Version]:
        database = Database(f"sqlite:///{tmp_path}/huicai.db")
        with database.unit() as unit:
            known = content.history(unit)
        database.close()
        return known

    run(tmp_path / "huicai.db", "kb", "gaps", code=0)
    assert published() == []
    run(tmp_path / "huicai.db", "kb", "publish", "--why", "x", code=0)
    flat = tmp_path / "content" / "faq" / "flat.yaml"
    flat.write_text(flat.read_text(encoding="utf-8").replace("演示大道1号", "演示大道9号"), encoding="utf-8")
    run(tmp_path / "huicai.db", "kb", "suggest", code=0)
    assert len(published()) == 1
