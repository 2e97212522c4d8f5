"""A workbook made for people: headings, drop-downs, a page that explains every column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.entry import UNKNOWN, Content
from knowledge.exchange import book
from knowledge.exchange.columns import ENTRIES, LISTS, SHEETS, Column, Sheet, labels

_WIDTH = {"long": 60, "list": 40, "ids": 24, "id": 24, "date": 13}
_ROWS = 2000  # rows that have drop-downs
_CHOICES = "选项"
_HELP = {
    "id": "小写字母、数字、点、下划线，全库不能重复；定了就别改。以“示例”开头的行不导入",
    "topic": "主题编号，在词表 words.yaml 里登记过",
    "file": "写在哪个内容文件里；空着就放进这个主题的文件",
    "question": "标准问法，写成完整的一句",
    "aliases": "别的说法，一行一句（单元格里换行按 Alt+Enter）",
    "answer": "最多 560 字，一个汉字 3 个字节，连同依据不超过 2048 字节",
    "unknown": "资料没有写明的几件事，一行一件",
    "item": "背后的服务事项编号",
    "registers": "这个事项本身就是意向登记时，写登记的是哪个事项的编号；别的不写",
    "related": "相关的问答编号，一行一个",
    "begins": "从哪一天起用这一条，如 2027-01-01；空着就一直用",
    "ends": "用到哪一天（含当天）",
    "source.as_of": "2022、2022-12 或 2022-12-31，资料的日期，不是录入的日期",
    "source.owner": "单位编号，见下拉；不清楚写 unknown",
    "source.document": "问答和地点空着资料各栏，就用这个文件默认的出处；事项要写全",
    "source.quote": "原话，一字不改",
    "source.expires": "资料自己写明的有效期最后一天",
    "modes": "online 网上办、full_agency 全程代办、door_to_door 上门办，一行一个",
    "latitude": "GCJ-02 坐标，两个都写或都写 unknown",
}
_EXAMPLE = {
    "id": f"{book.EXAMPLE}.what",
    "question": "演示补助是什么？",
    "aliases": "介绍一下演示补助\n演示补助是干什么的",
    "answer": "这一行是示例（演示），导入时跳过。\n第二行这样写。",
    "aspect": "what",
    "source.document": "演示文件",
    "source.as_of": "2026",
    "source.owner": UNKNOWN,
    "source.validity": UNKNOWN,
}


def write(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    content: Content,
    units: Iterable[str],
    *,
    example: bool,
) -> None:
    """`content` gives the topics and items to choose from. Raises Refused for a text that no cell can hold."""
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    _explain(made.create_sheet("说明"))
    choices = _Choices(made)
    for sheet in SHEETS:
        table = made.create_sheet(sheet.title)
        _head(table, sheet)
        offered = _offered(sheet, content, units)
        for place, column in enumerate(sheet.columns, 1):
            if column.name in offered:
                choices.offer(table, place, column, offered[column.name])
        own = [_EXAMPLE] if example and sheet is ENTRIES else []
        for number, row in enumerate([*own, *rows.get(sheet.name, ())], 2):
            _fill(table, number, sheet, row)
    made.active = 1
    made.save(path)


def _head(table: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Font, PatternFill

    for place, column in enumerate(sheet.columns, 1):
        cell = table.cell(1, place)
        book.put(cell, f"{column.title}*" if column.must and not column.name.startswith("source.") else column.title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
        table.column_dimensions[cell.column_letter].width = _WIDTH.get(column.kind, 18)
    table.freeze_panes = "B2"


def _fill(table: Any, number: int, sheet: Sheet, row: Mapping[str, str]) -> None:
    from openpyxl.styles import Alignment

    for place, column in enumerate(sheet.columns, 1):
        cell = table.cell(number, place)
        book.put(cell, row.get(column.name, ""))
        cell.alignment = Alignment(wrap_text=column.kind in ("long", *LISTS), vertical="top")


def _explain(table: Any) -> None:
    lines = [("工作表", "列", "内容文件里的栏目", "怎么填")]
    for sheet in SHEETS:
        for column in sheet.columns:
            help_ = _HELP.get(column.name, "") or "、".join(
                f"{word} {said}" for said, word in labels(column.name).items()
            )
            if not help_ and column.blank == UNKNOWN:
                help_ = "不知道就写 unknown，或空着"
            lines.append((sheet.title, column.title, column.name, ("必填。" if column.must else "") + help_))
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line, 1):
            book.put(table.cell(number, place), text)
    for letter, width in zip("ABCD", (10, 16, 18, 80), strict=True):
        table.column_dimensions[letter].width = width


def _offered(sheet: Sheet, content: Content, units: Iterable[str]) -> dict[str, Sequence[str]]:
    owners = [*units, UNKNOWN]
    offered: dict[str, Sequence[str]] = {c.name: c.choices for c in sheet.columns if c.kind == "choice" and c.choices}
    offered |= {"source.owner": list(dict.fromkeys(owners)), "department": list(dict.fromkeys(owners))}
    items = [item.id for item in content.items]
    offered |= {"topic": list(content.words.topics), "item": items, "registers": items}
    return offered


class _Choices:
    """The hidden sheet that drop-downs take their words from."""

    def __init__(self, made: Any) -> None:
        self._table = made.create_sheet(_CHOICES)
        self._table.sheet_state = "hidden"
        self._columns: dict[tuple[str, ...], str] = {}

    def offer(self, table: Any, place: int, column: Column, words: Sequence[str]) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        if not words:
            return
        area = self._area(tuple(words))
        rule = DataValidation(type="list", formula1=area, allow_blank=True, errorStyle="warning", showErrorMessage=True)
        rule.error, rule.errorTitle = "这个词不在下拉里", column.title
        letter = get_column_letter(place)
        rule.add(f"{letter}2:{letter}{_ROWS}")
        table.add_data_validation(rule)

    def _area(self, words: tuple[str, ...]) -> str:
        from openpyxl.utils import get_column_letter

        if words not in self._columns:
            place = len(self._columns) + 1
            for number, word in enumerate(words, 1):
                book.put(self._table.cell(number, place), word)
            letter = get_column_letter(place)
            self._columns[words] = f"{_CHOICES}!${letter}$1:${letter}${len(words)}"
        return self._columns[words]
