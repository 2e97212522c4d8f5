"""Where something stands in the content files. Read again only when somebody asks: a fault is rare, a line is dear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from knowledge import yamlfile
from knowledge.entry import Day, Entry, Item, Place, Source
from knowledge.yamlfile import Row

_ROWS = ("entries", "items", "places", "days")
_LISTS = ("fillers", "regions", "generic", "inside", "rude")
_GROUPS = ("synonyms", "confusable")


class Where:
    """The lines of `files` (bytes by name), which the loader has taken already."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._rows: dict[str, dict[int, tuple[Row, Row | None]]] = {}
        self._words: dict[tuple[str, str], int] = {}

    def field(self, file: str, line: int, name: str) -> int:
        """Of a field in the row that starts at `line`; the row's own line when it has no such field."""
        row, _ = self._row(file, line)
        return row.line_of(name) if row else line

    def phrasing(self, entry: Entry, said: str) -> tuple[str, int, str]:
        """File, line and field of an entry's question or alias."""
        if said == entry.question:
            return entry.file, self.field(entry.file, entry.line, "question"), "question"
        row, _ = self._row(entry.file, entry.line)
        lines = dict(reversed(row.lined_texts("aliases"))) if row else {}
        return entry.file, lines.get(said, entry.line), "aliases"

    def source(self, file: str, line: int, name: str) -> int:
        """Of a field of a row's source: its own, else that of the file."""
        row, default = self._row(file, line)
        for source in (row.row("source") if row else None, default):
            if source is not None and name in source:
                return source.line_of(name)
        return line

    def word(self, field: str, word: str) -> int:
        """The line of words.yaml on which `word` stands, 0 when it does not."""
        if not self._words:
            self._words = dict(self._read_words())
        return self._words.get((field, word), 0)

    def phrase(self, key: str) -> int:
        """The line of phrases.yaml on which the phrase `group.name` stands."""
        _, top = yamlfile.read("phrases.yaml", self._files.get("phrases.yaml", b""))
        groups = top.row("phrases") if top else None
        group, _, name = key.partition(".")
        texts = groups.row(group) if groups else None
        return texts.line_of(name) if texts else 0

    def _row(self, file: str, line: int) -> tuple[Row | None, Row | None]:
        if file not in self._rows:
            _, top = yamlfile.read(file, self._files.get(file, b""))
            default = top.row("source") if top else None
            rows = [row for name in _ROWS for row in top.rows(name)] if top else []
            self._rows[file] = {row.line: (row, default) for row in rows}
        return self._rows[file].get(line, (None, None))

    def _read_words(self) -> Iterable[tuple[tuple[str, str], int]]:
        _, top = yamlfile.read("words.yaml", self._files.get("words.yaml", b""))
        if top is None:
            return
        for name in _LISTS:
            yield from (((name, word), line) for word, line in top.lined_texts(name))
        for name in _GROUPS:
            yield from (((name, word), line) for group, line in top.groups(name) for word in group)


def sourced(
    entries: Iterable[Entry], items: Iterable[Item], places: Iterable[Place], days: Iterable[Day]
) -> Iterable[tuple[str, int, str, Source]]:
    """File, line, id and source of everything that has one."""
    yield from ((e.file, e.line, e.id, e.source) for e in entries)
    yield from ((i.file, i.line, i.id, i.source) for i in items)
    yield from ((p.file, p.line, p.id, p.source) for p in places)
    yield from (("days.yaml", d.line, d.id, d.source) for d in days)
