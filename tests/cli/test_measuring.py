"""`flask kb predict`: a set in, a line a question out, nothing opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from config.settings import Settings
from handlers.cli import measuring
from handlers.cli.telling import Told

SMALL = Path(__file__).parents[1] / "knowledge" / "content_small"
ENTRIES = [
    {"kb": {"id": "rent", "question": "公寓租金多少", "aliases": ["公寓房租怎么算"]}},
    {"kb": {"id": "where", "question": "公寓在哪里"}},
]


def predict(tmp_path: Path, lines: list[Any], out: str = "out.jsonl") -> Result:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (tmp_path / "set.jsonl").write_text(text + "\n", encoding="utf-8")
    kb = Told("kb")
    measuring.add_to(kb, Settings(content_dir=SMALL, database_url="sqlite:////nowhere/at/all.db"))
    command = ["predict", str(tmp_path / "set.jsonl"), "--out", str(tmp_path / out)]
    return Flask(__name__).test_cli_runner().invoke(kb, command)


def test_a_line_a_question_and_one_on_the_whole(tmp_path: Path) -> None:
    asked = [{"q": {"text": "公寓租金多少？", "gold_id": "rent"}}, {"q": {"text": "帮我写一首诗", "gold_id": None}}]
    done = predict(tmp_path, [{"meta": {"name": "x"}}, *ENTRIES, *asked])
    assert done.exit_code == 0, done.output
    first, second, last = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert (first["i"], first["ranked"], first["decision"]) == (0, [["rent", 1.0]], "sure")
    assert (second["i"], second["decision"]) == (1, "unknown")
    assert first["ms"] > 0
    assert set(last) == {"build_s", "rss_mb", "kb"}
    assert last["kb"] == 2
    assert 20 < last["rss_mb"] < 2000


def test_the_words_of_the_content_folder_apply(tmp_path: Path) -> None:
    """演示区 is a region in its words.yaml, 社保 another office's."""
    asked = [{"q": {"text": "演示区公寓租金多少"}}, {"q": {"text": "我的社保断了"}}]
    assert predict(tmp_path, [*ENTRIES, *asked]).exit_code == 0
    first, second, _ = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert first["ranked"] == [["rent", 1.0]]
    assert second["decision"] == "unknown"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "第 3 行：不是一行 UTF-8 的 JSON"),
        ("[1]", "第 3 行：不是 JSON 对象"),
        ({"kb": {"id": "rent", "question": "又是租金"}}, "第 3 行：编号 rent 已经有了"),
        ({"kb": {"question": "没有编号"}}, "第 3 行的 kb：缺少文字 id"),
        ({"kb": {"id": "x", "question": "问", "aliases": "不是一列"}}, "第 3 行：aliases 应是一列文字"),
        ({"q": "公寓"}, "第 3 行的 q：缺少文字 text"),
    ],
)
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, line: object, told: str) -> None:
    done = predict(tmp_path, [*ENTRIES, line])
    assert done.exit_code == 1
    assert told in done.output
    assert "Traceback" not in done.output


def test_a_set_without_content_is_refused(tmp_path: Path) -> None:
    assert "没有一行 kb" in predict(tmp_path, [{"q": {"text": "公寓"}}]).output


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = predict(tmp_path, ENTRIES, out="no/such/folder.jsonl")
    assert done.exit_code != 0
    assert "folder.jsonl" in done.output
