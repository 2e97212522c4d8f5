"""The columns of an exchanged table, and content as rows of them: every cell a text, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.entry import UNKNOWN, Content, Entry, Item, Place, Source
from knowledge.records import ASPECTS, KINDS, MODES, STATUSES, VALIDITIES

Kind = Literal["text", "long", "list", "choice", "choices", "date", "as_of", "number", "id", "ids"]
Cells = Mapping[str, str]  # by column name
PROBLEM = "问题"  # the column in which a marked copy tells what is wrong; nobody imports it


@dataclass(frozen=True, slots=True)
class Column:
    """`name`: the field in the content files; "source.owner" stands inside the source. `blank`: what no text means."""

    name: str
    title: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    blank: str = ""
    must: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of row. `list`: the field that holds such rows in a content file."""

    name: str
    title: str
    list: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


_YES = ("true", "false")
_SOURCE = (
    Column("source.document", "资料名称", must=True),
    Column("source.as_of", "资料日期", "as_of", must=True),
    Column("source.owner", "责任单位", "choice", must=True),
    Column("source.validity", "是否有效", "choice", VALIDITIES, must=True),
    Column("source.quote", "原话", "long"),
    Column("source.url", "网址"),
    Column("source.expires", "资料有效期至", "date"),
)
ENTRIES = Sheet(
    "entries",
    "问答",
    "entries",
    (
        Column("id", "编号", "id", must=True),
        Column("topic", "主题", "choice"),
        Column("file", "文件"),
        Column("question", "标准问法", must=True),
        Column("aliases", "其他问法", "list"),
        Column("answer", "答案", "long", must=True),
        Column("about", "说的是什么"),
        Column("aspect", "问哪一面", "choice", ASPECTS, "other"),
        Column("unknown", "没写明的", "list"),
        Column("item", "服务事项", "choice"),
        Column("contact", "联系方式"),
        Column("related", "相关问答", "ids"),
        Column("begins", "开始日期", "date"),
        Column("ends", "结束日期", "date"),
        *_SOURCE,
    ),
)
ITEMS = Sheet(
    "items",
    "事项",
    "items",
    (
        Column("id", "编号", "id", must=True),
        Column("file", "文件"),
        Column("topic", "主题", "choice", must=True),
        Column("name", "名称", must=True),
        Column("aliases", "别的叫法", "list"),
        Column("summary", "一句话说明", "long", must=True),
        Column("department", "受理单位", "choice", blank=UNKNOWN),
        Column("status", "状态", "choice", STATUSES, must=True),
        Column("status_note", "状态说明", "long"),
        Column("registers", "替哪个事项登记", "choice"),
        Column("modes", "办理方式", "choices", MODES),
        Column("conditions", "条件", "list"),
        Column("materials", "材料", "list"),
        Column("steps", "步骤", "list"),
        Column("where", "在哪办", blank=UNKNOWN),
        Column("time_limit", "时限", blank=UNKNOWN),
        Column("fee", "收费", blank=UNKNOWN),
        Column("phone", "电话", blank=UNKNOWN),
        Column("amount", "金额", blank=UNKNOWN),
        *_SOURCE,
    ),
)
PLACES = Sheet(
    "places",
    "地点",
    "places",
    (
        Column("id", "编号", "id", must=True),
        Column("kind", "类别", "choice", KINDS, must=True),
        Column("name", "名称", must=True),
        Column("aliases", "别的叫法", "list"),
        Column("status", "状态", "choice", STATUSES, must=True),
        Column("status_note", "状态说明", "long"),
        Column("address", "地址", blank=UNKNOWN),
        Column("hours", "开放时间", blank=UNKNOWN),
        Column("phone", "电话", blank=UNKNOWN),
        Column("latitude", "纬度", "number", blank=UNKNOWN),
        Column("longitude", "经度", "number", blank=UNKNOWN),
        Column("demo", "仅供演示", "choice", _YES, "false"),
        *_SOURCE,
    ),
)
SHEETS = (ENTRIES, ITEMS, PLACES)
LISTS = ("list", "choices", "ids")

# What people write in Chinese where the files have a word of the program's.
_ASKED = [
    "是什么",
    "谁可以",
    "多少钱",
    "怎么办",
    "材料",
    "在哪",
    "什么时候",
    "多久办完",
    "收不收费",
    "找谁",
    "办到哪了",
    "为什么",
    "其他",
]
_SAID: Mapping[str, Mapping[str, str]] = {
    "aspect": dict(zip(_ASKED, ASPECTS, strict=True)),
    "source.validity": dict(zip(["现行有效", "当时的情况", "已经失效", "待确认"], VALIDITIES, strict=True)),
    "status": dict(zip(["已开放", "计划中", "在建", "试点", "已关闭", "没有写明"], STATUSES, strict=True)),
    "kind": dict(zip(["驿站", "人才之家", "服务中心", "公寓", "工作站", "人力资源市场", "基地"], KINDS, strict=True)),
    "modes": dict(zip(["网上办", "全程代办", "上门办"], MODES, strict=True)),
    "demo": {"是": "true", "否": "false"},
}


def rows(content: Content) -> dict[str, list[dict[str, str]]]:
    """Every sheet's rows by its name, in the order of the files."""
    return {
        "entries": [of_entry(entry) for entry in content.entries],
        "items": [of_item(item) for item in content.items],
        "places": [of_place(place) for place in content.places],
    }


def of_entry(entry: Entry) -> dict[str, str]:
    return _cells(ENTRIES, entry)


def of_item(item: Item) -> dict[str, str]:
    return _cells(ITEMS, item)


def of_place(place: Place) -> dict[str, str]:
    return _cells(PLACES, place)


def _cells(sheet: Sheet, value: Any) -> dict[str, str]:
    return {column.name: _cell(column, _field(value, column.name)) for column in sheet.columns}


def _field(value: Any, name: str) -> Any:
    source: Source = value.source
    return getattr(source, name.removeprefix("source.")) if name.startswith("source.") else getattr(value, name)


def _cell(column: Column, value: Any) -> str:
    if column.kind in LISTS:
        return joined(value)
    if isinstance(value, bool):
        return str(value).lower()
    return column.blank if value is None else str(value)


def joined(texts: Iterable[str]) -> str:
    """One text a line. A line break inside a text is written \\n, a backslash \\\\."""
    return "\n".join(text.replace("\\", "\\\\").replace("\n", "\\n") for text in texts)


def parted(cell: str) -> tuple[str, ...]:
    """What `joined` made, or an admin typed."""
    return tuple(_unescaped(line.strip()) for line in cell.split("\n") if line.strip())


def _unescaped(line: str) -> str:
    if "\\" not in line:
        return line
    return "\\".join(part.replace("\\n", "\n") for part in line.split("\\\\"))


def labels(column: str) -> Mapping[str, str]:
    """The Chinese words that a cell of this column may have instead of the program's, and what they mean."""
    return _SAID.get(column, {})
