"""Phrasings that the matcher cannot tell apart, the words that make them so, and entries that nearly ask the same."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge import language, text
from knowledge.entry import Content, Entry, Words

ALIKE = 0.8  # shared of all characters and pairs of neighbours: from here on two questions look like one
_FIRST = 4  # rarest tokens that two alike sets must have in common; more of them spare comparisons, and cost counting
_LOOKED_INTO = 40  # clashes whose cause is searched: after so many the admin knows what to mend
_MARK = "龘"  # no word of ours has it: what is left beside it is all that folding leaves of a text
_VALUES = text.Table(
    (word, f"{kind}:{value}")
    for kind, named in language.VALUES.items()
    for value, some in named.items()
    for word in some
)


@dataclass(frozen=True, slots=True)
class Taught:
    """A word of words.yaml and the field that it stands in."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class Clash:
    """`loser` has a phrasing that leads to `winner`, because folded both phrasings read the same."""

    winner: Entry
    first: str
    loser: Entry
    second: str
    because: tuple[Taught, ...]  # empty: they are one to the matcher whatever the admin's words


@dataclass(frozen=True, slots=True)
class Near:
    """Two entries with phrasings that are almost the same."""

    one: Entry
    first: str
    other: Entry
    second: str
    share: float


class Alike:
    """Looks at one content. Holds to the index: a phrasing whose folded form nobody shares is found first, always."""

    def __init__(self, content: Content) -> None:
        self._entries, self._words = content.entries, content.words
        self._fold = text.Fold(content.words)
        self._without: dict[tuple[str, str], text.Fold] = {}
        self._said = [(e, said) for e in content.entries for said in (e.question, *e.aliases)]
        self._canonical = [self._fold.canonical(said) for _, said in self._said]

    def clashes(self) -> Iterator[Clash]:
        """Every phrasing that finds another entry before its own."""
        first: dict[str, tuple[Entry, str]] = {}
        count = 0
        for (entry, said), canonical in zip(self._said, self._canonical, strict=True):
            winner, theirs = first.setdefault(canonical, (entry, said))
            if canonical and winner.id != entry.id:
                count += 1
                yield Clash(winner, theirs, entry, said, self._causes(theirs, said) if count <= _LOOKED_INTO else ())

    def speechless(self) -> Iterator[tuple[Entry, str, tuple[Taught, ...]]]:
        """Phrasings that are nothing but fillers and names of places, and those without any letter (no words then)."""
        for (entry, said), canonical in zip(self._said, self._canonical, strict=True):
            if not canonical:
                yield entry, said, ()
            elif self._fold.canonical(_MARK + said) == _MARK:
                yield entry, said, tuple(self._present("fillers", "regions", said=said))

    def blurred(self) -> Iterator[tuple[tuple[str, ...], tuple[str, str], tuple[Taught, ...]]]:
        """Confusable groups of which two words are folded into one: the group, the two, and what folds them."""
        for group in self._words.confusable:
            seen: dict[str, str] = {}
            for word in group:
                other = seen.setdefault(self._fold.canonical(word), word)
                if text.plain(other) != text.plain(word):
                    yield group, (other, word), self._causes(other, word)

    def near(self) -> list[Near]:
        """Pairs of entries that ask nearly the same, the likest first; one for each pair."""
        grams = [frozenset(c).union(text.bigrams(c)) for c in self._canonical]
        found: dict[tuple[str, str], Near] = {}
        for a, b, share in pairs(grams, [entry.id for entry, _ in self._said]):
            (one, first), (other, second) = self._said[a], self._said[b]
            if self._canonical[a] == self._canonical[b]:
                continue  # a clash
            known = found.get((one.id, other.id))
            if (known is None or known.share < share) and not _told_apart(first, second):
                found[one.id, other.id] = Near(one, first, other, second, share)
        return sorted(found.values(), key=lambda each: -each.share)

    def twins(self) -> Iterator[tuple[Entry, Entry]]:
        """Entries on one thing that give the same answer to the letter."""
        first: dict[tuple[str, str], Entry] = {}
        for entry in self._entries:
            other = first.setdefault((entry.about or entry.topic, text.plain(entry.answer)), entry)
            if other is not entry:
                yield other, entry

    def _causes(self, one: str, other: str) -> tuple[Taught, ...]:
        """The admin's words without which the two would differ."""
        present = list(self._present("synonyms", "fillers", "regions", said=f"{one}，{other}"))
        alone = tuple(taught for taught in present if self._differ(self._fold_without(taught), one, other))
        if alone or not present or not self._differ(text.Fold(Words()), one, other):
            return alone
        return tuple(present)

    @staticmethod
    def _differ(fold: text.Fold, one: str, other: str) -> bool:
        return fold.canonical(one) != fold.canonical(other)

    def _present(self, *fields: str, said: str) -> Iterator[Taught]:
        plain = text.digits(text.plain(said))
        for field in fields:
            for each in getattr(self._words, field):
                words = (each,) if isinstance(each, str) else each
                # The group's first word stands for all: it is never the one to take out.
                for word in words if isinstance(each, str) else words[1:] + words[:1]:
                    if text.digits(text.plain(word)) in plain:
                        yield Taught(field, word)
                        break

    def _fold_without(self, taught: Taught) -> text.Fold:
        key = (taught.field, taught.word)
        if key not in self._without:
            rows: Sequence[str | tuple[str, ...]] = getattr(self._words, taught.field)
            left = tuple(each for each in rows if taught.word not in ((each,) if isinstance(each, str) else each))
            changed: dict[str, Any] = {taught.field: left}
            self._without[key] = text.Fold(replace(self._words, **changed))
        return self._without[key]


def pairs(sets: Sequence[frozenset[str]], owners: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """(earlier, later, shared of all) of every two sets alike enough and not of one owner.

    Two such share _FIRST of their rarest tokens; and the larger holds no more than the smaller one's size over ALIKE.
    """
    used = Counter(token for tokens in sets for token in tokens)
    rank = {token: place for place, token in enumerate(sorted(used, key=lambda token: (used[token], token)))}
    postings: dict[int, list[int]] = defaultdict(list)
    firsts: list[int] = []
    for b, tokens in enumerate(sets):
        size, owner = len(tokens), owners[b]
        least, most = ALIKE * size, size / ALIKE
        first = min(_FIRST, math.ceil(least))
        rare = sorted(map(rank.__getitem__, tokens))[: size - math.ceil(least) + first]
        seen = Counter([a for token in rare for a in postings[token]])
        firsts.append(first)
        near = [a for a, times in seen.items() if times >= min(first, firsts[a]) and owners[a] != owner]
        for a in sorted(a for a in near if least <= len(sets[a]) <= most):
            shared = len(tokens & sets[a])
            if shared >= ALIKE * (size + len(sets[a]) - shared):
                yield a, b, shared / (size + len(sets[a]) - shared)
        for token in rare:
            postings[token].append(b)


def _told_apart(one: str, other: str) -> bool:
    """By a negation, a number or a degree, a title, a relative: one character, and another question."""
    return _telling(one) != _telling(other)


def _telling(said: str) -> tuple[frozenset[str], ...]:
    plain = text.digits(text.plain(said))
    return (
        frozenset(_VALUES.spot(plain)),
        language.NEGATIONS.intersection(plain),
        frozenset(filter(str.isdigit, plain)),
    )


def named(words: Iterable[Taught]) -> str:
    return "、".join(dict.fromkeys(f"“{each.word}”" for each in words))
