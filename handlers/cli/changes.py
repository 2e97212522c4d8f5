"""Differences between two contents in lines for a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from knowledge.changes import Change

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


def told(changes: Iterable[Change]) -> list[str]:
    """One line a row; below a changed one each field, what was with - and what is with +."""
    return [line for change in changes for line in _row(change)]


def _row(change: Change) -> list[str]:
    name = "" if change.name == change.id else f"  {change.name}"
    lines = [f"{_MARKS[change.kind]} {change.part} {change.id}{name}"]
    for field, old, new in change.fields:
        lines.append(f"    {field}:")
        lines += [f"      {line}" for line in _lines(old, new)]
    return lines


def _lines(old: str, new: str) -> list[str]:
    found = difflib.ndiff(old.strip().splitlines(), new.strip().splitlines())
    return [line.rstrip() for line in found if line[:1] in "+-"]
