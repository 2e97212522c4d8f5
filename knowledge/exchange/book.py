"""Workbooks (.xlsx): content as sheets, read back as rows. Cells are text both ways; a formula is never evaluated."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.exchange import cell as cells
from knowledge.exchange.columns import PROBLEM, SHEETS, Column, Sheet
from knowledge.exchange.merge import Given
from knowledge.exchange.package import Refused, look

EXAMPLE = "示例"  # a row whose id begins so shows how to fill in the table
_HEADER_WITHIN = 10  # rows among which the headings are looked for
_IGNORED = (PROBLEM, "备注", "说明")
_OWN_SHEETS = ("说明", "选项")
_LONGEST = 32_767  # characters that a cell holds
_ESCAPED = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")  # what spreadsheets would read as a character's number
_ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
# What openpyxl raises for workbooks that are damaged or oddly made.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, SyntaxError, OSError, EOFError, RecursionError)

Cell = Any  # openpyxl's, which is loaded only when somebody imports or exports


def load(path: Path) -> Any:
    """The workbook. Raises Refused."""
    look(path)
    import openpyxl

    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decorations it does not know; they are none of ours
            return openpyxl.load_workbook(stream, data_only=False, keep_links=False)
    except _UNREADABLE as error:
        problem = f"{path.name} 打不开（{type(error).__name__}）"
        raise Refused(problem, "用 Excel 或 WPS 打开它，另存为 .xlsx 再导入") from None


def read(path: Path) -> tuple[list[Given], list[str]]:
    """Its rows, and what was left aside. Raises Refused."""
    found: list[Given] = []
    notes: list[str] = []
    book = load(path)
    for table in book.worksheets:
        grid = _grid(table)
        header = _header(table.title, grid)
        if header is None:
            if grid and table.title not in _OWN_SHEETS:
                notes.append(f"工作表“{table.title}”没有认得的表头，没有导入")
        elif table.sheet_state != "visible":
            notes.append(f"工作表“{table.title}”是隐藏的，没有导入")
        else:
            sheet, row, columns, unknown = header
            notes += [f"工作表“{table.title}”的“{title}”一列不认识，没有导入" for title in unknown]
            found += _rows(sheet, table.title, grid, row, columns, notes)
    if not found and not notes:
        raise Refused(f"{path.name} 里没有可以导入的行", "用 kb template 做一份模板，照着填")
    return found, notes


def _grid(table: Any) -> dict[int, dict[int, Cell]]:
    """Cells that hold something, by row and column. Merged cells all hold what the first one does."""
    grid: dict[int, dict[int, Cell]] = defaultdict(dict)
    for (row, column), cell in sorted(table._cells.items()):
        if cell.value is not None and str(cell.value).strip():
            grid[row][column] = cell
    for area in table.merged_cells.ranges:
        first = grid.get(area.min_row, {}).get(area.min_col)
        for row in range(area.min_row, min(area.max_row, max(grid, default=0)) + 1):
            if first is not None and row in grid:
                grid[row].update(dict.fromkeys(range(area.min_col, min(area.max_col, area.min_col + 50) + 1), first))
    return dict(grid)


def _header(
    title: str, grid: Mapping[int, Mapping[int, Cell]]
) -> tuple[Sheet, int, dict[int, Column], list[str]] | None:
    """The sheet that a table is, its row of headings, the columns by place, and headings nobody knows."""
    best = None
    for row in sorted(grid)[:_HEADER_WITHIN]:
        titles = {place: _plain(str(cell.value)) for place, cell in grid[row].items()}
        for sheet in SHEETS:
            known = {_plain(name): column for column in sheet.columns for name in (column.title, column.name)}
            columns = {place: known[said] for place, said in titles.items() if said in known}
            score = (len({column.name for column in columns.values()}), sheet.title == title.strip())
            if "id" in {column.name for column in columns.values()} and (best is None or score > best[0]):
                strange = [said for place, said in titles.items() if place not in columns and said not in _IGNORED]
                best = (score, (sheet, row, columns, strange))
    return best[1] if best and best[0][0] >= 2 else None


def _plain(title: str) -> str:
    """A heading without blanks, stars and what stands in brackets."""
    return re.sub(r"\([^()]*\)|[\s*]", "", unicodedata.normalize("NFKC", title)).lower()


def _rows(
    sheet: Sheet,
    title: str,
    grid: Mapping[int, Mapping[int, Cell]],
    header: int,
    columns: Mapping[int, Column],
    notes: list[str],
) -> Iterator[Given]:
    for number in sorted(grid):
        if number <= header or not columns.keys() & grid[number].keys():
            continue
        given = Given(sheet, {}, f"{title} 第 {number} 行", number, title)
        for place, column in columns.items():
            _take(given, column, grid[number].get(place), notes)
        if given.id.startswith(EXAMPLE):
            continue
        if not given.id:
            given.fault("id", "没有编号", "写一个，如 allowance.who；不要的行整行删去")
        yield given


def _take(given: Given, column: Column, cell: Cell | None, notes: list[str]) -> None:
    if cell is None:
        cells.take(given, column, None)
        return
    value = cell.value
    if cell.data_type == "e":
        given.fault(column.name, f"这一格是表格软件的错误值 {value}", "改成文字")
    elif cell.data_type == "f":
        value = formula(value)
        notes.append(f"{given.where}“{column.title}”是公式，没有计算，按文字收下：{value[:60]}")
    cells.take(given, column, value.replace("_x005F_", "_") if isinstance(value, str) else value)


def formula(value: object) -> str:
    """A formula as it is written."""
    return str(getattr(value, "text", None) or getattr(value, "ref", None) or value)


def put(cell: Cell, value: str) -> None:
    """Write a text that stays one, whatever it begins with."""
    if len(value) > _LONGEST or _ILLEGAL.search(value):
        raise Refused(f"“{value[:20]}…”太长，或有看不见的控制字符，写不进表格", "先在内容文件里改掉它")
    cell.value = _ESCAPED.sub("_x005F_x", value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value[:1] in "=+-@\t" if value else False


def mark(path: Path, marked: Path, given: Sequence[Given]) -> None:
    """A copy of the book with a column of problems and coloured cells; its formulas have become text."""
    from openpyxl.styles import Alignment, Font, PatternFill

    book = load(path)
    wrong, beside = PatternFill("solid", fgColor="FFC7CE"), Alignment(wrap_text=True, vertical="top")
    for table in book.worksheets:
        grid = _grid(table)
        header = _header(table.title, grid)
        _unformula(table)
        rows = [each for each in given if each.table == table.title and each.problems]
        if header is None or not rows:
            continue
        places = {column.name: place for place, column in header[2].items()}
        last = _problem_column(grid, header[1])
        put(table.cell(header[1], last), PROBLEM)
        table.cell(header[1], last).font = Font(bold=True)
        table.column_dimensions[table.cell(header[1], last).column_letter].width = 60
        for each in rows:
            told = table.cell(each.row, last)
            put(told, "\n".join(_told(each)))
            told.alignment = beside
            for place in {places[p.column] for p in each.problems if p.column in places} | {last}:
                table.cell(each.row, place).fill = wrong
    book.save(marked)


def _told(given: Given) -> Iterator[str]:
    for each in given.problems:
        title = next((f"{column.title}：" for column in given.sheet.columns if column.name == each.column), "")
        yield f"{title}{each.problem}。{each.cure}"


def _problem_column(grid: Mapping[int, Mapping[int, Cell]], header: int) -> int:
    for place, cell in grid[header].items():
        if _plain(str(cell.value)) == PROBLEM:
            return place
    return max(place for row in grid.values() for place in row) + 1


def _unformula(table: Any) -> None:
    for cell in list(table._cells.values()):
        if cell.data_type == "f":
            put(cell, formula(cell.value))


def rows_of(found: Iterable[Given]) -> dict[str, list[dict[str, str]]]:
    """What was read, in the shape of columns.rows()."""
    rows: dict[str, list[dict[str, str]]] = {sheet.name: [] for sheet in SHEETS}
    for each in found:
        rows[each.sheet.name].append(each.cells)
    return rows
