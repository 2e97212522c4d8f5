"""Adding one alias to a content file: one line of text; everything else stays as the admin wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import yaml

from knowledge import folder as folders
from knowledge.entry import Content, Entry, Fault
from knowledge.folder import Broken, Snapshot

_PLAIN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9，。！？、（）“”《》·]*")


def add_alias(folder: Path, entry: Entry, alias: str, read: Callable[[Snapshot], Content]) -> str:
    """Writes it into the entry's file, whole or not at all, and returns the file's name. Raises Broken: the entry is
    not there any more, the file changed meanwhile, or `read` refuses what the folder would be."""
    taken = folders.snapshot(folder)
    before = taken.files.get(entry.file)
    if before is None:
        raise _refused(entry, "这个文件不在了", "先运行 kb check，再重新采纳")
    after = with_alias(before, entry, alias)
    would_be = read(folders.packed({**taken.files, entry.file: after}))
    if not any(each.id == entry.id and alias in each.aliases for each in would_be.entries):
        raise _refused(entry, "写进去后读不回来", "请手工加进 aliases")
    path = folder / entry.file
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(after)
    fresh.chmod(path.stat().st_mode & 0o777)
    if path.read_bytes() != before:
        fresh.unlink()
        raise _refused(entry, "这个文件刚刚被改过", "等存好了，再采纳一次")
    fresh.replace(path)
    return entry.file


def with_alias(data: bytes, entry: Entry, alias: str) -> bytes:
    """The file's bytes with one alias more for the entry."""
    text = data.decode("utf-8-sig")
    bom = data[: len(data) - len(text.encode())]
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    fields = _fields(text, entry)
    aliases = fields.get("aliases")
    if isinstance(aliases, yaml.SequenceNode) and aliases.flow_style:
        _into_brackets(lines, aliases, alias)
    elif isinstance(aliases, yaml.SequenceNode) and aliases.value:
        last = aliases.value[-1]
        lines.insert(last.end_mark.line + 1, " " * (aliases.start_mark.column) + f"- {_scalar(alias)}")
    elif aliases is None:
        question = fields["question"]
        indent = " " * entry_column(fields)
        lines[question.end_mark.line + 1 : question.end_mark.line + 1] = [
            f"{indent}aliases:",
            f"{indent}  - {_scalar(alias)}",
        ]
    else:
        raise _refused(entry, "aliases 不是一个列表", "先把它改成列表")
    return bom + newline.join(lines).encode()


def entry_column(fields: dict[str, yaml.Node]) -> int:
    """Where the fields of the entry begin on their lines."""
    return int(fields[""].start_mark.column)


def _fields(text: str, entry: Entry) -> dict[str, yaml.Node]:
    """The entry's fields; under "" the first key, for its place."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    entries = pairs.get("entries")
    for node in entries.value if isinstance(entries, yaml.SequenceNode) else ():
        fields = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
        said = fields.get("id")
        if isinstance(said, yaml.ScalarNode) and said.value == entry.id and "question" in fields:
            return {**fields, "": node.value[0][0]}
    raise _refused(entry, "这个文件里没有这一条了", "先运行 kb check，再重新采纳")


def _into_brackets(lines: list[str], aliases: yaml.SequenceNode, alias: str) -> None:
    line, column = aliases.end_mark.line, aliases.end_mark.column - 1  # of the ]
    comma = ", " if aliases.value else ""
    lines[line] = f"{lines[line][:column]}{comma}{_scalar(alias, flow=True)}{lines[line][column:]}"


def _scalar(alias: str, *, flow: bool = False) -> str:
    bare = _PLAIN.fullmatch(alias) is not None and not (flow and "," in alias)
    return alias if bare else json.dumps(alias, ensure_ascii=False)


def _refused(entry: Entry, problem: str, cure: str) -> Broken:
    return Broken([Fault(entry.file, entry.line, entry.id, problem, cure)])
