"""Aliases proposed from what people tapped. Pure: nothing is written here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from knowledge.entry import Candidate, Entry
from knowledge.likeness import grouped
from knowledge.text import plain

_ALIKE = 0.75  # wordings that count as one
_SHORTEST, _LONGEST = 3, 40  # characters an alias may have
# May be somebody's; or several lines. With marks between, 985、211 is none yet.
_NUMBER = re.compile(r"(?:\d[ -]?){6}|(?:\d[\s，,、.．·/_－—–~～…-]{0,3}){7}|\*|\n")
_EXAMPLES = 3
_MOST = 100  # proposed at once


@dataclass(frozen=True, slots=True)
class Evidence:
    """One person's question that turned out to be `entry`'s: they tapped it among the choices. `who` only tells people
    apart, and is never shown."""

    text: str
    entry: str
    who: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`alias` for `entry`: `people` meant it. `warnings` are what speaks against it, for the admin to judge."""

    entry: Entry
    alias: str
    times: int
    people: int
    examples: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the proposals are held against: the entries, how a question is folded, and what it finds now."""

    entry: Callable[[str], Entry | None]
    canonical: Callable[[str], str]
    search: Callable[[str], Sequence[Candidate]]
    names: Callable[[str], Collection[tuple[int, int]]]  # the confusable things a text names


def suggestions(
    evidence: Iterable[Evidence],
    known: Knowledge,
    decided: Callable[[str, str], bool],
    least: int = 2,
    most: int = _MOST,
) -> tuple[list[Suggestion], int]:
    """Those `least` people meant, without what was `decided` (entry id, canonical text): the `most` important, and how
    many there are beside them."""
    known = replace(known, canonical=cache(known.canonical))
    by_entry: dict[str, list[Evidence]] = defaultdict(list)
    for each in evidence:
        if _fit(each.text):
            by_entry[each.entry].append(each)
    found = []
    for entry_id, some in sorted(by_entry.items()):
        entry = known.entry(entry_id)
        if entry is None:
            continue
        some.sort(key=lambda each: (each.text, each.who))
        for group in grouped([each.text for each in some], known.canonical, _ALIKE):
            proposed = _proposed(entry, [some[place] for place in group], known, decided, least)
            found += [proposed] if proposed else []
    found.sort(key=lambda each: (-each.people, -each.times, each.entry.id, each.alias))
    # What speaks against one takes a search each: nobody reads thousands at once.
    told = [replace(each, warnings=_against(each.entry, each.alias, known)) for each in found[:most]]
    return told, len(found) - len(told)


def _proposed(
    entry: Entry, group: list[Evidence], known: Knowledge, decided: Callable[[str, str], bool], least: int
) -> Suggestion | None:
    people = len({each.who for each in group})
    if people < least:
        return None
    forms = {known.canonical(each.text) for each in group}
    own = {known.canonical(said) for said in (entry.question, *entry.aliases)}
    if not forms.isdisjoint(own) or any(decided(entry.id, form) for form in forms):
        return None
    counts = Counter(each.text.strip() for each in group)
    wordings = sorted(counts, key=lambda text: (-counts[text], len(text), text))
    alias = wordings[0].rstrip("？?。.！! ")
    return Suggestion(entry, alias, len(group), people, tuple(wordings[:_EXAMPLES]))


def _fit(text: str) -> bool:
    """No number of anybody's, masked or not, and neither a grunt nor a story."""
    told = text.strip()
    return len(plain(told)) >= _SHORTEST and len(told) <= _LONGEST and _NUMBER.search(told) is None


def _against(entry: Entry, alias: str, known: Knowledge) -> tuple[str, ...]:
    ranked = known.search(alias)
    warnings = []
    own = next((each for each in ranked if each.entry.id == entry.id), None)
    other = next((each for each in ranked if each.entry.id != entry.id), None)
    if other and other.score >= 1:
        warnings.append(f"这句话已经是 {other.entry.id}（{other.entry.question}）的问法")
    elif other and (own is None or other.score > own.score):
        warnings.append(f"现在更像 {other.entry.id}（{other.entry.question}）")
    asked, meant = known.names(alias), known.names(entry.question)
    groups = {group for group, _ in meant}
    if any(group in groups and (group, member) not in meant for group, member in asked):
        warnings.append("说的是另一样容易混淆的东西（words.yaml 的 confusable）")
    elif own and own.unsettled and other and other.unsettled:
        warnings.append("没有说清是容易混淆的哪一样（words.yaml 的 confusable）")
    return tuple(warnings)
