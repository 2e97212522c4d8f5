"""Units of work on every database: whole or not at all, and nobody's update is lost."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from models import message, schema, talk, version
from models.db import Database, Stale, Unavailable, Unit

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)


def row(key: str, **values: object) -> dict[str, object]:
    base: dict[str, object] = {
        "sent_at": NOW,
        "kind": "text",
        "text": "问",
        "route": "faq",
        "note": "",
        "score": None,
        "content": "v",
    }
    return {**base, "key": key, "openid": "o1", "reply": "答", "owed": False, "received_at": NOW, "opens": "", **values}


def test_migrations_and_models_agree(database: Database) -> None:
    assert version.is_current(database)
    assert schema.differences(database) == []


def test_ctrl_c_is_not_taken_for_a_database_that_does_not_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    with database.unit() as unit, monkeypatch.context() as patched:
        unit.connection  # noqa: B018 - it is opened
        patched.setattr(database.engine.dialect, "do_execute", pressed)
        with pytest.raises(KeyboardInterrupt):
            unit.execute(text("SELECT 1"))


def test_migrating_again_changes_nothing(database: Database) -> None:
    schema.upgrade(database)
    assert version.is_current(database)


def test_what_is_not_committed_is_not_there(database: Database) -> None:
    with database.unit() as unit:
        unit.lock()
        message.add(unit, row("a"))
    with database.unit() as unit:
        assert message.find(unit, "a") is None


def test_a_key_is_taken_once(database: Database) -> None:
    with database.writing() as unit:
        message.add(unit, row("a"))
    with database.unit() as unit:
        unit.lock()
        with pytest.raises(message.Taken):
            message.add(unit, row("a", reply="别的"))
    with database.unit() as unit:
        assert message.find(unit, "a") == message.Stored("答", owed=False)


def test_keys_that_differ_in_case_or_emoji_are_different(database: Database) -> None:
    keys = ["oAbC:1", "oabc:1", "o😀:1", "o😁:1"]
    for key in keys:
        with database.writing() as unit:
            message.add(unit, row(key, reply=key))
    with database.unit() as unit:
        assert [message.find(unit, key).reply for key in keys] == keys  # type: ignore[union-attr]


def test_text_and_times_come_back_as_they_went_in(database: Database) -> None:
    text = "𠮷野家 😀 \u202eRTL 双硕士'\"\\%_"
    with database.writing() as unit:
        talk.save(unit, talk.Talk("o1"), state="s", data=text, owed=True, now=NOW)
    with database.unit() as unit:
        assert talk.load(unit, "o1") == talk.Talk("o1", "s", text, True, 1, NOW)


def test_a_talk_seen_before_somebody_elses_change_is_stale(database: Database) -> None:
    with database.writing() as unit:
        seen = talk.save(unit, talk.Talk("o1"), state="a", data="", owed=False, now=NOW)
    with database.writing() as unit:
        talk.save(unit, seen, state="b", data="", owed=False, now=NOW)
    with pytest.raises(Stale), database.writing() as unit:
        talk.save(unit, seen, state="c", data="", owed=False, now=NOW)
    with database.unit() as unit:
        assert talk.load(unit, "o1").state == "b"


def test_two_first_messages_at_once_make_one_talk(database: Database) -> None:
    with database.writing() as unit:
        talk.save(unit, talk.Talk("o1"), state="a", data="", owed=False, now=NOW)
    with pytest.raises(Stale), database.writing() as unit:
        talk.save(unit, talk.Talk("o1"), state="b", data="", owed=False, now=NOW)


def test_no_update_is_lost_between_threads(database: Database) -> None:
    def add_one(_: int) -> None:
        while True:
            try:
                with database.unit() as unit:
                    seen = talk.load(unit, "o1")
                    unit.lock()
                    count = str(int(seen.data or "0") + 1)
                    talk.save(unit, seen, state="", data=count, owed=False, now=NOW)
                    unit.commit()
                    return
            except Stale:
                continue

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add_one, range(60)))
    with database.unit() as unit:
        assert talk.load(unit, "o1").data == "60"


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/none", wait=1.0)
    with pytest.raises(Unavailable):
        nowhere.ping()
    nowhere.close()


def test_a_file_somebody_else_keeps_locked_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db", wait=0.1)
    schema.upgrade(database)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable), database.writing() as unit:
        message.add(unit, row("a"))
    other.execute("ROLLBACK")
    with database.writing() as unit:
        message.add(unit, row("a"))
    other.close()
    database.close()


def test_two_ways_to_one_file_find_the_same_log_and_queue(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "real" / "a.db")
    direct, linked = Database(f"sqlite:///{tmp_path}/real/a.db"), Database(f"sqlite:///{tmp_path}/link.db")
    schema.upgrade(direct)
    with linked.writing() as unit:
        unit.durable = True
        message.add(unit, row("a"))
    assert direct.file == linked.file
    with direct.unit() as unit:
        assert message.find(unit, "a")
    direct.close()
    linked.close()


def test_a_full_disk_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db")
    schema.upgrade(database)
    with database.unit() as unit:
        pages = unit.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        unit.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        unit.lock()
        with pytest.raises(Unavailable):
            message.add(unit, row("a", reply="长" * 100_000))
        unit.rollback()
        assert message.find(unit, "a") is None
    database.close()


def test_work_that_was_overtaken_begins_anew_and_not_for_ever(database: Database) -> None:
    tried: list[str] = []

    def work(unit: Unit, until: int = 3) -> str:
        tried.append("x")
        message.add(unit, row(f"{until}:{len(tried)}"))
        if len(tried) < until:
            raise Stale
        return "done"

    assert database.doing(work) == "done"
    with database.unit() as unit:
        assert [message.find(unit, f"3:{n}") is not None for n in (1, 2, 3)] == [False, False, True]
    tried.clear()
    with pytest.raises(Stale):
        database.doing(lambda unit: work(unit, 9))
    assert len(tried) == 3
