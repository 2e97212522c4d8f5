"""Recall and ranking: which entries a question may mean, best first, with scores that compare across questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from operator import mul
from typing import NamedTuple

from knowledge import text, weights
from knowledge.entry import Candidate, Content, Entry, Outside
from knowledge.features import FEATURES, Recalled, Whole, measure
from knowledge.reading import Reader, Reading, facet_bit
from knowledge.recall import Phrasings, Recall

_Match = tuple[float, int, list[float]]  # logit, phrasing, features
RECALLED = 6  # entries whose features are computed
REMEMBERED = 1024  # entries of which is remembered what all their phrasings have together
_TWINS = 0.7  # of an entry's best similarity: its second phrasing is looked at from here on
_SAME_TOPIC = 0.5  # in logits: enough to settle a near tie, too little to turn a clear case
_NONE_OPEN: frozenset[tuple[int, int]] = frozenset()
_EXPLAINED = 1  # candidates whose `why` also gives the reasons
_SHORT_CLAUSE = 6  # canonical characters: a clause below this says 怎么办, and of what stands before it
_LONG_STORY = 18  # canonical characters from which a question is also looked for inside the story


class Matched(NamedTuple):
    """Exact hits alone, or the features of what is alike."""

    exact: list[Candidate]
    heard: Reading | None
    matches: dict[int, _Match]


class Index:
    """Built once per content; searching changes nothing, so threads may share it."""

    def __init__(self, content: Content) -> None:
        self.reader = reader = Reader(content.words)
        self._entries = content.entries
        phrasings = [(e.question, *e.aliases) for e in content.entries]
        reader.weigh(phrasings)
        self._phrasings = Phrasings(reader, phrasings)
        canonical = [reader.fold.canonical(said) for said in self._phrasings.said]
        self._exact: dict[str, tuple[int, ...]] = {}
        for folded, entry in zip(canonical, self._phrasings.owner, strict=True):
            owners = self._exact.get(folded, ())
            if entry not in owners:
                self._exact[folded] = (*owners, entry)
        self._recall = Recall(canonical, [reader.sound(folded) for folded in canonical])
        self._whole = lru_cache(REMEMBERED)(partial(_whole, self._entries, self._phrasings))
        self._names = lru_cache(REMEMBERED)(partial(_names, reader, self._entries))
        self._outside = text.Table((text.plain(w), o.id) for o in content.words.outside for w in o.words)
        self._outsides = {o.id: o for o in content.words.outside}
        self._inside = text.Table((text.plain(w), "y") for w in content.words.inside)

    def search(self, said: str, limit: int = 10, topic: str = "") -> list[Candidate]:
        """Best first, entries of `topic` a little preferred.

        An exact canonical hit scores 1.0 and is returned alone, or with the others it also hits.
        """
        return self.scored(self.matched(said), topic)[:limit]

    def matched(self, said: str) -> Matched:
        """The costly part of a search: what does not depend on what the talk is at."""
        canonical = self.reader.fold.canonical(said)
        if not canonical:
            return Matched([], None, {})
        owners = self._exact.get(canonical)
        if owners:
            return Matched([self._exactly(number, canonical) for number in owners], None, {})
        heard = self.reader.read(said)
        matches = self._rank(heard)
        if len(canonical) > _LONG_STORY:
            for number, match in self._rank_question_of(said).items():
                if number not in matches or match[0] > matches[number][0]:
                    matches[number] = match
        return Matched([], heard, matches)

    def scored(self, matched: Matched, topic: str = "") -> list[Candidate]:
        """The candidates of a search, best first, entries of `topic` a little preferred."""
        if matched.heard is None:
            return matched.exact
        matches = matched.matches
        if topic:
            matches = {
                number: (logit + _SAME_TOPIC * (self._entries[number].topic == topic), phrase, features)
                for number, (logit, phrase, features) in matches.items()
            }
        return self._scored(matched.heard, matches)

    def outside(self, said: str) -> Outside | None:
        """Whose matter it is when the text has words of another office and none of ours."""
        plain = text.plain(said)
        found = self._outside.spot(plain)
        return self._outsides[found[0]] if found and not self._inside.spot(plain) else None

    def pairs(self, heard: Reading) -> list[tuple[int, int, list[float]]]:
        """(entry, phrasing, features) of the recalled: what `_rank` weighs, and what the weights were fitted on."""
        owner = self._phrasings.owner
        asked = self._recall.ask(heard)
        by_entry: dict[int, list[tuple[float, float, int]]] = {}
        for row in asked.similar:
            some = by_entry.get(owner[row[2]])
            if some is not None:
                some.append(row)
            elif len(by_entry) < RECALLED:
                by_entry[owner[row[2]]] = [row]
        tops = [some[0][0] for some in by_entry.values()]
        best, second = (tops[0] if tops else 0.0), (tops[1] if len(tops) > 1 else 0.0)
        found = []
        for place, (entry, some) in enumerate(by_entry.items()):
            lead = tops[place] - (best if place else second)
            votes = sum([row[0] for row in some[1:4]]) / 3
            for value, chars, number in some[:2]:
                if value >= _TWINS * tops[place]:
                    phrasing, ratio = self._phrasings.reading(number), asked.ratio(number)
                    recalled = Recalled(chars, asked.sound(number), lead, votes, chars * ratio, chars / ratio)
                    found.append((entry, number, measure(heard, phrasing, self._whole(entry), recalled)))
        return found

    def _rank(self, heard: Reading, handicap: float = 0.0) -> dict[int, _Match]:
        ranked: dict[int, _Match] = {}
        for entry, number, features in self.pairs(heard):
            logit = sum(map(mul, weights.PAIR, features)) - handicap
            if entry not in ranked or logit > ranked[entry][0]:
                ranked[entry] = (logit, number, features)
        return ranked

    def _rank_question_of(self, story: str) -> dict[int, _Match]:
        """The clauses that ask, without the story around them; a short one keeps the clause before it."""
        parts = text.clauses(story)
        asking = [i for i, part in enumerate(parts) if self.reader.facets(part)] if len(parts) > 1 else []
        if not asking:
            return {}
        first = asking[-1]
        if first and len(self.reader.fold.canonical(parts[first])) < _SHORT_CLAUSE:
            first -= 1
        heard = self.reader.read("".join(parts[first : asking[-1] + 1]))
        return self._rank(heard, handicap=0.3)

    def _scored(self, heard: Reading, matches: dict[int, _Match]) -> list[Candidate]:
        order = sorted(matches.items(), key=lambda pair: -pair[1][0])
        best = order[0][1][0] if order else 0.0
        second = order[1][1][0] if len(order) > 1 else best - weights.WIDEST_MARGIN
        scored = []
        for place, (number, (logit, phrase, features)) in enumerate(order):
            score = weights.probability(logit, logit - (best if place else second))
            unsettled, crosses = self._confusion(heard, number) if self._names(number) else (_NONE_OPEN, False)
            why = self._why(phrase, features, place < _EXPLAINED)
            scored.append(Candidate(self._entries[number], score, why, unsettled, crosses))
        return scored

    def _exactly(self, number: int, canonical: str) -> Candidate:
        entry = self._entries[number]
        said = next(s for s in (entry.question, *entry.aliases) if self.reader.fold.canonical(s) == canonical)
        return Candidate(entry, 1.0, f"与“{said}”说的是同一句")

    def _confusion(self, heard: Reading, number: int) -> tuple[frozenset[tuple[int, int]], bool]:
        """Which confusable things of the entry the question leaves open; and whether it names another one instead."""
        open_, crosses = [], False
        for group, member in self._names(number):
            asked = {m for g, m in heard.names if g == group}
            crosses = crosses or bool(asked and member not in asked)
            if asked != {member}:
                open_.append((group, member))
        return frozenset(open_), crosses

    def _why(self, number: int, features: list[float], reasons: bool) -> str:
        said = self._phrasings.said[number]
        if not reasons:
            return f"像“{said}”"
        parts = list(map(mul, weights.PAIR, features))
        parts[0] = -math.inf  # always the same, and no reason
        first, second = sorted(parts)[-1:-3:-1]
        return f"像“{said}”（{FEATURES[parts.index(first)]}、{FEATURES[parts.index(second)]}）"


def _whole(entries: Sequence[Entry], phrasings: Phrasings, entry: int) -> Whole:
    some = [phrasings.reading(number) for number in phrasings.of(entry)]
    facets = facet_bit(entries[entry].aspect)
    for reading in some:
        facets |= reading.facets
    return Whole(frozenset().union(*[reading.vocabulary for reading in some]), facets)


def _names(reader: Reader, entries: Sequence[Entry], entry: int) -> frozenset[tuple[int, int]]:
    names, canonical = reader.names, reader.fold.canonical
    own = names(canonical(entries[entry].question))
    return frozenset(own or [name for alias in entries[entry].aliases for name in names(canonical(alias))])
