"""What a process serves: the version in force, wherever it was published, and saved files."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.published import Published
from handlers.publishing import Publisher
from knowledge.entry import Sure
from knowledge.folder import Broken, WorkingCopy, packed, snapshot, write
from knowledge.library import Library
from models import content as versions
from models import node
from models.content import Version
from models.db import Database, Unavailable
from models.memory import DictMemory

SMALL = Path(__file__).parents[1] / "knowledge" / "content_small"
UNITS = ("organization", "housing", "hr")
WHERE = "青年公寓在哪里"
FLAT = "faq/flat.yaml"


class Machine:
    """A database, a folder, and any number of processes on them. The clock stands still until it is moved."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.db, self.folder, self.memory = database, folder, DictMemory()
        self.ahead = timedelta()
        self.sources: dict[Library, Published] = {}
        self._seconds = 100.0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def process(
        self, *, saving: bool = True, folder: Path | None = None, name: str = "", patience: float = 0
    ) -> Library:
        source = Published(
            self.db,
            self.memory,
            WorkingCopy(folder or self.folder),
            self.now,
            saving=saving,
            name=name or f"p{len(self.sources)}",
            patience=0,
        )
        library = Library(source, UNITS, today=lambda: self.now().date())
        self.sources[library] = source
        return library

    def pass_seconds(self, *libraries: Library, seconds: float = 4) -> None:
        for _ in range(int(seconds * 2)):
            self._seconds += 0.5
            for library in libraries:
                library.refresh(self._seconds)

    def edit(self, old: str, new: str, name: str = FLAT) -> None:
        time.sleep(0.02)  # the clock by which files are stamped goes in steps
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        time.sleep(0.02)

    def publish(self, number: str, **values: object) -> Version:
        """Somewhere else: the content with the flat at `number`."""
        files = dict(snapshot(SMALL).files)
        files[FLAT] = files[FLAT].replace("演示大道1号".encode(), f"演示大道{number}号".encode())
        publisher = Publisher(self.db, DictMemory(), self.now)
        head = self.history()[0].number
        return publisher.publish(packed(files), "published", seen=head, by="老王", why="", **values)  # type: ignore[arg-type]

    def history(self) -> list[Version]:
        with self.db.unit() as unit:
            return versions.history(unit)


def where(library: Library) -> str:
    answer = library.ask(WHERE)
    assert isinstance(answer, Sure), answer
    return answer.best.entry.answer.strip().removeprefix("演示大道").removesuffix("号。")


@pytest.fixture
def machine(migrated: Path, tmp_path: Path) -> Iterator[Machine]:
    shutil.copyfile(migrated, tmp_path / "huicai.db")
    database = Database(f"sqlite:///{tmp_path}/huicai.db")
    yield Machine(database, Path(shutil.copytree(SMALL, tmp_path / "content")))
    database.close()


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


ONE = """version: 1
topic: flat
source: {document: 演示, as_of: "2022", owner: housing, validity: unknown, quote: 演示}
entries:
  - {id: more.one, question: 楼下的演示超市几点关门, aliases: [], answer: 演示。}
"""


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
    assert library.faults == ()


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


@pytest.fixture
def unreachable(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Take the database away, and give it back."""
    unit = machine.db.unit

    def away(gone: bool) -> None:
        def refuse() -> None:
            raise Unavailable("gone")

        monkeypatch.setattr(machine.db, "unit", refuse if gone else unit)

    return away


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
    assert len(caplog.records) == 1
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


def test_writing_a_version_leaves_exactly_its_files(tmp_path: Path) -> None:
    files = dict(snapshot(SMALL).files)
    write(tmp_path / "new", files)
    (tmp_path / "new/faq/old.yaml").write_text("x")
    (tmp_path / "new/README").write_text("mine")
    write(tmp_path / "new", files)
    assert snapshot(tmp_path / "new").files == files
    assert sorted(os.listdir(tmp_path / "new")) == sorted([*{name.split("/")[0] for name in files}, "README"])
    for name in ("../a.yaml", "faq/../../a.yaml", "faq/.a.yaml", "/etc/a.yaml", "faq/a/b.yaml", "faq/a.txt", ""):
        with pytest.raises(ValueError, match="no name"):
            write(tmp_path / "new", {**files, name: b""})


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
