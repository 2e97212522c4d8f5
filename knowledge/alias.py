"""Adding one alias to a content file: one line of text; everything else stays as the admin wrote it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge import folder as folders
from knowledge.entry import Content, Entry, Fault
from knowledge.exchange.yamltext import scalar
from knowledge.folder import Broken, Snapshot

_BY_HAND = "请手工加进 aliases"


@dataclass(frozen=True, slots=True)
class Edit:
    """A file as it is and as it would be."""

    path: Path
    entry: Entry
    before: bytes
    after: bytes

    def write(self) -> None:
        """Whole or not at all. Raises Broken when the file was changed meanwhile."""
        fresh = self.path.with_name(f".{self.path.name}.new")
        try:
            fresh.write_bytes(self.after)
            fresh.chmod(self.path.stat().st_mode & 0o777)
            if self.path.read_bytes() != self.before:
                raise _refused(self.entry, "这个文件刚刚被改过", "等存好了，再采纳一次")
            fresh.replace(self.path)
        finally:
            fresh.unlink(missing_ok=True)


def edit(folder: Path, entry: Entry, alias: str, read: Callable[[Snapshot], Content]) -> Edit:
    """Writes nothing yet. Raises Broken: the entry is not there any more, its place can't be edited safely, or `read`
    refuses what the folder would be."""
    taken = folders.snapshot(folder)
    before = taken.files.get(entry.file)
    if before is None:
        raise _refused(entry, "这个文件不在了", "先运行 kb check，再重新采纳")
    after = with_alias(before, entry, alias)
    would_be = read(folders.packed({**taken.files, entry.file: after}))
    if not any(each.id == entry.id and alias in each.aliases for each in would_be.entries):
        raise _refused(entry, f"“{alias}”写进去后读不回来", _BY_HAND)
    return Edit(folder / entry.file, entry, before, after)


def with_alias(data: bytes, entry: Entry, alias: str) -> bytes:
    """The file's bytes with one alias more for the entry. Raises Broken where that can't be done without touching
    anything else."""
    try:
        text = data.decode("utf-8-sig")
        fields, column, flow = _fields(text, entry)
    except (UnicodeDecodeError, yaml.YAMLError):
        raise _refused(entry, "这个文件读不懂了", "先运行 kb check，再重新采纳") from None
    bom = data[: len(data) - len(text.encode())]
    aliases, question = fields.get("aliases"), fields["question"]
    line = int((aliases or question).start_mark.line) + 1
    if isinstance(aliases, yaml.SequenceNode) and aliases.flow_style:
        at, new = _in_brackets(aliases, alias)
    elif isinstance(aliases, yaml.SequenceNode) and aliases.value:
        at, new = _below(text, aliases.value[-1], [" " * aliases.start_mark.column + f"- {scalar(alias)}"])
    elif aliases is None and not flow:
        indent = " " * column
        at, new = _below(text, question, [f"{indent}aliases:", f"{indent}  - {scalar(alias)}"])
    else:
        raise _refused(entry, f"这里的写法，“{alias}”放不进去", _BY_HAND, line)
    after = text[:at] + new + text[at:]
    if not _adds_only(text, after, entry, alias):
        raise _refused(entry, f"这里的写法，“{alias}”放不进去", _BY_HAND, line)
    return bom + after.encode()


def _fields(text: str, entry: Entry) -> tuple[dict[str, yaml.Node], int, bool]:
    """The entry's fields, the column they begin at, and whether they stand between braces."""
    root = yaml.compose(text, Loader=yaml.CBaseLoader)
    pairs = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    entries = pairs.get("entries")
    for node in entries.value if isinstance(entries, yaml.SequenceNode) else ():
        fields = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
        said = fields.get("id")
        if isinstance(said, yaml.ScalarNode) and said.value == entry.id and "question" in fields:
            return fields, int(node.value[0][0].start_mark.column), bool(node.flow_style)
    raise _refused(entry, "这个文件里没有这一条了", "先运行 kb check，再重新采纳")


def _in_brackets(aliases: yaml.SequenceNode, alias: str) -> tuple[int, str]:
    """Behind the last one: in front of a comma that trails it, and of a comment."""
    if aliases.value:
        return int(aliases.value[-1].end_mark.index), f", {scalar(alias, flow=True)}"
    return int(aliases.end_mark.index) - 1, scalar(alias, flow=True)


def _below(text: str, node: yaml.Node, lines: list[str]) -> tuple[int, str]:
    """On lines of their own under a node, ended as the line above them is."""
    end = len(text[: node.end_mark.index].rstrip())
    at = text.find("\n", end) + 1
    if not at:
        newline = "\r\n" if "\r\n" in text else "\n"
        return len(text), "".join(newline + line for line in lines)
    newline = "\r\n" if text[at - 2 : at] == "\r\n" else "\n"
    return at, "".join(line + newline for line in lines)


def _adds_only(before: str, after: str, entry: Entry, alias: str) -> bool:
    """Read back, the file says what it said, and this alias of this entry."""
    was, now = (_read(text) for text in (before, after))
    wanted = deepcopy(was)
    for each in wanted["entries"]:
        if isinstance(each, dict) and each.get("id") == entry.id:
            each["aliases"] = [*(each.get("aliases") or []), alias]
    return bool(now == wanted)


def _read(text: str) -> Any:
    try:
        return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - the base loader makes texts, lists and dicts
    except yaml.YAMLError:
        return None


def _refused(entry: Entry, problem: str, cure: str, line: int = 0) -> Broken:
    return Broken([Fault(entry.file, line or entry.line, entry.id, problem, cure)])
