"""Questions and answers as a Markdown text: `## id`, short fields as a list, long ones under headings of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from knowledge.exchange import cell as cells
from knowledge.exchange.columns import ENTRIES, LISTS, Column, joined, parted
from knowledge.exchange.merge import Given
from knowledge.exchange.package import LARGEST, Refused

_SHORT = re.compile(r"[-*] ([^：:]{1,20})[：:][ \t]*(.*)")
_HEAD = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*")
_ESCAPE = re.compile(r"^(?=[#\\])", re.MULTILINE)
_KNOWN: Mapping[str, Column] = {name: column for column in ENTRIES.columns for name in (column.title, column.name)}


def write(rows: Iterable[Mapping[str, str]]) -> str:
    lines: list[str] = []
    for (file, topic), some in groupby(rows, key=lambda row: (row["file"], row["topic"])):
        lines += [f"# {file}（{topic}）", ""]
        for row in some:
            lines += [f"## {row['id']}", "", *_row(row)]
    return "\n".join(lines)


def _row(row: Mapping[str, str]) -> Iterable[str]:
    long = []
    for column in ENTRIES.columns:
        text = row[column.name]
        if column.name == "id" or text == "":
            continue
        if column.kind in (*LISTS, "long") or "\n" in text:
            long.append((column, text))
        else:
            yield f"- {column.title}：{text}"
    for column, text in long:
        yield from ("", f"### {column.title}", "")
        yield from (f"- {line}" for line in text.split("\n")) if column.kind in LISTS else [_ESCAPE.sub(r"\\", text)]
    yield ""


def read(path: Path) -> tuple[list[Given], list[str]]:
    """Raises Refused."""
    try:
        data = path.read_bytes()[: LARGEST + 1]
    except OSError as error:
        raise Refused(f"读不了 {path.name}（{error.strerror}）", "检查文件名和权限") from None
    if len(data) > LARGEST or b"\0" in data:
        raise Refused(f"{path.name} 太大，或者不是文字文件", "用文字编辑器打开看看")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{path.name} 不是 UTF-8 编码", "在编辑器里选“另存为”，编码选 UTF-8") from None
    reader = _Reader()
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        reader.line(number, line)
    found = reader.done()
    if not found:
        raise Refused(f"{path.name} 里没有以“## 编号”开头的问答", "先用 kb export 导出一份看看写法")
    return found, reader.notes


class _Reader:
    """Line by line. What stands before the first `##` is for people."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._found: list[Given] = []
        self._given: Given | None = None
        self._column: Column | None = None
        self._body: list[str] = []

    def line(self, number: int, line: str) -> None:
        head = _HEAD.fullmatch(line.rstrip())
        if head and len(head[1]) <= 2:
            self._close()
            self._given = Given(ENTRIES, {}, f"第 {number} 行 {head[2]}", number) if len(head[1]) == 2 else None
            if self._given is not None:
                self._found.append(self._given)
                cells.take(self._given, ENTRIES.column("id"), head[2])
        elif self._given is not None and head and len(head[1]) == 3:
            self._close()
            self._column = self._known(number, head[2])
        elif self._given is not None and self._column is not None:
            self._body.append(line)
        elif self._given is not None and line.strip():
            self._short(self._given, number, line.strip())

    def done(self) -> list[Given]:
        self._close()
        for given in self._found:
            for column in ENTRIES.columns:  # what an entry does not mention it does not have
                if column.name not in given.cells:
                    cells.take(given, column, None)
        return self._found

    def _short(self, given: Given, number: int, line: str) -> None:
        found = _SHORT.fullmatch(line)
        column = self._known(number, found[1]) if found else None
        if found and column:
            cells.take(given, column, found[2])
        elif not found:
            given.fault("", f"第 {number} 行看不懂：{line[:30]}", "短的栏目写成“- 标题：内容”，长的放在“### 标题”下面")

    def _known(self, number: int, title: str) -> Column | None:
        column = _KNOWN.get(title.strip())
        if column is None:
            self.notes.append(f"第 {number} 行的“{title.strip()[:20]}”不认识，没有导入")
        return column

    def _close(self) -> None:
        if self._given is not None and self._column is not None:
            text = "\n".join(self._body).strip("\n")
            if self._column.kind in LISTS:
                lines = [re.sub(r"^\s*[-*][ \t]+", "", line) for line in text.split("\n")]
                text = joined(parted("\n".join(lines)))
            else:
                text = re.sub(r"^\\", "", text, flags=re.MULTILINE)
            cells.take(self._given, self._column, text)
        self._column, self._body = None, []
