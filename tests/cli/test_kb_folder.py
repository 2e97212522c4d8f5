"""Commands that write into folders: a full disk, a crash in the middle, a place that is none, and the way out."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from desk import FLAT, Desk

WHERE, ELSEWHERE = "演示大道1号", "演示大道9号"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """v1 and v2, both published; the folder holds v2."""
    desk.kb("publish", "--why", "开始")
    desk.edit(FLAT, WHERE, ELSEWHERE)
    desk.kb("publish", "--why", "搬家")
    return desk


def full_disk(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """No room for any file after some."""
    write, written = Path.write_bytes, []

    def refuse(path: Path, data: bytes) -> int:
        if path.suffix == ".new":
            written.append(path)
            if len(written) > after:
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", refuse)


def crash(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The process ends after replacing some files."""
    replace, done = Path.replace, []

    def end(path: Path, target: Path) -> Path:
        done.append(path)
        if len(done) > after:
            raise SystemExit(1)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", end)


def test_a_full_disk_leaves_the_folder_as_it_was(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = two.files()
    with monkeypatch.context() as patch:
        full_disk(patch, after=2)
        told = two.kb("checkout", "1", "--to", str(two.settings.content_dir), code=1)
        assert "No space left on device" in told
        assert "checkout 1 --to" in told
    assert two.files() == before
    assert list(two.settings.content_dir.rglob(".*")) == []
    two.kb("checkout", "1", "--to", str(two.settings.content_dir))
    assert two.files() != before


def test_a_rollback_without_room_for_the_folder_says_what_is_left_to_do(
    two: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        full_disk(patch, after=2)
        told = two.kb("rollback", "1", "--why", "错了", "--to-folder", code=1)
    assert "已发布 v3" in told
    assert "没有写进" in told
    two.kb("checkout", "1", "--to", str(two.settings.content_dir))
    assert "与 v3 相同" in two.kb("status")


def test_after_a_crash_the_same_checkout_makes_the_folder_whole(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = two.settings.content_dir
    with monkeypatch.context() as patch:
        crash(patch, after=3)
        two.kb("checkout", "1", "--to", str(folder), code=1)
    assert "只写进来一半" in two.kb("check", code=1)
    two.kb("checkout", "1", "--to", str(folder))
    assert "是 v1 的内容" in two.kb("status")


def test_after_a_crash_the_same_import_makes_the_folder_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    table = desk.here / "内容.md"
    desk.kb("export", str(table))
    text = table.read_text(encoding="utf-8")
    assert WHERE in text
    table.write_text(text.replace(WHERE, ELSEWHERE), encoding="utf-8")
    with monkeypatch.context() as patch:
        crash(patch, after=0)
        desk.kb("import", str(table), code=1)
    told = desk.kb("check", code=1)
    assert "有一次导入只写进来一半" in told
    assert "再导入一次" in told
    desk.kb("import", str(table))
    desk.kb("check")
    assert ELSEWHERE.encode() in desk.files()[FLAT]


def test_an_import_into_a_full_disk_can_simply_be_done_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    table = desk.here / "内容.md"
    desk.kb("export", str(table))
    table.write_text(table.read_text(encoding="utf-8").replace(WHERE, ELSEWHERE), encoding="utf-8")
    with monkeypatch.context() as patch:
        full_disk(patch, after=0)
        assert "No space left on device" in desk.kb("import", str(table), code=1)
    desk.kb("check")
    desk.kb("import", str(table))
    assert ELSEWHERE.encode() in desk.files()[FLAT]


def test_an_import_keeps_who_may_read_the_file(desk: Desk) -> None:
    table, file = desk.here / "内容.md", desk.settings.content_dir / FLAT
    file.chmod(0o660)
    desk.kb("export", str(table))
    table.write_text(table.read_text(encoding="utf-8").replace(WHERE, ELSEWHERE), encoding="utf-8")
    desk.kb("import", str(table))
    assert file.stat().st_mode & 0o777 == 0o660


def test_a_place_that_is_no_folder_is_one_sentence(two: Desk) -> None:
    file = two.here / "file"
    file.write_text("x")
    for place in (file, file / "below"):
        told = two.kb("checkout", "1", "--to", str(place), code=1)
        assert len(told.splitlines()) == 1
        assert told.startswith("Error: ")
