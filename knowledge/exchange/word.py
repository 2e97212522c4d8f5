"""Questions and answers as a Word text (.docx): a heading and a table of two columns for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from knowledge.exchange import cell as cells
from knowledge.exchange.columns import ENTRIES
from knowledge.exchange.merge import Given
from knowledge.exchange.package import Refused, look

_EXAMPLE = "示例"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, SyntaxError, OSError, EOFError, RecursionError)


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Raises Refused for a text with control characters."""
    import docx
    from docx.shared import Cm

    made = docx.Document()
    for (file, topic), some in groupby(rows, key=lambda row: (row["file"], row["topic"])):
        made.add_heading(f"{file}（{topic}）", 1)
        for row in some:
            shown = [(column.title, row[column.name]) for column in ENTRIES.columns if row[column.name]]
            made.add_heading(row["question"], 2)
            table = made.add_table(rows=len(shown), cols=2, style="Table Grid")
            for (title, text), line in zip(shown, table._tbl.tr_lst, strict=True):
                left, right = line.tc_lst
                _put(left, title, Cm(3))
                _put(right, text, Cm(13))
    made.save(str(path))


def _put(cell: Any, text: str, width: Any) -> None:
    try:
        cell.p_lst[0].add_r().text = text
    except ValueError:
        raise Refused(f"“{text[:20]}…”里有看不见的控制字符，写不进文档", "先在内容文件里改掉它") from None
    cell.width = width


def read(path: Path) -> tuple[list[Given], list[str]]:
    """Raises Refused."""
    look(path)
    import docx

    try:
        with path.open("rb") as stream:
            body = docx.Document(stream).element.body
    except _UNREADABLE as error:
        raise Refused(f"{path.name} 打不开（{type(error).__name__}）", "用 Word 或 WPS 打开它，另存为 .docx") from None
    notes: list[str] = []
    found = [
        given
        for number, table in enumerate(body.iter(f"{_W}tbl"), 1)
        if (given := _given(number, table, notes)) is not None and not given.id.startswith(_EXAMPLE)
    ]
    if not found:
        raise Refused(f"{path.name} 里没有问答的表格", "先用 kb export 导出一份看看写法：左栏标题，右栏内容")
    return found, notes


def _given(number: int, table: Any, notes: list[str]) -> Given | None:
    known = {name: column for column in ENTRIES.columns for name in (column.title, column.name)}
    given = Given(ENTRIES, {}, f"第 {number} 个表格", number)
    for title, text in _pairs(table):
        if title in known:
            cells.take(given, known[title], text)
        elif title:
            notes.append(f"第 {number} 个表格的“{title[:20]}”不认识，没有导入")
    if not given.cells.keys() & {"id", "question", "answer"}:
        return None
    for column in ENTRIES.columns:  # what an entry does not mention it does not have
        if column.name not in given.cells:
            cells.take(given, column, None)
    given.where += f"（{given.id or given.cells['question']}）"
    if not given.id:
        given.fault("id", "没有编号", "写一个，如 allowance.who")
    return given


def _pairs(table: Any) -> Iterator[tuple[str, str]]:
    for line in table.tr_lst:
        left, *rest = line.tc_lst
        if rest:
            yield _text(left).strip().rstrip("：:*").strip(), "\n".join(map(_text, rest))


def _text(cell: Any) -> str:
    return "\n".join(map(_paragraph, cell.iter(f"{_W}p")))


def _paragraph(paragraph: Any) -> str:
    """What stands there after all changes are accepted: python-docx leaves out what was inserted under tracking."""
    parts = []
    for each in paragraph.iter():
        if each.tag == f"{_W}t":
            parts.append(each.text or "")
        elif each.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif each.tag == f"{_W}tab" and each.getparent().tag == f"{_W}r":
            parts.append("\t")
    return "".join(parts)
