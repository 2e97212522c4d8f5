"""An import from reading the file to the files as they would be, all rows judged before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.entry import Content, Fault
from knowledge.exchange import book, columns, markdown, word
from knowledge.exchange.columns import Sheet
from knowledge.exchange.edit import Document
from knowledge.exchange.merge import Given, Merge, Merging
from knowledge.exchange.package import Refused
from knowledge.loader import glance

READERS: Mapping[str, Callable[[Path], tuple[list[Given], list[str]]]] = {
    ".xlsx": book.read,
    ".docx": word.read,
    ".md": markdown.read,
}
_ID = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+")
_SOURCE = ("document", "as_of", "owner", "validity", "quote", "url", "expires")


@dataclass(slots=True)
class Import:
    """`given`: the rows with what is wrong in them; `elsewhere`: faults that no row of the file made."""

    given: list[Given]
    notes: list[str]
    merge: Merge
    elsewhere: list[Fault] = field(default_factory=list)

    @property
    def wrong(self) -> list[Given]:
        return [each for each in self.given if each.problems]

    @property
    def is_good(self) -> bool:
        return not (self.wrong or self.elsewhere)


def read(path: Path) -> tuple[list[Given], list[str]]:
    """The rows of a file by its ending. Raises Refused."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        cure = "旧版 .xls 另存为 .xlsx" if path.suffix.lower() == ".xls" else f"只认 {'、'.join(READERS)}"
        raise Refused(f"{path.name} 不是能导入的格式", cure)
    return reader(path)


def planned(given: list[Given], notes: list[str], files: Mapping[str, bytes], *, remove: bool) -> Import:
    """The rows put into `files`; nothing is judged yet but what the rows themselves get wrong."""
    return Import(given, notes, Merging(files, glance(files)).merge(given, remove=remove))


def blame(plan: Import, faults: tuple[Fault, ...]) -> None:
    """Give every fault of the merged files to the row that made it."""
    written = plan.merge.written
    places: dict[str, dict[str, range]] = {}
    for fault in faults:
        own = [given for (file, _), given in written.items() if file == fault.file]
        if own and fault.file not in places:
            places[fault.file] = _lines(plan.merge, fault.file, own)
        guilty = next((given for given in own if fault.line in places[fault.file].get(given.id, ())), None)
        if guilty is None:
            named = set(_ID.findall(fault.problem))
            guilty = next((given for given in written.values() if given.id in named), None)
        if guilty is None:
            plan.elsewhere.append(fault)
        else:
            guilty.fault(_column(guilty.sheet, fault.field), fault.problem, fault.cure)


def unkept(plan: Import, content: Content) -> None:
    """Proof that every row says in the files what it said in the table; what was lost on the way is a problem."""
    kept = {name: {row["id"]: row for row in rows} for name, rows in columns.rows(content).items()}
    for (_, name), given in plan.merge.written.items():
        row = kept[given.sheet.name].get(name, {})
        for column in given.sheet.columns:
            said = given.cells.get(column.name, "")
            if said and column.name != "file" and row.get(column.name) != said and not given.problems:
                given.fault(column.name, f"“{said[:30]}”写进文件以后变了样", "去掉看不见的特殊字符")


def _lines(merge: Merge, file: str, own: list[Given]) -> dict[str, range]:
    try:
        document = Document(merge.files[file], own[0].sheet.list)
    except Refused:
        return {}
    return {given.id: document.lines(given.id) for given in own}


def _column(sheet: Sheet, name: str) -> str:
    names = {column.name for column in sheet.columns}
    return f"source.{name}" if name in _SOURCE and f"source.{name}" in names else name if name in names else ""
