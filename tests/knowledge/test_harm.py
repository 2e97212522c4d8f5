"""Harm done to a content folder that is being served: nothing is executed, the last good content goes on answering,
and the fault says where and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry import Content, Fault, Sure
from knowledge.folder import packed, snapshot
from knowledge.library import Library
from knowledge.loader import Broken, parse

UNITS = ("organization", "housing", "hr")
SMALL = Path(__file__).parent / "content_small"
FAQ = "faq/flat.yaml"
WHERE = "青年公寓在哪里"
GOOD = snapshot(SMALL).files


def _bomb(path: Path) -> None:
    rows = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9) or 'x'}]" if i else "l0: &l0 [x, x]" for i in range(30)]
    path.write_text("version: 1\n" + "\n".join(rows), encoding="utf-8")


def _merge_bomb(path: Path) -> None:
    path.write_text("a: &a {b: 1}\nc:\n  <<: *a\n", encoding="utf-8")


def _tag(path: Path) -> None:
    path.write_text(f"version: 1\ntopic: !!python/object/apply:os.mkdir ['{path.parent.parent.parent}/ran']\n")


def _tagged_key(path: Path) -> None:
    path.write_text(f"version: 1\n!!python/object/apply:os.mkdir ['{path.parent.parent.parent}/ran']: x\ntopic: flat\n")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:700])


def _half_a_character(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.read_bytes().index("青".encode()) + 1])


def _cut_off(path: Path) -> None:
    """What is left is GBK too, by chance."""
    path.write_bytes(path.read_bytes()[: path.read_bytes().index("青".encode()) + 2])


def _gbk(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))


def _nul(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"aspect", b"as\x00pect", 1))


def _nine_megabytes(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"# " + b"x" * 9 * 1024 * 1024)


def _link_out(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


def _folder_link_out(path: Path) -> None:
    away = path.parent.parent.parent / "away"
    shutil.move(path.parent, away)
    path.parent.symlink_to(away)
    os.utime(path, (1, 1))


def _twice(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"topic: flat\n")


def _tab(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"    about", b"\tabout", 1))


def _deep(path: Path) -> None:
    path.write_bytes(b"version: 1\nentries: " + b"[" * 500_000)


def _deep_in_braces(path: Path) -> None:
    path.write_bytes(b"version: 1\nentries: " + b'{"]": ' * 200_000)


def _deep_in_dashes(path: Path) -> None:
    path.write_bytes(b"version: 1\nentries:\n" + b"- " * 500_000)


def _deep_in_steps(path: Path) -> None:
    path.write_bytes(b"".join(b" " * at + b"a:\n" for at in range(1800)))


def _documents(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"---\nversion: 1\n")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


HARMS = [
    (_bomb, "引用写法", 2),
    (_merge_bomb, "引用写法", 1),
    (_tag, "标签", 2),
    (_tagged_key, "", 0),
    (_half, "", 0),
    (_half_a_character, "UTF-8", 3),
    (_cut_off, "中间断了", 3),
    (_gbk, "GBK", 3),
    (_nul, "NUL", 10),
    (_nine_megabytes, "超过了 2 MB", 0),
    (_link_out, "指向内容目录以外", 0),
    (_folder_link_out, "指向内容目录以外", 0),
    (_twice, "写了两次", 29),
    (_tab, "Tab", 9),
    (_deep, "套得太深", 2),
    (_deep_in_braces, "套得太深", 2),
    (_deep_in_dashes, "套得太深", 3),
    (_deep_in_steps, "套得太深", 51),
    (_documents, "", 0),
    (_empty, "文件是空的", 1),
]


@pytest.mark.parametrize(("harm", "problem", "line"), HARMS, ids=lambda value: getattr(value, "__name__", ""))
def test_harm_is_told_and_changes_no_answer(
    folder: Path, tmp_path: Path, harm: Callable[[Path], None], problem: str, line: int
) -> None:
    library = Library(folder, UNITS)
    version = library.content.version
    harm(folder / FAQ)
    assert not any(library.refresh(second / 2) for second in range(5))
    answer = library.ask(WHERE)
    assert isinstance(answer, Sure)
    assert answer.best.entry.answer == "演示大道1号。"
    assert library.content.version == version
    fault = next(fault for fault in library.faults if fault.file == FAQ)
    assert problem in fault.problem
    assert fault.cure
    assert fault.line == line or not line
    assert not (tmp_path / "ran").exists()


def test_what_is_no_file_is_no_content(folder: Path) -> None:
    (folder / "faq" / "loop.yaml").symlink_to("loop.yaml")
    (folder / "faq" / "folder.yaml").mkdir()
    os.mkfifo(folder / "faq" / "pipe.yaml")
    assert snapshot(folder).files == GOOD


def test_every_beginning_of_a_file_is_told_or_read() -> None:
    """Half-written: an editor that was stopped anywhere in the middle."""
    for end in range(0, len(GOOD[FAQ]), 31):
        _read({**GOOD, FAQ: GOOD[FAQ][:end]})


_BYTES = st.sampled_from(b'|:|\t|- |\n|"|{|]|&a |*a|!!|\x00|\xff|\xc2\x85'.split(b"|"))


@settings(max_examples=60)
@given(st.data())
def test_any_damage_is_told_or_read(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(set(GOOD) - {"phrases.yaml"})))
    whole = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, max(0, len(whole) - 1)))
        whole[at : at + data.draw(st.integers(0, 12))] = data.draw(_BYTES | st.binary(max_size=6))
    _read({**GOOD, name: bytes(whole)})


def _read(files: dict[str, bytes]) -> None:
    faults: tuple[Fault, ...] = ()
    try:
        assert isinstance(parse(packed(files), UNITS), Content)
    except Broken as broken:
        faults = broken.faults
    assert all(fault.file and fault.problem and fault.cure for fault in faults)
