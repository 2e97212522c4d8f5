"""Saved files: what is published by itself, what is not, and why."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.publishing import Publisher
from knowledge.folder import snapshot, write
from knowledge.library import Library
from machine import FLAT, ONE, SMALL, Machine, where
from models import content as versions
from models.content import Version


def test_a_save_is_one_version_for_all_processes(machine: Machine) -> None:
    first, second = machine.process(), machine.process()
    machine.edit("演示大道1号", "演示大道9号")
    machine.pass_seconds(first, second)
    assert where(first) == where(second) == "9"
    newest, _ = machine.history()
    assert (newest.kind, newest.changes, newest.digest) == ("saved", "+0 -0 ~1", first.content.version)


def test_two_processes_that_publish_one_save_at_once_make_one_version(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machine.process(), machine.process()
    publish = Publisher.publish

    def slowly(*arguments: object, **named: object) -> Version:
        monkeypatch.setattr(Publisher, "publish", publish)
        machine.pass_seconds(second)
        return publish(*arguments, **named)  # type: ignore[arg-type]

    machine.edit("演示大道1号", "演示大道9号")
    monkeypatch.setattr(Publisher, "publish", slowly)
    machine.pass_seconds(first)
    assert where(first) == where(second) == "9"
    assert [each.number for each in machine.history()] == [2, 1]
    assert first.faults == second.faults == ()


def test_a_file_removed_is_a_change_too(machine: Machine) -> None:
    (machine.folder / "faq/more.yaml").write_text(ONE, encoding="utf-8")
    library = machine.process()
    assert library.entry("more.one")
    machine.pass_seconds(library, seconds=2)
    machine.ahead = timedelta(seconds=10)
    (machine.folder / "faq/more.yaml").unlink()
    machine.pass_seconds(library)
    assert library.entry("more.one") is None
    assert machine.history()[0].kind == "saved"


def test_with_the_command_alone_a_save_publishes_nothing_and_its_faults_are_told(machine: Machine) -> None:
    library = machine.process(saving=False)
    machine.edit("演示大道1号", "演示大道9号")
    machine.pass_seconds(library)
    assert where(library) == "1"
    assert len(machine.history()) == 1
    machine.edit("answer: 可以。", "answer可以。")
    machine.pass_seconds(library)
    assert library.faults[0].file == FLAT
    machine.edit("answer可以。", "answer: 可以。")
    machine.pass_seconds(library)
    assert library.faults == ()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each time a version was packed, where nothing fits."""
    pack, packed = versions._packed, []

    def counting(files: dict[str, bytes]) -> bytes:
        packed.append(len(files))
        return pack(files)

    monkeypatch.setattr(versions, "LARGEST", 20)
    monkeypatch.setattr(versions, "_packed", counting)
    return packed


def test_a_save_that_is_too_large_is_told_and_tried_once(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    library = machine.process()
    tried = counted(monkeypatch)
    machine.edit("演示大道1号", "演示大道9号")
    machine.pass_seconds(library, seconds=20)
    assert where(library) == "1"
    assert len(tried) == 1
    assert "存不进数据库" in library.faults[0].problem
    monkeypatch.undo()
    machine.edit("演示大道9号", "演示大道7号")
    machine.pass_seconds(library)
    assert where(library) == "7"
    assert library.faults == ()


def test_a_first_version_that_is_too_large_is_told_and_tried_once(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = counted(monkeypatch)
    library = machine.process()
    machine.pass_seconds(library, seconds=20)
    assert where(library) == "1"
    assert len(tried) == 1
    assert "存不进数据库" in library.faults[0].problem


def test_a_broken_save_keeps_what_is_in_force(machine: Machine) -> None:
    library = machine.process()
    machine.edit("answer: 可以。", "answer可以。")
    machine.pass_seconds(library, seconds=2)
    assert library.faults[0].file == FLAT
    assert where(library) == "1"
    machine.publish("7")
    machine.pass_seconds(library)
    assert where(library) == "7"
    assert library.faults[0].file == FLAT


def rolled_back(machine: Machine) -> Library:
    """v1 in force, v2 saved, v3 the content of v1 again; the folder still holds v2."""
    library = machine.process()
    machine.edit("演示大道1号", "演示大道9号")
    machine.pass_seconds(library)
    assert where(library) == "9"
    machine.publish("1")
    machine.pass_seconds(library)
    assert where(library) == "1"
    return library


def test_a_rollback_is_not_undone_by_files_saved_before_it(machine: Machine) -> None:
    library = rolled_back(machine)
    machine.pass_seconds(library, machine.process(), seconds=10)
    assert where(machine.process()) == "1"
    assert [each.number for each in machine.history()] == [3, 2, 1]


def test_the_next_save_after_a_rollback_is_published(machine: Machine) -> None:
    library = rolled_back(machine)
    machine.edit("演示大道9号", "演示大道5号")
    machine.pass_seconds(library)
    assert where(library) == "5"


def test_a_folder_edited_while_nothing_ran_is_published_at_the_start(machine: Machine) -> None:
    machine.process()
    machine.edit("演示大道1号", "演示大道9号")
    assert where(machine.process(saving=False)) == "1"
    assert where(machine.process()) == "9"
    machine.publish("7")
    assert where(machine.process()) == "7"


def test_a_save_that_a_staged_version_would_undo_waits_until_that_is_withdrawn(machine: Machine) -> None:
    library = machine.process()
    staged = machine.publish("7", at=machine.now() + timedelta(hours=1))
    machine.edit("演示大道1号", "演示大道9号")
    machine.pass_seconds(library)
    assert where(library) == "1"
    assert "v2 定于" in library.faults[0].problem
    assert "withdraw 2" in library.faults[0].cure
    Publisher(machine.db, machine.memory, machine.now).withdraw(staged.number, by="", why="")
    machine.pass_seconds(library)
    assert where(library) == "9"
    assert library.faults == ()


def test_a_save_older_than_a_staged_version_does_not_undo_it_when_its_time_has_come(machine: Machine) -> None:
    library = machine.process()
    machine.publish("7", at=machine.now() + timedelta(hours=1))
    machine.edit("演示大道1号", "演示大道9号")
    machine.pass_seconds(library)
    machine.ahead = timedelta(hours=2)
    machine.pass_seconds(library, seconds=10)
    assert where(library) == "7"
    assert "v2 生效以前存的改动还没有发布" in library.faults[0].problem
    assert "publish --why" in library.faults[0].cure
    late = machine.process()
    machine.pass_seconds(late)
    assert "v2 生效以前存的改动还没有发布" in late.faults[0].problem
    machine.publish("9")
    machine.pass_seconds(library, late)
    assert where(library) == where(late) == "9"
    assert library.faults == late.faults == ()


def test_another_districts_folder_is_not_published_by_being_there(machine: Machine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    machine.process()
    files = {name: data for name, data in snapshot(SMALL).files.items() if not name.startswith("faq/")}
    files |= {"faq/more.yaml": ONE.encode(), "exam.yaml": b"version: 1\nquestions: []\n"}
    time.sleep(0.02)
    write(other, files)
    library = machine.process(folder=other)
    assert where(library) == "1"
    assert "像是误删，或是别的区的内容" in library.faults[0].problem
    assert len(machine.history()) == 1


def test_a_version_half_written_into_the_folder_is_not_published(machine: Machine) -> None:
    library = machine.process()
    (machine.folder / ".unfinished").touch()
    machine.edit("演示大道1号", "演示大道9号")
    machine.pass_seconds(library)
    assert where(library) == "1"
    assert "只写进来一半" in library.faults[0].problem
    write(machine.folder, snapshot(SMALL).files)
    machine.pass_seconds(library)
    assert library.faults == ()
    assert len(machine.history()) == 1
