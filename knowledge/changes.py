"""What one content says differently from another: by entry, item, place, day, word, phrase and exam question."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.entry import Content, Words

_PLACES = ("file", "line")  # where a row stands is no part of what it says

Row = tuple[str, str, Mapping[str, str]]  # id, how people call it, what it says by field


@dataclass(frozen=True, slots=True)
class Change:
    """One row added, removed or changed. `fields`: what was and what is, by name of the field, of a changed one."""

    kind: Literal["added", "removed", "changed"]
    part: str  # 问答, 事项, 地点, 日子, 词表, 话术, 考题
    id: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


def compare(before: Content, after: Content) -> list[Change]:
    """In the order of the parts, then as the rows stand."""
    return [change for part, rows in _PARTS for change in _compared(part, rows(before), rows(after))]


def summary(changes: Iterable[Change]) -> str:
    """ "+3 -1 ~2" of added, removed and changed rows."""
    kinds = [change.kind for change in changes]
    return f"+{kinds.count('added')} -{kinds.count('removed')} ~{kinds.count('changed')}"


def lost(before: Content, after: Content) -> int:
    """How many of the entries of `before` are no longer there."""
    return len({entry.id for entry in before.entries} - {entry.id for entry in after.entries})


def _compared(part: str, before: Iterable[Row], after: Iterable[Row]) -> Iterator[Change]:
    old = {id_: (name, said) for id_, name, said in before}
    new = {id_: (name, said) for id_, name, said in after}
    for id_, (name, said) in new.items():
        if id_ not in old:
            yield Change("added", part, id_, name)
        elif old[id_] != (name, said):
            was = old[id_][1]
            names = [each for each in {**was, **said} if was.get(each, "") != said.get(each, "")]
            yield Change("changed", part, id_, name, tuple((n, was.get(n, ""), said.get(n, "")) for n in names))
    for id_, (name, _) in old.items():
        if id_ not in new:
            yield Change("removed", part, id_, name)


def _rows(values: Iterable[Any], name: str) -> Iterator[Row]:
    for value in values:
        said = {each.name: getattr(value, each.name) for each in dataclasses.fields(value) if each.name not in _PLACES}
        yield value.id, str(getattr(value, name)), dict(_told(said))


def _told(fields: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every field as text; a source's fields by their own names, source.quote."""
    for name, value in fields.items():
        if name == "source":
            inner = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
            yield from _told(inner, "source.")
        else:
            yield above + name, _text(value)


def _text(value: Any) -> str:
    """A list is told one a line."""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_text(each)}" for key, each in value.items())
    if isinstance(value, tuple | list):
        return "\n".join(map(_text, value))
    if dataclasses.is_dataclass(value):
        return "，".join(filter(None, (_text(getattr(value, each.name)) for each in dataclasses.fields(value))))
    return "" if value is None else str(value)


def _words(words: Words) -> Iterator[Row]:
    """Groups are known by their first word, the rest of the list by the word itself."""
    for topic, name in words.topics.items():
        yield f"topics.{topic}", name, {"name": name}
    for kind in ("synonyms", "confusable"):
        for group in getattr(words, kind):
            yield f"{kind}.{group[0]}", group[0], {kind: _text(group)}
    for outside in words.outside:
        yield f"outside.{outside.id}", outside.name, {"whose": outside.whose, "words": _text(outside.words)}
    for kind in ("fillers", "regions", "generic", "inside", "rude"):
        for word in getattr(words, kind):
            yield f"{kind}.{word}", word, {}


_PARTS: tuple[tuple[str, Callable[[Content], Iterable[Row]]], ...] = (
    ("问答", lambda content: _rows(content.entries, "question")),
    ("事项", lambda content: _rows(content.items, "name")),
    ("地点", lambda content: _rows(content.places, "name")),
    ("日子", lambda content: _rows(content.days, "name")),
    ("词表", lambda content: _words(content.words)),
    ("话术", lambda content: [(key, key, {"text": said}) for key, said in content.phrases.items()]),
    ("考题", lambda content: [(each.ask, each.ask, {"expect": each.expect}) for each in content.exam]),
)
