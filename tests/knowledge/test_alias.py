"""One alias more in a content file, and not a byte else."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from config.settings import Settings
from conftest import library, office
from knowledge import alias, loader
from knowledge.entry import Entry
from knowledge.folder import Broken, snapshot

CONTENT = Settings.from_env({}).content_dir


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def entry(name: str) -> Entry:
    found = library().entry(name)
    assert found is not None
    return found


READ = partial(loader.parse, units=office()().units)


def added(before: bytes, after: bytes) -> list[bytes]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    rest = iter(new)
    extra = []
    for line in old:
        for candidate in rest:
            if candidate == line:
                break
            extra.append(candidate)
    return [*extra, *rest]


def test_one_line_more_and_the_comments_stay(folder: Path) -> None:
    path = folder / "faq/card.yaml"
    before = path.read_bytes()
    assert alias.add_alias(folder, entry("card.what"), "绿卡到底是个啥", READ) == "faq/card.yaml"
    assert added(before, path.read_bytes()) == ["      - 绿卡到底是个啥\n".encode()]
    content = READ(snapshot(folder))
    assert "绿卡到底是个啥" in next(each for each in content.entries if each.id == "card.what").aliases


@pytest.mark.parametrize("said", ['绿卡"是": 什么', "#绿卡", "- 绿卡", "绿卡: 怎么办 # 问", "'绿卡", "no", "12"])
def test_what_yaml_would_read_otherwise_is_quoted(folder: Path, said: str) -> None:
    alias.add_alias(folder, entry("card.what"), said, READ)
    content = READ(snapshot(folder))
    assert said in next(each for each in content.entries if each.id == "card.what").aliases


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"entries:\n- id: a.b\n  question: q\n", "entries:\n- id: a.b\n  question: q\n  aliases:\n    - 新\n"),
        (b"entries:\n  - id: a.b\n    question: q\n    aliases: [x, y]  # z\n", "aliases: [x, y, 新]  # z\n"),
        (b"entries:\n  - id: a.b\n    question: q\n    aliases: []\n", "aliases: [新]\n"),
        (b"entries:\r\n  - id: a.b\r\n    question: q\r\n    aliases:\r\n      - x\r\n", "      - x\r\n      - 新\r\n"),
        (b"\xef\xbb\xbfentries:\n  - id: a.b\n    question: q\n    aliases:\n    - x\n", "    - x\n    - 新\n"),
        (b"entries:\n  - id: a.b\n    question: q\n    aliases:\n      - x", "      - x\n      - 新"),
    ],
)
def test_however_the_file_is_written(before: bytes, after: str) -> None:
    one = Entry("a.b", "t", "q", (), "", entry("card.what").source, file="faq/a.yaml")
    result = alias.with_alias(before, one, "新")
    assert after.encode() in result
    assert result.startswith(before[:20])


def test_what_would_break_the_folder_is_not_written(folder: Path) -> None:
    path = folder / "faq/card.yaml"
    before = path.read_bytes()
    with pytest.raises(Broken):
        alias.add_alias(folder, entry("card.what"), entry("card.who").question, READ)
    assert path.read_bytes() == before
    assert list(path.parent.glob(".*")) == []


def test_an_entry_that_went_away(folder: Path) -> None:
    path = folder / "faq/card.yaml"
    path.write_bytes(path.read_bytes().replace(b"card.what", b"card.wha_t"))
    with pytest.raises(Broken):
        alias.add_alias(folder, entry("card.what"), "绿卡到底是个啥", READ)
