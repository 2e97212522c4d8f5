"""Rows as YAML that an admin would have written: plain where it can be, a block for several lines, else quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from knowledge.exchange.columns import LISTS, Column, Sheet, parted

_LEADING = re.compile(r"[-?:](?:\s|$)|[,\[\]{}#&*!|>'\"%@`]|---|\.\.\.")
_INSIDE = re.compile(r":(?:\s|$)|\s#")
_FLOW = re.compile(r"[,\[\]{}]")
# What YAML 1.1 takes for something else than text. Days stay bare: the loader reads every scalar as text.
_OTHER = re.compile(
    r"[-+]?[\d._]+(e[-+]?\d+)?|0x[\da-f]+|[\d:]+|yes|no|on|off|true|false|null|~|y|n|=|<<", re.IGNORECASE
)
_ODD = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BARE = ("date", "as_of", "number", "choice", "choices", "ids", "id")
_IN_A_LINE = ("choices", "ids")
_STEP = "  "


def scalar(text: str, *, flow: bool = False, bare: bool = False) -> str:
    """One line. `flow`: it stands between brackets; `bare`: never quoted only for looking like a number."""
    plain = (
        bool(text)
        and "\n" not in text
        and text == text.strip()
        and not (_ODD.search(text) or _LEADING.match(text) or _INSIDE.search(text) or (flow and _FLOW.search(text)))
        and (bare or not _OTHER.fullmatch(text))
    )
    return text if plain else _quoted(text)


def field(column: Column, cell: str) -> list[str]:
    """`name: value` in lines without indentation."""
    name, bare = column.name.removeprefix("source."), column.kind in _BARE
    if column.kind in LISTS:
        texts = parted(cell)
        if column.kind in _IN_A_LINE or column.name == "unknown" or not texts:
            return [f"{name}: [{', '.join(scalar(text, flow=True, bare=bare) for text in texts)}]"]
        return [f"{name}:", *(f"{_STEP}- {scalar(text)}" for text in texts)]
    if "\n" in cell and not _ODD.search(cell) and cell == cell.strip():
        return [f"{name}: |", *(f"{_STEP}{line}" if line else "" for line in cell.split("\n"))]
    return [f"{name}: {scalar(cell, bare=bare)}"]


def source(sheet: Sheet, cells: Mapping[str, str]) -> list[str]:
    """The `source:` of a row; `cells` has only the fields that are to be written."""
    lines = [
        f"{_STEP}{line}" if line else ""
        for column in sheet.columns
        if column.name.startswith("source.") and column.name in cells
        for line in field(column, cells[column.name])
    ]
    return ["source:", *lines] if lines else []


def row(sheet: Sheet, cells: Mapping[str, str], skipped: tuple[str, ...]) -> list[str]:
    """A whole row, its first line with the dash. `skipped`: columns that stand elsewhere in the file."""
    lines: list[str] = []
    for column in sheet.columns:
        cell = cells.get(column.name, column.blank)
        if (
            not column.name.startswith("source.")
            and column.name not in skipped
            and (cell != column.blank or column.must)
        ):
            lines += field(column, cell)
    lines += source(sheet, cells)
    first, *rest = lines
    return [f"- {first}", *(f"{_STEP}{line}" if line else "" for line in rest)]


def _quoted(text: str) -> str:
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(text, ensure_ascii=False))
