"""`flask kb predict`: what the matcher would decide on a set of questions, over the set's own content."""

from __future__ import annotations

import gc
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

import click
from flask.cli import AppGroup

from config.settings import Settings
from knowledge import text
from knowledge.answer import Thresholds, decide
from knowledge.entry import Answer, Content, Entry, Maybe, Source, Sure, Words
from knowledge.index import Index
from knowledge.loader import load_words

_RANKED = 10
_SOURCE = Source(document="", as_of="", owner="", validity="unknown")


class _Set(NamedTuple):
    entries: tuple[Entry, ...]
    questions: tuple[str, ...]


def add_to(kb: AppGroup, settings: Settings) -> None:
    @kb.command("predict")
    @click.argument("questions", metavar="SET.jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--out", required=True, type=click.File("w", encoding="utf-8"), help="Where the lines go; - prints.")
    def predict(questions: Path, out: TextIO) -> None:
        """What would be decided on the questions of a set whose `kb` lines are the content; words.yaml applies.

        Lines {"kb": {"id", "question", "aliases"}} and {"q": {"text"}}, others are passed over. Writes a line a
        question: {"i", "ranked": [[id, score] ..], "decision": "sure|maybe|unknown", "ms"}, i from 0; another office's
        matter is "unknown". Last {"build_s", "rss_mb", "kb"}: seconds to make the index, resident memory of this whole
        process when all is answered, entries. Opens no database.
        """
        _predict(_read(questions), load_words(settings.content_dir), _thresholds(settings), out)


def _thresholds(settings: Settings) -> Thresholds:
    return Thresholds.tolerating(settings.false_answers, settings.vain_choices)


def _predict(given: _Set, words: Words, thresholds: Thresholds, out: TextIO) -> None:
    started = time.perf_counter()
    index = Index(Content("", given.entries, (), (), (), words, {}, ()))
    built = time.perf_counter() - started
    gc.collect()  # as the server does after a load
    gc.freeze()
    for number, said in enumerate(given.questions):
        started = time.perf_counter()
        plain = text.normalise(said)
        found = index.search(plain)
        answer = decide(found, thresholds, index.outside(plain, found))
        spent = (time.perf_counter() - started) * 1000
        ranked = [[each.entry.id, round(each.score, 6)] for each in answer.ranked[:_RANKED]]
        _write(out, {"i": number, "ranked": ranked, "decision": _decision(answer), "ms": round(spent, 4)})
    _write(out, {"build_s": round(built, 3), "rss_mb": round(_resident(), 1), "kb": len(given.entries)})


def _decision(answer: Answer) -> str:
    if isinstance(answer, Sure):
        return "sure"
    return "maybe" if isinstance(answer, Maybe) else "unknown"


def _write(out: TextIO, row: dict[str, object]) -> None:
    out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _resident() -> float:
    """Megabytes (10^6 bytes) of this process; where the system does not tell the present ones, the most it had."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _read(path: Path) -> _Set:
    entries: dict[str, Entry] = {}
    questions = []
    for number, row in _rows(path):
        where = f"{path.name} 第 {number} 行"
        if "kb" in row:
            entry = _entry(row["kb"], where)
            if entry.id in entries:
                raise click.ClickException(f"{where}：编号 {entry.id} 已经有了；每条问答的编号要不同")
            entries[entry.id] = entry
        elif "q" in row:
            questions.append(_text(row["q"], "text", f"{where}的 q"))
    if not entries:
        raise click.ClickException(f"{path.name}：没有一行 kb，没有内容可以匹配")
    return _Set(tuple(entries.values()), tuple(questions))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:  # not UTF-8 is one too
                raise click.ClickException(f"{path.name} 第 {number} 行：不是一行 UTF-8 的 JSON") from None
            if not isinstance(row, dict):
                raise click.ClickException(f"{path.name} 第 {number} 行：不是 JSON 对象，应写成 {{...}}")
            yield number, row


def _entry(row: object, where: str) -> Entry:
    aliases = row.get("aliases", []) if isinstance(row, dict) else []
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise click.ClickException(f"{where}：aliases 应是一列文字")
    known, question = _text(row, "id", f"{where}的 kb"), _text(row, "question", f"{where}的 kb")
    return Entry(known, "", question, tuple(aliases), "", _SOURCE)


def _text(row: object, name: str, where: str) -> str:
    found = row.get(name) if isinstance(row, dict) else None
    if not isinstance(found, str):
        raise click.ClickException(f"{where}：缺少文字 {name}")
    return found
