"""A YAML file as plain text values, with the line each one stands on; a fault says file, field, line and cure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
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


def load(file: Path, model: type[M]) -> M:
    """Read one YAML file as `model`; its first fault comes as BadFile, in words for whoever edits the file.

    A validator may say `problem; cure` in its ValueError.
    """
    document = read(file)
    try:
        return model.model_validate(document.data)
    except ValidationError as fault:
        faults = fault.errors(include_url=False)
        # A misspelt name is both missing and unknown; the unknown one stands where the editor has to look.
        first = next((each for each in faults if each["type"] == "extra_forbidden"), faults[0])
        where = [part for part in first["loc"] if part != "[key]"]
        raise document.fault(where, *_said(first["type"], first["msg"])) from None


_SAID = {
    "missing": ("is missing", "add it（请补上）"),
    "extra_forbidden": ("is not known here", "remove it or correct its spelling（多余或拼写有误）"),
    "bool_parsing": ("is neither true nor false", "write true or false（只能写 true 或 false）"),
    "literal_error": ("is none of the words allowed here", "see the comment in the file（见文件中的说明）"),
    "string_pattern_mismatch": ("is not written as it should be", "write digits, or unknown（请写数字或 unknown）"),
    "string_too_short": ("is empty", "write something（不能为空）"),
    "too_short": ("is empty", "write at least one（至少一项）"),
}


def _said(kind: str, message: str) -> tuple[str, str]:
    if kind == "value_error":
        problem, _, cure = message.removeprefix("Value error, ").partition("; ")
        return problem, cure or "correct it（请改正）"
    return _SAID.get(kind) or (message, "correct it（请改正）")


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
