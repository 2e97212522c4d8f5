"""Changing single rows of a content file and leaving every other byte of it where it was, comments included."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from knowledge import yamlfile
from knowledge.exchange.package import Refused

_DASH = re.compile(r"-[ \t]*(?:#[^\n]*)?\s*\Z")
_NEAR = 400  # characters before a row among which its dash is looked for
_COMMENT = re.compile(r"[ \t]+#[^\n]*")
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Block:
    """Where a row stands: offsets into the text."""

    start: int
    end: int


class Document:
    """One content file. Edits are collected and made at once by `text`."""

    def __init__(self, data: bytes, rows: str) -> None:
        """`rows`: the list's name. Raises Refused for what is no such file."""
        file, sound = yamlfile.read("", data)
        if sound is None:
            raise Refused(f"它写进的文件读不懂：{file.faults[0].problem}", "先用 kb check 改对内容文件，再导入一次")
        whole = data.decode("utf-8")
        self._mark, self._text = whole[: whole.startswith(_MARK)], whole.removeprefix(_MARK)
        self._edits: list[tuple[int, int, str]] = []
        self._added: list[list[str]] = []
        top = yaml.compose(self._text, Loader=yaml.CBaseLoader)
        fields = dict(_fields(top)) if isinstance(top, yaml.MappingNode) else {}
        self._list = fields.get(rows)
        self._rows: dict[str, yaml.MappingNode] = {}
        if isinstance(self._list, yaml.SequenceNode):
            self._take(self._list)

    def _take(self, rows: yaml.SequenceNode) -> None:
        if rows.flow_style and rows.value:
            raise Refused("这个文件把各条写在一对方括号里，导入改不了", "改成每条以“- ”另起一行，再导入一次")
        for node in rows.value:
            if isinstance(node, yaml.MappingNode):
                name = dict(_fields(node)).get("id")
                self._rows.setdefault(str(name.value).strip() if name else "", node)

    def lines(self, name: str) -> range:
        """The lines of the file on which a row stands, before the edits; none when it has no such row."""
        if name not in self._rows:
            return range(0)
        block = self._block(self._rows[name])
        return range(self._text.count("\n", 0, block.start) + 1, self._text.count("\n", 0, block.end - 1) + 2)

    def change(self, name: str, fields: dict[str, list[str]], whole: list[str]) -> None:
        """Give fields of a row new lines, none to drop a field; `whole` is used when the row cannot be edited so."""
        node = self._rows[name]
        block = self._block(node)
        known = dict(_keys(node))
        first = next(iter(known), "")
        if node.flow_style or any(not lines and field == first for field, lines in fields.items()):
            self._edits.append((block.start, block.end, self._lines(whole, self._column(block.start))))
            return
        new: list[str] = []
        for field, lines in fields.items():
            if field in known:
                self._edits.append(self._field(*known[field], lines))
            else:
                new += lines
        if new:
            column = self._column(node.start_mark.index)
            self._edits.append((block.end, block.end, self._ended(block.end) + self._lines(new, column)))

    def remove(self, name: str) -> None:
        block = self._block(self._rows[name])
        end = block.end
        while self._text[end : end + 1] == "\n" or self._text[end : end + 2] == "\r\n":
            end = self._text.index("\n", end) + 1
        self._edits.append((block.start, end, ""))

    def add(self, lines: list[str]) -> None:
        self._added.append(lines)

    def text(self) -> bytes:
        """The file with all edits made. Raises Refused when there is no list to add to."""
        if self._added:
            self._edits.append(self._appended())
        parts, at = [self._mark], 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[0]):
            parts += [self._text[at:start], new.replace("\n", "\r\n") if "\r\n" in self._text else new]
            at = max(at, end)
        return "".join([*parts, self._text[at:]]).encode("utf-8")

    def _field(self, key: yaml.Node, value: yaml.Node, lines: list[str]) -> tuple[int, int, str]:
        start, end = key.start_mark.index, self._content_end(value)
        if not lines:
            return self._line_start(start), self._line_end(end), ""
        if len(lines) > 1 and (comment := _COMMENT.match(self._text, end)):
            end = comment.end()  # behind a block there is no room for it
        column = self._column(start)
        return start, end, self._lines(lines, column)[column:].removesuffix("\n")

    def _appended(self) -> tuple[int, int, str]:
        gap = "\n" if self._spaced() else ""
        if self._rows:
            last = self._block(list(self._rows.values())[-1])
            at, column = last.end, self._column(last.start)
            return at, at, self._ended(at) + "".join(gap + self._lines(lines, column) for lines in self._added)
        if self._list is None:
            raise Refused("这个文件里没有条目的列表", "对照别的文件补上 entries: 或 items:")
        end = self._content_end(self._list)
        start = len(self._text[: min(int(self._list.start_mark.index), end)].rstrip(" "))
        if comment := _COMMENT.match(self._text, end):
            end = comment.end()
        new = "\n" + gap.join(self._lines(lines, 2) for lines in self._added)
        return start, end, new.removesuffix("\n")

    def _spaced(self) -> bool:
        """Whether a blank line stands between rows here; so it does in a file that has at most one."""
        first = [self._block(node) for node in list(self._rows.values())[:2]]
        between = self._text[first[0].end : first[1].start] if len(first) > 1 else "\n"
        return between.startswith(("\n", "\r\n"))

    def _block(self, node: yaml.MappingNode) -> Block:
        at = node.start_mark.index
        near = max(0, at - _NEAR)
        dash = _DASH.search(self._text[near:at])
        return Block(self._line_start(near + dash.start() if dash else at), self._line_end(self._content_end(node)))

    def _content_end(self, node: yaml.Node) -> int:
        """Behind the last character of a node: blank lines and comments below it are not its own."""
        if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
            last = node.value[-1]
            return self._content_end(last[1] if isinstance(last, tuple) else last)
        end = int(node.end_mark.index)
        while end and self._text[end - 1].isspace():
            end -= 1
        return end

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Behind the line break."""
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1

    def _ended(self, at: int) -> str:
        return "" if at == 0 or self._text[at - 1] == "\n" else "\n"

    def _column(self, at: int) -> int:
        line = self._text[self._line_start(at) :]
        return at - self._line_start(at) if at > self._line_start(at) else len(line) - len(line.lstrip(" "))

    @staticmethod
    def _lines(lines: list[str], column: int) -> str:
        return "".join(f"{' ' * column if line else ''}{line}\n" for line in lines)


def _fields(node: yaml.MappingNode) -> list[tuple[str, yaml.Node]]:
    return [(str(key.value), value) for key, value in node.value]


def _keys(node: yaml.MappingNode) -> list[tuple[str, tuple[yaml.Node, yaml.Node]]]:
    return [(str(key.value), (key, value)) for key, value in node.value]
