"""What no single row can show: ids used twice, phrasings that contradict each other, references to nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process

from knowledge import text
from knowledge.entry import UNKNOWN, Content, Fault

_OF_ITEMS = ("item", "registers")
_A_FILE_OF = 3  # so many ids missing of one family are a file missing; fewer are slips of the pen
_A_SLIP = 75  # likeness of an id to the one that was meant

Lines = Mapping[tuple[str, str], tuple[str, int]]  # (entry id, alias), (file, "topic") and the like -> (file, line)


def check(content: Content, units: Collection[str], lines: Lines) -> list[Fault]:
    """Every contradiction between rows; empty when the content holds together."""
    return [
        *_ids(content),
        *_phrasings(content, lines),
        *_references(content, units, lines),
        *_synonyms(content, lines),
        *_days(content),
    ]


def _ids(content: Content) -> Iterable[Fault]:
    kinds: list[tuple[str, list[tuple[str, str, int]]]] = [
        ("问答", [(e.id, e.file, e.line) for e in content.entries]),
        ("事项", [(i.id, i.file, i.line) for i in content.items]),
        ("地点", [(p.id, p.file, p.line) for p in content.places]),
        ("日子", [(d.id, "days.yaml", d.line) for d in content.days]),
        ("不归我们管的事", [(o.id, "words.yaml", 0) for o in content.words.outside]),
    ]
    for kind, rows in kinds:
        first: dict[str, str] = {}
        for name, file, line in rows:
            if name and name in first:
                yield Fault(file, line, "id", f"{kind}编号 {name} 用了两次（{first[name]}）", "给其中一条换一个编号")
            first.setdefault(name, f"{file}:{line}")


def _phrasings(content: Content, lines: Lines) -> Iterable[Fault]:
    """One phrasing leads to one answer; punctuation, width, script and case make no difference."""
    first: dict[str, tuple[str, str, int]] = {}
    rows = {entry.id: entry for entry in reversed(content.entries)}  # a second row of one id is told as that alone
    for entry in reversed(rows.values()):
        for field, said in [("question", entry.question), *(("aliases", alias) for alias in entry.aliases)]:
            key = text.plain(said)
            if not key:
                continue
            at = lines.get((entry.id, said if field == "aliases" else field), (entry.file, entry.line))
            known = first.get(key)
            if known is None:
                first[key] = (entry.id, *at)
            elif known[0] != entry.id:
                where = f"{known[0]}（{known[1]}:{known[2]}）"
                yield Fault(
                    *at, field, f"“{said}”已经是 {where} 的问法", "一句话只能有一个答案：从其中一条删去它，或改得更具体"
                )
            else:
                yield Fault(*at, field, f"“{said}”在这一条里写了两次", "删去重复的一句")


def _days(content: Content) -> Iterable[Fault]:
    """A name calls one day."""
    first: dict[str, str] = {}
    for day in content.days:
        for name in (day.name, *day.aliases):
            other = first.setdefault(text.plain(name), day.id)
            if other != day.id:
                yield Fault("days.yaml", day.line, "aliases", f"“{name}”已经是 {other} 的叫法", "从其中一个删去它")


def _references(content: Content, units: Collection[str], lines: Lines) -> Iterable[Fault]:
    topics, owners = set(content.words.topics), {*units, UNKNOWN}
    for file, topic in dict.fromkeys((e.file, e.topic) for e in content.entries):
        if topic and topic not in topics:
            yield _no_topic(*lines.get((file, "topic"), (file, 0)), topic, topics)
    for item in content.items:
        if item.topic and item.topic not in topics:
            yield _no_topic(item.file, item.line, item.topic, topics)
        if item.department not in owners:
            yield _no_unit(item.file, item.line, "department", item.department, owners)
    for file, line, owner in _owners(content):
        if owner and owner not in owners:
            yield _no_unit(*lines.get((file, f"owner {owner}"), (file, line)), "owner", owner, owners)


@dataclass(frozen=True, slots=True)
class Missing:
    """An id that somebody names and nobody has."""

    file: str
    line: int
    field: Literal["item", "registers", "related", "expect"]
    id: str


def missing(content: Content, lines: Lines) -> Iterable[Missing]:
    """Every place that names an item or an entry which is not there."""
    entries, items = {e.id for e in content.entries}, {i.id for i in content.items}
    for entry in content.entries:
        if entry.item and entry.item not in items:
            yield Missing(entry.file, entry.line, "item", entry.item)
        for other in entry.related:
            if other not in entries:
                at = lines.get((entry.id, f"related {other}"), (entry.file, entry.line))
                yield Missing(*at, "related", other)
    for item in content.items:
        if item.registers and item.registers not in items:
            yield Missing(item.file, item.line, "registers", item.registers)
    for question in content.exam:
        if question.expect and question.expect not in entries | {"unknown", "outside"}:
            yield Missing(*lines.get(("exam", question.ask), ("exam.yaml", 0)), "expect", question.expect)


def grouped(places: Iterable[Missing], content: Content) -> list[Fault]:
    """One fault for each missing id; one for all ids of a kind when no entry of that kind is left."""
    families = {_family(entry.id) for entry in content.entries}
    places = list(places)
    absent: dict[str, set[str]] = {}  # by families of which no entry is left
    for place in places:
        if place.field not in _OF_ITEMS and _family(place.id) not in families:
            absent.setdefault(_family(place.id), set()).add(place.id)
    known = [entry.id for entry in content.entries]
    groups: dict[tuple[bool, str], list[Missing]] = {}
    for place in places:
        item = place.field in _OF_ITEMS
        gone = not item and len(absent.get(_family(place.id), ())) >= _A_FILE_OF
        groups.setdefault((item, f"{_family(place.id)}.*" if gone else place.id), []).append(place)
    return [_none_such(name, found, known) for (_, name), found in groups.items()]


def _family(entry_id: str) -> str:
    return entry_id.split(".", maxsplit=1)[0]


def _none_such(name: str, found: list[Missing], known: Collection[str]) -> Fault:
    first, count = found[0], f"（共 {len(found)} 处提到，这是第一处）" if len(found) > 1 else ""
    at = (first.file, first.line, first.field)
    if name.endswith(".*"):
        cure = "从上一个版本恢复它；真的不要了，就删去提到这些编号的地方"
        return Fault(*at, f"没有 faq/ 文件提供 {name}，也就没有问答 {first.id}{count}：文件是否被删或改名", cure)
    if first.field in _OF_ITEMS:
        return Fault(*at, f"没有事项 {name}{count}", "写 items/ 里已有的编号，或删去这一栏")
    also = "，或 unknown、outside" if first.field == "expect" else "，或删去它"
    near = process.extractOne(name, known, score_cutoff=_A_SLIP)
    hint = f"是不是想写 {near[0]}？" if near else ""
    return Fault(*at, f"没有问答 {name}{count}", f"{hint}写 faq/ 里已有的编号{also}")


def _owners(content: Content) -> Iterable[tuple[str, int, str]]:
    yield from ((entry.file, entry.line, entry.source.owner) for entry in content.entries)
    yield from ((item.file, item.line, item.source.owner) for item in content.items)
    yield from ((place.file, place.line, place.source.owner) for place in content.places)
    yield from (("days.yaml", day.line, day.source.owner) for day in content.days)


def _no_topic(file: str, line: int, topic: str, topics: Collection[str]) -> Fault:
    return Fault(file, line, "topic", f"没有主题 {topic}", f"可用的主题：{'、'.join(sorted(topics))}（见 words.yaml）")


def _no_unit(file: str, line: int, field: str, unit: str, units: Collection[str]) -> Fault:
    return Fault(
        file, line, field, f"没有成员单位 {unit}", f"可用的单位：{'、'.join(sorted(units))}（见 config/office.yaml）"
    )


def _synonyms(content: Content, lines: Lines) -> Iterable[Fault]:
    """A word in two groups could fold either way; words that must never cross may not be folded together."""
    group_of: dict[str, int] = {}
    for number, group in enumerate(content.words.synonyms):
        for word in dict.fromkeys(map(text.plain, group)):
            if group_of.setdefault(word, number) != number:
                at = lines.get(("synonyms", group[0]), ("words.yaml", 0))
                yield Fault(*at, "synonyms", f"“{word}”在两组同义词里", "只留在一组里，或把两组合成一组")
    for group in content.words.confusable:
        folded = [group_of.get(text.plain(word)) for word in group]
        twins = [number for number in folded if number is not None]
        if len(twins) != len(set(twins)):
            at = lines.get(("confusable", group[0]), ("words.yaml", 0))
            yield Fault(*at, "confusable", f"{'、'.join(group)} 里有两个词又写成了同义词", "同义词和易混词只能选一种")
