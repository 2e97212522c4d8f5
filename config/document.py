"""A YAML file as plain text values, with the line each one stands on; a fault says file, field, line and cure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Where = tuple[str | int, ...]


class BadFile(ValueError):
    """A file that cannot be used. The caller keeps the last good one; `str()` is for whoever edited it."""

    def __init__(self, file: Path, problem: str, cure: str, *, field: str = "", line: int = 0) -> None:
        place = ":".join(str(part) for part in (file.name, line) if part)
        super().__init__("；".join(filter(None, [place, f"{field}: {problem}" if field else problem, cure])))
        self.file, self.field, self.line, self.problem, self.cure = file, field, line, problem, cure


class Document(NamedTuple):
    """`data` holds dicts, lists and strings only: YAML's own guesses (no -> False, 12:30 -> 750) never happen."""

    file: Path
    data: Any
    lines: dict[Where, int]

    def fault(self, where: Iterable[str | int], problem: str, cure: str) -> BadFile:
        """A fault at `where`, with the line of the nearest thing that has one."""
        path = tuple(where)
        field = ".".join(str(part) for part in path)
        while path and path not in self.lines:
            path = path[:-1]
        return BadFile(self.file, problem, cure, field=field, line=self.lines.get(path, 0))


def read(file: Path) -> Document:
    """Read one YAML file; BadFile when it is missing, not UTF-8, not YAML, or says the same key twice."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except OSError as fault:
        problem = f"cannot be read ({fault.strerror})"
        raise BadFile(file, problem, "check the path and its permissions（请检查路径和权限）") from None
    except UnicodeDecodeError:
        raise BadFile(file, "is not UTF-8", "save it as UTF-8（请存为 UTF-8 编码）") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or "is not YAML"
        line = mark.line + 1 if mark else 0
        raise BadFile(file, problem, "check indentation and quotes（请检查缩进和引号）", line=line) from None
    document = Document(file, None, {})
    return document._replace(data=_plain(node, (), document))


def _plain(node: yaml.Node | None, where: Where, document: Document) -> Any:
    if node is None:
        return None
    document.lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, where, document)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*where, number), document) for number, child in enumerate(node.value)]
    return node.value


def _mapping(node: yaml.MappingNode, where: Where, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, child in node.value:
        name = str(key.value)
        if name in found:
            # YAML keeps the last of the two without a word; the editor would never know which one counts.
            document.lines[(*where, name)] = key.start_mark.line + 1
            raise document.fault((*where, name), "stands twice", "keep one of them（重复，只留一个）")
        found[name] = _plain(child, (*where, name), document)
        document.lines[(*where, name)] = key.start_mark.line + 1
    return found
