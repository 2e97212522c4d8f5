"""Published versions on every database: kept whole, one after the other, in force by the clock."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import content, node
from models.content import Moved, New, TooLarge, TooLate, Undone, Version
from models.db import Database, Unavailable

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILES = {"faq/公寓.yaml": b"\x00\xff\r\n" + "答案：𠮷".encode(), "words.yaml": b""}


def new(name: str = "a", **values: Any) -> New:
    return New(**{"files": FILES, "digest": name * 64, "kind": "published", "by": "小林", "why": "更正电话", **values})


def publish(database: Database, seen: int, now: datetime = NOW, **values: Any) -> Version:
    with database.writing() as unit:
        return content.publish(unit, new(**values), seen=seen, now=now)


def number_in_force(database: Database, now: datetime) -> int:
    with database.unit() as unit:
        found = content.in_force(unit, now)
    return found.number if found else 0


def test_an_empty_database_has_nothing_in_force(database: Database) -> None:
    with database.unit() as unit:
        assert content.in_force(unit, NOW) is None
        assert content.head(unit) is None
        assert content.history(unit) == []
        assert content.find(unit, "1") is None
        with pytest.raises(LookupError):
            content.files(unit, 1)


def test_what_is_published_comes_back_to_the_byte(database: Database) -> None:
    made = publish(database, 0, changes="+2", kind="first")
    with database.unit() as unit:
        assert content.in_force(unit, NOW) == content.head(unit) == made
        assert content.files(unit, 1) == FILES
    assert (made.number, made.replaces, made.published_by, made.why) == (1, 0, "小林", "更正电话")
    assert made.effective_from == made.published_at == NOW


def test_a_version_is_found_by_number_and_by_the_beginning_of_its_digest(database: Database) -> None:
    for number, digest in enumerate(["a", "b", "a", "1"]):
        publish(database, number, name=digest)
    with database.unit() as unit:
        wanted = ["2", "v2", " V2 ", "bbbbbbbbbbbb", "aaaaaa", "111111", "aaaaa", "5", "x", "", "%%%%%%", "cccccc"]
        found = [content.find(unit, each) for each in wanted]
        assert [each.number if each else None for each in found] == [2, 2, 2, 2, 3, 4] + [None] * 6
        assert [each.number for each in content.history(unit)] == [4, 3, 2, 1]
        assert [each.number for each in content.history(unit, 2)] == [4, 3]


def test_who_publishes_on_what_is_not_the_newest_is_told_what_is(database: Database) -> None:
    publish(database, 0)
    theirs = publish(database, 1, by="老王")
    with pytest.raises(Moved) as moved:
        publish(database, 1, by="小林")
    assert moved.value.head == theirs
    with database.unit() as unit:
        assert content.head(unit) == theirs


def test_of_many_publishers_at_once_one_publishes(database: Database) -> None:
    publish(database, 0)

    def one(name: int) -> str:
        try:
            return publish(database, 1, by=str(name)).published_by
        except Moved as moved:
            return f"after {moved.head.published_by}" if moved.head else "after nobody"

    with ThreadPoolExecutor(6) as pool:
        told = sorted(pool.map(one, range(6)))
    assert told == [told[0], *[f"after {told[0]}"] * 5]
    with database.unit() as unit:
        assert len(content.history(unit)) == 2


def test_a_staged_version_comes_into_force_by_itself(database: Database) -> None:
    publish(database, 0)
    publish(database, 1, at=NOW + HOUR)
    second = timedelta(microseconds=1)
    moments = [NOW, NOW + HOUR - second, NOW + HOUR, NOW + 2 * HOUR]
    assert [number_in_force(database, moment) for moment in moments] == [1, 1, 2, 2]
    with database.unit() as unit:
        assert [each.number for each in content.staged(unit, NOW)] == [2]
        assert content.staged(unit, NOW + HOUR) == []


def test_what_a_staged_version_would_undo_is_refused(database: Database) -> None:
    publish(database, 0)
    later = publish(database, 1, at=NOW + HOUR)
    for at in (None, NOW - HOUR, NOW + HOUR / 2):
        with pytest.raises(Undone) as undone:
            publish(database, 2, at=at)
        assert undone.value.staged == [later]
    publish(database, 2, at=NOW + HOUR)
    assert [number_in_force(database, NOW + each * HOUR) for each in (0, 1)] == [1, 3]


def test_a_withdrawn_version_never_comes_into_force_and_is_kept(database: Database) -> None:
    publish(database, 0)
    publish(database, 1, at=NOW + HOUR)
    with database.writing() as unit:
        content.withdraw(unit, 2, by="老王", why="文件没批", now=NOW)
    publish(database, 2)
    assert number_in_force(database, NOW + 2 * HOUR) == 3
    with database.unit() as unit:
        kept = content.find(unit, "2")
        assert content.files(unit, 2) == FILES
    assert kept
    assert (kept.withdrawn_at, kept.withdrawn_by, kept.withdrawn_why) == (NOW, "老王", "文件没批")
    assert not kept.awaits(NOW)


def test_only_what_has_not_come_into_force_can_be_withdrawn(database: Database) -> None:
    publish(database, 0)
    publish(database, 1, at=NOW + HOUR)
    for number, now in ((1, NOW), (1, NOW - HOUR), (2, NOW + HOUR), (9, NOW)):
        with pytest.raises(TooLate), database.writing() as unit:
            content.withdraw(unit, number, by="", why="", now=now)
    with database.writing() as unit:
        content.withdraw(unit, 2, by="", why="", now=NOW)
    with pytest.raises(TooLate), database.writing() as unit:
        content.withdraw(unit, 2, by="", why="", now=NOW)


def test_a_clock_that_is_behind_hides_nothing_that_was_published_at_once(database: Database) -> None:
    publish(database, 0)
    publish(database, 1)
    assert number_in_force(database, NOW - HOUR) == 2
    publish(database, 2, now=NOW - HOUR)
    assert number_in_force(database, NOW - HOUR) == number_in_force(database, NOW) == 3


def test_a_publisher_that_dies_leaves_nothing(database: Database) -> None:
    with database.unit() as unit:
        content.publish(unit, new(), seen=0, now=NOW)
    assert number_in_force(database, NOW) == 0


def test_what_fits_into_no_row_is_refused_before_anything_is_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "LARGEST", 20)
    with pytest.raises(TooLarge):
        publish(database, 0)
    assert number_in_force(database, NOW) == 0


def test_as_much_fits_as_is_promised(database: Database) -> None:
    data = random.Random(1).randbytes(content.LARGEST - 16 * 1024)
    publish(database, 0, files={"faq/a.yaml": data})
    with database.unit() as unit:
        assert content.files(unit, 1) == {"faq/a.yaml": data}


@pytest.mark.parametrize("damage", [b"", b"no zlib", "cut", "bomb"])
def test_a_damaged_row_is_told_and_fills_no_memory(damage: bytes | str, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = content._packed({"a": b"x" * 1000})
    monkeypatch.setattr(content, "_LARGEST_WHOLE", 500 if damage == "bomb" else 5000)
    if isinstance(damage, bytes):
        packed = damage
    elif damage == "cut":
        packed = packed[:-4]
    with pytest.raises(content.Damaged):
        content._unpacked(packed)


def test_tables_that_are_not_there_are_told_plainly(tmp_path: Path) -> None:
    bare = Database(f"sqlite:///{tmp_path}/bare.db")
    with pytest.raises(Unavailable), bare.unit() as unit:
        content.in_force(unit, NOW)
    bare.close()


def test_processes_are_seen_while_they_live(database: Database) -> None:
    def note(name: str, number: int, at: datetime, faults: str = "") -> None:
        with database.writing() as unit:
            node.note(unit, node.Node(name, number, "d", faults, at))

    note("a:1", 1, NOW - 2 * node.LIFE)
    note("b:2", 1, NOW - node.LIFE / 2)
    note("b:2", 1, NOW - node.LIFE / 2)
    note("c:3", 1, NOW)
    note("c:3", 2, NOW, "看不懂 v2")
    with database.unit() as unit:
        found = node.alive(unit, NOW)
    assert [(each.name, each.number, each.faults) for each in found] == [("b:2", 1, ""), ("c:3", 2, "看不懂 v2")]
    with database.writing() as unit:
        node.gone(unit, "c:3")
    with database.unit() as unit:
        assert [each.name for each in node.alive(unit, NOW)] == ["b:2"]
