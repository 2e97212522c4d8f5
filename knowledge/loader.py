"""Content files -> values, or every fault at once with file, line and cure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from knowledge import crosscheck, records, wording, yamlfile
from knowledge.entry import LEFT_OUT, Content, Day, Entry, ExamQuestion, Fault, Item, Place, Words
from knowledge.folder import Broken, Snapshot, snapshot
from knowledge.gently import release
from knowledge.yamlfile import File, Row

__all__ = ["Broken", "load", "load_words", "parse"]


def load(folder: Path, units: Collection[str], known_phrases: Mapping[str, Collection[str]] | None = None) -> Content:
    """The folder's content, or Broken. `known_phrases`: phrase keys the code says, with the placeholders it fills."""
    return parse(snapshot(folder), units, known_phrases)


def parse(
    taken: Snapshot, units: Collection[str], known_phrases: Mapping[str, Collection[str]] | None = None
) -> Content:
    """`load` for bytes already read, so that an editor may ask before it writes."""
    reading = _Reading(taken.files)
    words, said = reading.words(), reading.phrases(known_phrases)
    content = Content(
        version=taken.version,
        entries=tuple(reading.entries()),
        items=tuple(reading.items()),
        places=tuple(reading.places()),
        days=tuple(reading.days()),
        words=words,
        phrases=said.phrases,
        exam=tuple(reading.exam()),
        borrowed=said.borrowed,
    )
    faults, missing = reading.faults(), list(crosscheck.missing(content, reading.lines))
    if reading.whole:  # what an unreadable file would have held is missed everywhere else
        faults += crosscheck.check(content, units, reading.lines)
    if not faults:
        faults = crosscheck.grouped(missing, content)
        missing = []
    if faults:
        # A file's default source is read for each of its rows: what is wrong in it is told once.
        told = sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.line))
        raise Broken(told + _left_out(len(missing)))
    release([reading.lines.popitem() for _ in range(len(reading.lines))])
    return content


def load_words(folder: Path) -> Words:
    """words.yaml of the folder alone, or Broken."""
    files = snapshot(folder).files
    reading = _Reading({name: files[name] for name in ("words.yaml",) if name in files})
    words = reading.words()
    if reading.faults():
        raise Broken(reading.faults())
    return words


def glance(files: Mapping[str, bytes]) -> Content:
    """What the files say, unchecked: rows with faults too, as far as they can be read. Never to be served."""
    reading = _Reading(files)
    words, entries, items, places = reading.words(), reading.entries(), reading.items(), reading.places()
    return Content("", tuple(entries), tuple(items), tuple(places), (), words, {}, ())


def _left_out(count: int) -> list[Fault]:
    """An entry that could not be read, or whose id is another's, is missed wherever it is named."""
    if not count:
        return []
    return [Fault(LEFT_OUT, 0, "编号", f"另有 {count} 处引用找不到，多半是上面的错引起的", "先改上面的，再检查一次")]


class _Reading:
    """The files of one folder on their way to values; `lines` remembers where aliases and exam questions stand.

    One file is open at a time: the rows of 100,000 entries at once would fill 300 MB.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._data = dict(files)  # not opened yet
        self._files: list[File] = []
        self.whole = True
        self.lines: dict[tuple[str, str], tuple[str, int]] = {}

    def _open(self, name: str) -> Row | None:
        """The top row of a file, once."""
        if name not in self._data:
            return None
        file, top = yamlfile.read(name, self._data.pop(name))
        self._files.append(file)
        if top is None:
            self.whole = False
            return None
        default = top.row("source") if name != "words.yaml" and "source" in top else None
        if default is not None:
            self.lines[name, f"owner {default.text('owner', '')}"] = (name, default.line_of("owner"))
        if top.text("version") not in ("1", ""):
            top.fault("version", "不认识这个版本", "只能写 version: 1")
        return top

    def faults(self) -> list[Fault]:
        """Of all files, those too that nobody has opened."""
        for name in list(self._data):
            self._open(name)
        return [fault for file in self._files for fault in file.faults]

    def words(self) -> Words:
        top = self._open("words.yaml")
        if top is None:
            return Words()
        topics = top.row("topics")
        words = Words(
            topics={name: topics.text(name) for name in topics.names()} if topics else {},
            fillers=top.texts("fillers"),
            regions=top.texts("regions"),
            synonyms=self._groups(top, "synonyms"),
            generic=top.texts("generic"),
            confusable=self._groups(top, "confusable"),
            outside=tuple(records.outside(row) for row in top.rows("outside")),
            inside=top.texts("inside"),
            rude=top.texts("rude"),
        )
        top.done()
        return words

    def _groups(self, top: Row, name: str) -> tuple[tuple[str, ...], ...]:
        groups = []
        for words, line in top.groups(name):
            if len(words) < 2:
                top.file.fault(line, name, "一组里至少要有两个词", "补上另一个词，或删去这一组")
            for word in words:
                self.lines.setdefault((name, word), (top.file.name, line))
            groups.append(words)
        return tuple(groups)

    def entries(self) -> list[Entry]:
        found = []
        for name, top in self._in("faq/"):
            topic, default = top.text("topic"), top.row("source")
            self.lines[name, "topic"] = (name, top.line_of("topic"))
            for row in top.rows("entries"):
                entry = records.entry(row, topic, default)
                for alias, line in row.lined_texts("aliases"):
                    self.lines.setdefault((entry.id, alias), (name, line))
                self.lines |= {
                    (entry.id, f"related {other}"): (name, line) for other, line in row.lined_texts("related")
                }
                self.lines[entry.id, "question"] = (name, row.line_of("question"))
                found.append(entry)
            top.done()
        return found

    def items(self) -> list[Item]:
        found = []
        for _, top in self._in("items/"):
            default = top.row("source")
            found += [records.item(row, default) for row in top.rows("items")]
            top.done()
        return found

    def places(self) -> list[Place]:
        return [records.place(row, default) for row, default in self._list("places.yaml", "places")]

    def days(self) -> list[Day]:
        return [records.day(row, default) for row, default in self._list("days.yaml", "days")]

    def exam(self) -> list[ExamQuestion]:
        found = []
        for row, _ in self._list("exam.yaml", "questions"):
            question = ExamQuestion(row.text("ask"), row.text("expect"))
            self.lines.setdefault(("exam", question.ask), ("exam.yaml", row.line))
            row.done()
            found.append(question)
        return found

    def phrases(self, known: Mapping[str, Collection[str]] | None) -> wording.Wording:
        return wording.read(self._open("phrases.yaml"), known)

    def _in(self, prefix: str) -> Iterator[tuple[str, Row]]:
        for name in [name for name in self._data if name.startswith(prefix)]:
            if (top := self._open(name)) is not None:
                yield name, top

    def _list(self, name: str, field: str) -> list[tuple[Row, Row | None]]:
        top = self._open(name)
        if top is None:
            return []
        default = top.row("source") if field != "questions" else None
        rows = [(row, default) for row in top.rows(field)]
        top.done()
        return rows
