"""One alias more in a content file, and not a byte else."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
import yaml

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


def add(folder: Path, said: str) -> None:
    alias.edit(folder, entry("card.what"), said, READ).write()


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
    add(folder, "绿卡到底是个啥")
    assert added(before, path.read_bytes()) == ["      - 绿卡到底是个啥\n".encode()]
    content = READ(snapshot(folder))
    assert "绿卡到底是个啥" in next(each for each in content.entries if each.id == "card.what").aliases


@pytest.mark.parametrize("said", ['绿卡"是": 什么', "#绿卡", "- 绿卡", "绿卡: 怎么办 # 问", "'绿卡", "no", "12"])
def test_what_yaml_would_read_otherwise_is_quoted(folder: Path, said: str) -> None:
    add(folder, said)
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
    result = alias.with_alias(before, one(), "新")
    assert after.encode() in result
    assert result.startswith(before[:20])


@pytest.mark.parametrize(
    ("aliases", "after"),
    [
        ("aliases: [x, y,]", "aliases: [x, y, 新,]"),
        ("aliases: [\n      x,\n      y\n    ]", "aliases: [\n      x,\n      y, 新\n    ]"),
        ("aliases: [\n      x,  # 一\n      y,  # 二\n    ]", "      y, 新,  # 二\n    ]"),
        ("aliases: ['x', \"y]\"]", "aliases: ['x', \"y]\", 新]"),
        ("aliases:\n      - x\n      - |-\n        y\n        z", "        y\n        z\n      - 新\n"),
        ("aliases:\n      - x  # 一\n\n      # 二", "      - x  # 一\n      - 新\n\n      # 二"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_rare_layouts(aliases: str, after: str, newline: str) -> None:
    before = f"entries:\n  - id: a.b\n    question: q\n    {aliases}\n    answer: z\n".replace("\n", newline)
    result = alias.with_alias(before.encode(), one(), "新").decode()
    assert after.replace("\n", newline) in result
    assert yaml.safe_load(result)["entries"][0]["aliases"][-1] == "新"


def test_mixed_ends_of_lines_stay_as_they_are() -> None:
    before = "entries:\r\n  - id: a.b\n    question: q\r\n    aliases:\n      - x\r\n      - y\n    answer: z\r\n"
    result = alias.with_alias(before.encode(), one(), "新").decode()
    assert result == before.replace("- y\n", "- y\n      - 新\n")


@pytest.mark.parametrize(
    "before",
    [
        "entries:\n  - {id: a.b, question: q}\n",
        "entries:\n  - id: a.b\n    question: q\n    aliases: x\n",
        "entries:\n  - id: a.b\n    question: q\n    aliases:\n",
        "entries:\n  - id: c.d\n    question: p\n    aliases: &all\n      - x\n"
        "  - id: a.b\n    question: q\n    aliases: *all\n",
        "entries:\n  - id: a.b\n    question: q\n    aliases:\n      - |+\n        x\n\n\n    answer: z\n",
        "entries: [\n",
    ],
)
def test_what_cannot_be_edited_safely_is_left_to_a_person(before: str) -> None:
    with pytest.raises(Broken) as refused:
        alias.with_alias(before.encode(), one(), "新")
    assert "faq/a.yaml" in str(refused.value)
    assert "手工" in str(refused.value) or "kb check" in str(refused.value)


def one() -> Entry:
    return Entry("a.b", "t", "q", (), "", entry("card.what").source, file="faq/a.yaml")


def test_what_would_break_the_folder_is_not_written(folder: Path) -> None:
    path = folder / "faq/card.yaml"
    before = path.read_bytes()
    with pytest.raises(Broken):
        add(folder, entry("card.who").question)
    assert path.read_bytes() == before
    assert list(path.parent.glob(".*")) == []


def test_an_entry_that_went_away(folder: Path) -> None:
    path = folder / "faq/card.yaml"
    path.write_bytes(path.read_bytes().replace(b"card.what", b"card.wha_t"))
    with pytest.raises(Broken):
        add(folder, "绿卡到底是个啥")
