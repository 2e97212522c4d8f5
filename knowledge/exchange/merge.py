"""Imported rows put into the content files: what they add, change and remove, and the files as they would be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge import yamlfile
from knowledge.entry import Content
from knowledge.exchange import columns, yamltext
from knowledge.exchange.columns import ENTRIES, PLACES, SHEETS, Cells, Sheet
from knowledge.exchange.edit import Document
from knowledge.exchange.package import Refused

_FILES = {"entries": "faq", "items": "items"}
_FILE = re.compile(r"(faq|items)/[A-Za-z0-9][A-Za-z0-9_-]*\.yaml")
_OWN = ("file",)  # columns that say where a row stands, and are no field of it


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell; an empty column is the whole row."""

    column: str
    problem: str
    cure: str


@dataclass(slots=True)
class Given:
    """One row of an imported file. Columns that its table does not have are missing in `cells`."""

    sheet: Sheet
    cells: dict[str, str]
    where: str  # as people find it: 问答 第 5 行
    row: int = 0
    table: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.cells.get("id", "")

    def fault(self, column: str, problem: str, cure: str) -> None:
        self.problems.append(Problem(column, problem, cure))


@dataclass(slots=True)
class Merge:
    """`changed`: rows and the columns in which they differ. `written`: by file and id, to find whose a fault is."""

    files: dict[str, bytes]
    added: list[Given] = field(default_factory=list)
    changed: list[tuple[Given, list[str]]] = field(default_factory=list)
    removed: list[tuple[Sheet, str]] = field(default_factory=list)
    written: dict[tuple[str, str], Given] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


class Merging:
    """`now`: what the files say at present, unchecked."""

    def __init__(self, files: Mapping[str, bytes], now: Content) -> None:
        self._merge = Merge(dict(files))
        self._known = {name: {row["id"]: row for row in rows} for name, rows in columns.rows(now).items()}
        self._defaults: dict[str, dict[str, str]] = {}
        self._documents: dict[str, Document] = {}
        self._topics = {entry.file: entry.topic for entry in reversed(now.entries)}
        self._topics |= {name: topic for name, topic in _topics(files) if name not in self._topics}
        self._names = now.words.topics
        items = {item.name: item.id for item in reversed(now.items)}
        topics = {name: topic for topic, name in now.words.topics.items()}
        self._meant = {"topic": topics, "item": items, "registers": items}

    def merge(self, given: Sequence[Given], *, remove: bool) -> Merge:
        """`remove`: rows that a given table does not have are taken out. Problems are noted on the rows."""
        seen: dict[tuple[str, str], Given] = {}
        for each in given:
            first = seen.setdefault((each.sheet.name, each.id), each)
            if first is not each:
                each.fault("id", f"编号 {each.id} 在{first.where}已经有了", "给其中一行换一个编号，或删去一行")
                continue
            if not self._is_named_well(each):
                continue
            try:
                self._put(each)
            except Refused as refused:
                each.fault("file", refused.problem, refused.cure)
        if remove:
            self._remove({sheet.name for sheet in (each.sheet for each in given)}, seen)
        for name, document in self._documents.items():
            self._merge.files[name] = document.text()
        return self._merge

    def _is_named_well(self, given: Given) -> bool:
        """Chinese names become ids. A topic that nobody registered is told here: a file is named after it."""
        for column, ids in self._meant.items():
            if given.cells.get(column) in ids and (column == "topic" or given.sheet is ENTRIES):
                given.cells[column] = ids[given.cells[column]]
        topic = given.cells.get("topic", "")
        if topic and self._names and topic not in self._names:
            known = "、".join(f"{each}（{name}）" for each, name in self._names.items())
            given.fault("topic", f"没有主题“{topic[:40]}”", f"可用的主题：{known}；新主题先登记到 words.yaml")
            return False
        return True

    def _put(self, given: Given) -> None:
        old = self._known[given.sheet.name].get(given.id)
        if old is None:
            self._add(given)
            return
        new = {**old, **given.cells}
        _inherit(given, new, old)
        if given.sheet is ENTRIES and new["topic"] not in ("", old["topic"]) and new["file"] == old["file"]:
            new["file"] = ""  # a topic has files of its own: the row moves there
        if not any(new[name] != old[name] for name in old):
            return
        file = self._file_of(given, new)
        if file is None:
            return
        if "file" in new:
            new["file"] = file
        differ = [column.name for column in given.sheet.columns if new[column.name] != old[column.name]]
        if not differ:
            return
        self._merge.changed.append((given, differ))
        self._merge.written[file, given.id] = given
        home = old.get("file", "places.yaml")
        if file != home:
            self._document(home, given.sheet).remove(given.id)
            self._document(file, given.sheet).add(self._whole(given.sheet, new, file))
        else:
            self._change(given.sheet, file, new, differ)

    def _change(self, sheet: Sheet, file: str, new: Cells, differ: list[str]) -> None:
        fields: dict[str, list[str]] = {}
        for name in differ:
            column = sheet.column(name)
            if name.startswith("source."):
                fields["source"] = yamltext.source(sheet, self._own_source(sheet, file, new))
            elif name not in self._elsewhere(sheet):
                fields[name] = (
                    [] if new[name] == column.blank and not column.must else yamltext.field(column, new[name])
                )
        self._document(file, sheet).change(str(new["id"]), fields, self._whole(sheet, new, file))

    def _add(self, given: Given) -> None:
        new = {column.name: given.cells.get(column.name, column.blank) for column in given.sheet.columns}
        file = self._file_of(given, new)
        if file is None:
            return
        if not new.get("source.document"):
            default = self._default(file, given.sheet)
            new |= {name: value for name, value in default.items() if not new.get(name)}
        self._merge.added.append(given)
        self._merge.written[file, given.id] = given
        self._document(file, given.sheet).add(self._whole(given.sheet, new, file))

    def _remove(self, sheets: Iterable[str], seen: Mapping[tuple[str, str], Given]) -> None:
        for sheet in SHEETS:
            if sheet.name not in sheets:
                continue
            for name, row in self._known[sheet.name].items():
                if (sheet.name, name) not in seen:
                    self._document(row.get("file", "places.yaml"), sheet).remove(name)
                    self._merge.removed.append((sheet, name))

    def _file_of(self, given: Given, new: dict[str, str]) -> str | None:
        """The file that the row is for; None, and a problem noted, when it cannot be told."""
        sheet = given.sheet
        if sheet is PLACES:
            return "places.yaml"
        file, topic = new["file"], new["topic"]
        if not topic and sheet is ENTRIES:
            topic = self._topics.get(file, "")
            if not topic:
                given.fault("topic", "没有写主题", f"写一个：{'、'.join(self._names)}")
                return None
            new["topic"] = topic
        if not file:
            file = self._home(sheet, topic)
        if not _FILE.fullmatch(file) or not file.startswith(_FILES[sheet.name] + "/"):
            folder = _FILES[sheet.name]
            given.fault("file", f"“{file[:40]}”不能作文件名", f"写成 {folder}/housing.yaml 这样，或空着")
            return None
        there = self._topics.get(file, topic)
        if sheet is ENTRIES and there != topic:
            given.fault("file", f"{file} 里的主题是 {there}，这一行是 {topic}", "改主题，或把文件一栏空着")
            return None
        if sheet is ENTRIES:
            self._topics.setdefault(file, topic)
        return file

    def _home(self, sheet: Sheet, topic: str) -> str:
        if sheet is ENTRIES:
            known = sorted(name for name, its in self._topics.items() if its == topic)
        else:
            known = sorted({r["file"] for r in self._known["items"].values() if r["topic"] == topic})
        return known[0] if known else f"{_FILES[sheet.name]}/{topic}.yaml"

    def _document(self, file: str, sheet: Sheet) -> Document:
        if file not in self._documents:
            data = self._merge.files.get(file)
            if data is None:
                topic = f"topic: {yamltext.scalar(self._topics[file])}\n" if sheet is ENTRIES else ""
                data = f"version: 1\n{topic}\n{sheet.list}:\n".encode()
            self._documents[file] = Document(data, sheet.list)
        return self._documents[file]

    def _whole(self, sheet: Sheet, new: Cells, file: str) -> list[str]:
        cells = {name: cell for name, cell in new.items() if not name.startswith("source.")}
        return yamltext.row(sheet, {**cells, **self._own_source(sheet, file, new)}, self._elsewhere(sheet))

    @staticmethod
    def _elsewhere(sheet: Sheet) -> tuple[str, ...]:
        return (*_OWN, "topic") if sheet is ENTRIES else _OWN

    def _own_source(self, sheet: Sheet, file: str, new: Cells) -> dict[str, str]:
        """What of a row's source differs from that of its file."""
        default = self._default(file, sheet)
        found = {}
        for column in sheet.columns:
            name = column.name
            if name.startswith("source.") and new[name] != default.get(name, ""):
                found[name] = new[name]
        return found

    def _default(self, file: str, sheet: Sheet) -> dict[str, str]:
        if file not in self._defaults:
            self._defaults[file] = _default(self._merge.files.get(file, b""))
        return self._defaults[file]


def _inherit(given: Given, new: dict[str, str], old: Cells) -> None:
    """An emptied cell that must say something keeps what it said: emptying it is no way to say less."""
    for column in given.sheet.columns:
        if column.must and not new[column.name] and column.name.startswith("source."):
            new[column.name] = old[column.name]


def _topics(files: Mapping[str, bytes]) -> Iterable[tuple[str, str]]:
    for name, data in files.items():
        if name.startswith("faq/"):
            yield name, _texts(data).get("topic", "")


def _default(data: bytes) -> dict[str, str]:
    return {f"source.{name}": value for name, value in _texts(data, "source").items()}


def _texts(data: bytes, within: str = "") -> dict[str, str]:
    """The texts at the top of a file, or in one of its mappings."""
    _, top = yamlfile.read("", data)
    row = top.row(within) if top and within else top
    return {name: row.text(name, "") for name in row.names()} if row else {}
