"""What people and programs put into cells -> the text that a content file would have, or a problem."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

from knowledge.exchange.columns import LISTS, Column, joined, labels, parted
from knowledge.exchange.merge import Given

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?")
_MONTH = re.compile(r"(\d{4})[-/年](\d{1,2})月?")
_YEAR = re.compile(r"(\d{4})年?")
_EXACT = 10**15  # Excel keeps 15 digits of a number and makes the rest zeros
_BREAKS = re.compile(r"\r\n?|_x000D_\n?")
_APART = re.compile(r"[,，、;；\n]+")


def take(given: Given, column: Column, value: object) -> None:
    """Put a cell into the row; what is doubtful is noted and not guessed."""
    text = _text(given, column, value)
    if column.kind in ("date", "as_of"):
        text = _day(text, column.kind == "as_of")
    elif column.kind in ("id", "number", "choice", "ids", "choices") or column.name == "file":
        text = unicodedata.normalize("NFKC", text).strip()
    if column.kind in ("ids", "choices"):
        text = "\n".join(filter(None, (part.strip() for part in _APART.split(text))))
    if column.kind in LISTS:
        text = joined(parted("\n".join(labels(column.name).get(line, line) for line in text.split("\n"))))
    given.cells[column.name] = labels(column.name).get(text, text) or column.blank


def _text(given: Given, column: Column, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(given, column, value)
    return _BREAKS.sub("\n", str(value)).strip()


def _number(given: Given, column: Column, value: float) -> str:
    if abs(value) >= _EXACT:
        given.fault(column.name, "这是一个很长的数字，表格软件只留 15 位", "先把单元格设成文本格式，再重新输入")
    if column.kind == "as_of" and value != int(value):
        given.fault(column.name, f"“{value}”说不清是几月", "写成 2022-10 这样，单元格设成文本格式")
    return str(int(value)) if value == int(value) else repr(value)


def _day(text: str, part: bool) -> str:
    """YYYY-MM-DD; of a source also YYYY and YYYY-MM. What is none of these stays, for the loader to tell."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _DAY.fullmatch(plain):
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    if part and (found := _MONTH.fullmatch(plain)):
        return f"{found[1]}-{int(found[2]):02}"
    if part and (found := _YEAR.fullmatch(plain)):
        return found[1]
    return plain
