"""What a process serves: the version in force, wherever it was published."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.publishing import Publisher
from knowledge.folder import Broken, packed, snapshot
from machine import FLAT, SMALL, Machine, where
from models import content as versions
from models import node
from models.memory import DictMemory


def test_an_empty_database_begins_with_the_folder(machine: Machine) -> None:
    first = machine.process()
    second = machine.process()
    [version] = machine.history()
    assert (version.number, version.kind, version.changes) == (1, "first", f"+{len(first.content.entries)}")
    assert version.digest == first.content.version == second.content.version
    assert version.digest.startswith(first.version)


def test_a_broken_folder_cannot_be_the_first_version(machine: Machine) -> None:
    machine.edit("answer: 可以。", "answer可以。")
    with pytest.raises(Broken, match=r"flat\.yaml"):
        machine.process()
    assert machine.history() == []


def test_what_another_node_publishes_is_served(machine: Machine) -> None:
    library = machine.process(saving=False)
    machine.publish("7")
    machine.pass_seconds(library, seconds=3)
    assert where(library) == "7"


def test_a_signal_is_heard_before_the_next_question_to_the_database(machine: Machine) -> None:
    library = machine.process(saving=False)
    machine.pass_seconds(library, seconds=0.5)
    machine.publish("7")
    machine.pass_seconds(library, seconds=0.5)
    assert where(library) == "1"
    machine.memory.set("content.head", "x", 60)
    machine.pass_seconds(library, seconds=0.5)
    assert where(library) == "7"


def test_a_broken_folder_stops_no_start_once_something_is_published(machine: Machine) -> None:
    machine.process()
    machine.edit("answer: 可以。", "answer可以。")
    library = machine.process()
    assert where(library) == "1"
    assert library.faults[0].file == FLAT
    shutil.rmtree(machine.folder)
    assert where(machine.process()) == "1"


def test_a_staged_version_comes_into_force_by_itself(machine: Machine) -> None:
    library = machine.process(saving=False)
    machine.publish("7", at=machine.now() + timedelta(hours=1))
    machine.pass_seconds(library)
    assert where(library) == "1"
    machine.ahead = timedelta(hours=1, seconds=1)
    machine.pass_seconds(library, seconds=3)
    assert where(library) == "7"


def test_a_version_this_program_cannot_read_keeps_the_last_good(machine: Machine) -> None:
    library = machine.process(saving=False)
    files = dict(snapshot(SMALL).files)
    files[FLAT] = files[FLAT].replace(b"answer:", b"answered:")
    newer = packed(files)
    Publisher(machine.db, DictMemory(), machine.now).publish(newer, "published", seen=1, by="", why="")
    machine.pass_seconds(library)
    assert where(library) == "1"
    assert library.faults[0].file == "v2"
    assert library.faults[1].file == f"v2 {FLAT}"
    started = machine.process(saving=False)
    assert where(started) == "1"
    assert started.faults == library.faults
    machine.publish("7")
    machine.pass_seconds(library, started)
    assert (where(library), where(started)) == ("7", "7")
    assert library.faults == started.faults == ()


def test_a_damaged_version_keeps_the_last_good(machine: Machine) -> None:
    library = machine.process(saving=False)
    machine.publish("7")
    with machine.db.writing() as unit:
        unit.connection.exec_driver_sql("UPDATE content_version SET files = x'00' WHERE number = 2")
    machine.pass_seconds(library)
    assert where(library) == "1"
    assert "读不出来" in library.faults[0].problem


def test_without_the_database_the_last_good_goes_on(
    machine: Machine, unreachable: Callable[[bool], None], caplog: pytest.LogCaptureFixture
) -> None:
    library = machine.process()
    machine.pass_seconds(library)
    unreachable(True)
    machine.edit("演示大道1号", "演示大道9号")
    with caplog.at_level(logging.WARNING, "huicai.content"):
        machine.pass_seconds(library, seconds=8)
    assert where(library) == "1"
    assert len([each for each in caplog.records if each.levelno >= logging.WARNING]) == 1
    unreachable(False)
    machine.pass_seconds(library)
    assert where(library) == "9"


def test_a_start_without_the_database_takes_over_what_is_in_force_later(
    machine: Machine, unreachable: Callable[[bool], None]
) -> None:
    machine.process()
    machine.publish("7")
    unreachable(True)
    library = machine.process()
    assert where(library) == "1"
    unreachable(False)
    machine.pass_seconds(library)
    assert where(library) == "7"
    assert len(machine.history()) == 2


def test_each_process_tells_what_it_serves(machine: Machine) -> None:
    first, second = machine.process(saving=False, name="a:1"), machine.process(saving=False, name="b:2")
    machine.pass_seconds(first, second)
    machine.publish("7")
    machine.pass_seconds(first, seconds=6)
    machine.pass_seconds(second, seconds=0)
    with machine.db.unit() as unit:
        known = node.alive(unit, machine.now())
    assert [(each.name, each.number) for each in known] == [("a:1", 2), ("b:2", 1)]
    machine.sources[first].close()
    with machine.db.unit() as unit:
        assert [each.name for each in node.alive(unit, machine.now())] == ["b:2"]


def test_nobody_waits_for_the_packing_of_a_version(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packing 18 MB takes half a second; the write lock, which every callback needs, was held all that time."""
    machine.process(saving=False)
    pack, written = versions._packed, []

    def packed_while_others_write(files: dict[str, bytes]) -> bytes:
        with machine.db.writing(0.2):
            written.append(True)
        return pack(files)

    monkeypatch.setattr(versions, "_packed", packed_while_others_write)
    machine.publish("2")
    assert written == [True]
    assert len(machine.history()) == 2


def test_a_process_that_has_ended_is_noted_no_more(machine: Machine) -> None:
    library = machine.process(saving=False)
    machine.pass_seconds(library)
    machine.sources[library].close()
    machine.ahead = timedelta(seconds=60)
    machine.pass_seconds(library, seconds=20)
    with machine.db.unit() as unit:
        assert node.alive(unit, machine.now()) == []
