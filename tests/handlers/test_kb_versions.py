"""The commands that publish and tell what is published, on a content of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

import wsgi
from config.settings import ROOT, Settings
from handlers.cli import kb as commands
from knowledge.folder import snapshot
from models import node
from models.db import Database

OPEN, WORD = "faq/housing.yaml", "还不能说已经开放"


@dataclass
class Desk:
    """An admin's terminal."""

    app: Flask
    folder: Path
    url: str

    def kb(self, *words: str, code: int = 0) -> str:
        done = self.app.test_cli_runner().invoke(args=["kb", *words])
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done.output

    def edit(self, old: str, new: str, name: str = OPEN) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def settings(migrated: Path, tmp_path: Path) -> Settings:
    shutil.copyfile(migrated, tmp_path / "huicai.db")
    shutil.copytree(ROOT / "knowledge" / "content", tmp_path / "content")
    url, folder = f"sqlite:///{tmp_path}/huicai.db", str(tmp_path / "content")
    return Settings.from_env({"DATABASE_URL": url, "CONTENT_DIR": folder, "EXAM_PASS": "1"})


@pytest.fixture
def desk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("config.logs.setup", lambda settings: None)
    return Desk(wsgi.create_app(settings), settings.content_dir, settings.database_url)


@pytest.fixture
def unexamined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "passed", lambda *given: True)


def test_before_anything_is_published_it_is_said(desk: Desk) -> None:
    assert "还没有发布过" in desk.kb("history")
    told = desk.kb("status")
    assert "在用：还没有发布过" in told
    assert "没有错误" in told
    assert "还没有发布过" in desk.kb("diff", code=1)


def test_the_way_of_an_edit(desk: Desk) -> None:
    assert "已发布 v1" in desk.kb("publish", "--why", "开始")
    assert "与 v1 相同" in desk.kb("status")
    desk.edit(WORD, "仍不能说已经开放")
    told = desk.kb("diff")
    assert "v1 → 工作目录  +0 -0 ~1" in told
    assert "~ 问答 apartment.open" in told
    assert "+ 仍不能说已经开放" in told
    told = desk.kb("publish", "--why", "改口", "--by", "小林")
    assert "考试" in told
    assert "已发布 v2" in told
    first, *rest = desk.kb("history").splitlines()
    assert first.startswith("v2")
    for part in ("在用", "小林", "+0 -0 ~1", "改口", snapshot(desk.folder).version[:12]):
        assert part in first
    assert [line[:2] for line in rest] == ["v1"]
    assert "v2 → v1  +0 -0 ~1" in desk.kb("diff", "2", "1")
    assert "不用发布" in desk.kb("publish", "--why", "再来")


def test_what_fails_the_exam_is_not_published(desk: Desk) -> None:
    desk.kb("publish", "--why", "开始")
    desk.edit("expect: allowance.who", "expect: apartment.open", "exam.yaml")
    assert "考试没有通过" in desk.kb("publish", "--why", "x", code=1)
    assert "v2" not in desk.kb("history")


def test_what_is_broken_is_not_published_and_status_says_where(desk: Desk) -> None:
    desk.kb("publish", "--why", "开始")
    desk.edit("aspect: when", "aspect: wenn")
    assert "faq/housing.yaml:" in desk.kb("publish", "--why", "x", code=1)
    told = desk.kb("status", code=1)
    assert "在用：v1" in told
    assert "有 1 处需要改正" in told
    assert "faq/housing.yaml:" in told
    assert "wenn" in told


@pytest.mark.usefixtures("unexamined")
def test_a_rollback_is_a_new_version_and_may_take_the_folder_along(desk: Desk) -> None:
    desk.kb("publish", "--why", "开始")
    old = snapshot(desk.folder).files
    desk.edit(WORD, "仍不能说已经开放")
    assert "从来没有发布过" in desk.kb("checkout", "1", "--to", str(desk.folder), code=1)
    desk.kb("publish", "--why", "改口")
    told = desk.kb("rollback", "1", "--why", "说错了")
    assert "已发布 v3" in told
    assert "工作目录没有动" in told
    assert "恢复 v1：说错了" in desk.kb("history")
    assert "是 v2 的内容" in desk.kb("status")
    assert snapshot(desk.folder).files != old
    assert "就是 v1 的内容" in desk.kb("rollback", "1", "--why", "x", code=1)
    desk.kb("rollback", "2", "--why", "没说错", "--to-folder")
    desk.kb("rollback", "1", "--why", "还是错了", "--to-folder")
    assert snapshot(desk.folder).files == old
    assert "与 v5 相同" in desk.kb("status")


@pytest.mark.usefixtures("unexamined")
def test_staged_withdrawn_and_in_whose_way_it_is(desk: Desk) -> None:
    desk.kb("publish", "--why", "开始")
    desk.edit(WORD, "仍不能说已经开放")
    assert "2099-01-01 08:00 起生效" in desk.kb("publish", "--why", "明年", "--at", "2099-01-01 08:00")
    told = desk.kb("status")
    assert "在用：v1" in told
    assert "待生效：v2" in told
    assert "v2 定于 2099-01-01 08:00 生效" in desk.kb("publish", "--why", "急", code=1)
    assert "已发布 v3" in desk.kb("publish", "--why", "更晚", "--at", "2099-01-02")
    assert "待 2099-01-01 08:00 生效" in desk.kb("history")
    for number in ("3", "2"):
        assert "已撤回" in desk.kb("withdraw", number, "--why", "不要了")
    assert "撤不了" in desk.kb("withdraw", "1", "--why", "x", code=1)
    assert "已发布 v4" in desk.kb("publish", "--why", "急")
    assert "不要了" in desk.kb("history")


@pytest.mark.usefixtures("unexamined")
@pytest.mark.parametrize("when", ["昨天", "2027-13-01", "2020-01-01 08:00"])
def test_a_time_that_cannot_be_is_refused(desk: Desk, when: str) -> None:
    assert "--at" in desk.kb("publish", "--why", "x", "--at", when, code=1)


def test_of_two_admins_at_once_one_is_told_what_the_other_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "passed", lambda *given: True)
    desk.kb("publish", "--why", "开始")
    desk.edit(WORD, "仍不能说已经开放")

    def meanwhile(*given: object) -> bool:
        monkeypatch.setattr(commands, "passed", lambda *given: True)
        desk.edit("仍不能说", "绝不能说")
        desk.kb("publish", "--why", "改口", "--by", "老王")
        desk.edit("绝不能说", "仍不能说")
        return True

    monkeypatch.setattr(commands, "passed", meanwhile)
    told = desk.kb("publish", "--why", "我的", "--by", "小林", code=1)
    assert "老王刚刚发布了 v2（改口）" in told
    assert "+ 绝不能说已经开放" in told
    assert "~ 问答 apartment.open" in told
    assert "小林" not in desk.kb("history")


@pytest.mark.parametrize(
    "words", [["rollback", "9", "--why", "x"], ["diff", "9"], ["checkout", "v9", "--to", "/nowhere"]]
)
def test_a_version_that_is_none_is_said(desk: Desk, words: list[str]) -> None:
    assert "没有版本" in desk.kb(*words, code=1)


def test_status_says_whether_the_processes_agree(desk: Desk, settings: Settings) -> None:
    desk.kb("publish", "--why", "开始")
    digest, database = snapshot(desk.folder).version, Database(desk.url)

    def note(name: str, number: int, digest: str, faults: str = "") -> None:
        with database.writing() as unit:
            node.note(unit, node.Node(name, number, digest, faults, wsgi._now()))

    note("a:1", 1, digest)
    note("b:2", 1, digest)
    assert "2 个进程都在用 v1" in desk.kb("status")
    note("b:2", 0, "f" * 64, "v1: 读不了")
    told = desk.kb("status")
    assert "2 个，其中 1 个在用 v1" in told
    assert "b:2 还在用 ffffffffffff" in told
    assert "b:2：v1: 读不了" in told
    database.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [("postgresql+psycopg://nobody@127.0.0.1:1/none", "数据库不通"), ("sqlite:///{}/none.db", "db upgrade")],
)
def test_status_is_of_use_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    monkeypatch.setattr("config.logs.setup", lambda settings: None)
    app = wsgi.create_app(Settings.from_env({"DATABASE_URL": url.format(tmp_path)}))
    done = app.test_cli_runner().invoke(args=["kb", "status"])
    assert done.exit_code == 1
    assert told in done.output
    assert "没有错误" in done.output
    refused = app.test_cli_runner().invoke(args=["kb", "history"])
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
