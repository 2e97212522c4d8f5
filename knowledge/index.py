"""Recall and ranking: which entries a question may mean, best first, with scores that compare across questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from operator import mul
from typing import NamedTuple

from knowledge import text, weights
from knowledge.answer import CHOICES
from knowledge.entry import Candidate, Content, Entry, Outside
from knowledge.features import FEATURES
from knowledge.ranking import Match, Ranker
from knowledge.reading import Reader, Reading
from knowledge.recall import Phrasings, Recall

REMEMBERED = 1024  # entries whose names of confusable things are remembered
_SAME_TOPIC = 0.5  # in logits: enough to settle a near tie, too little to turn a clear case
_VAGUE = 0.3  # of the differences between entries, where the question names nothing: it may mean any of them
_EXPLAINED = 1  # candidates whose `why` also gives the reasons
_SHORT_CLAUSE = 6  # canonical characters: a clause below this says 怎么办, and of what stands before it
_CLAUSE_IS_PART, _CLAUSE_IS_ALL = 0.3, -1.0  # in logits, off what a clause alone is like: less if it is a phrasing
_LONG_STORY = 12  # canonical characters from which a question is also looked for inside the story


class Matched(NamedTuple):
    """Exact hits alone, or the features of what is alike."""

    exact: list[Candidate]
    heard: Reading | None
    matches: dict[int, Match]


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
        bare = [reader.bare(folded)[0] for folded in canonical]
        self._recall = Recall(bare, [reader.sound(each) for each in bare])
        self.ranker = Ranker(content.entries, self._phrasings, self._recall)
        self._names = lru_cache(REMEMBERED)(partial(_names, reader, self._entries))
        self._outsides = {text.plain(word): each for each in reversed(content.words.outside) for word in each.words}
        self._outside = text.Table((word, word) for word in self._outsides)
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
        matches = self.ranker.rank(heard)
        if len(canonical) > _LONG_STORY:
            _merge(matches, self._rank_question_of(said))
        return Matched([], heard, matches)

    def scored(self, matched: Matched, topic: str = "") -> list[Candidate]:
        """The candidates of a search, best first, entries of `topic` a little preferred."""
        if matched.heard is None:
            return matched.exact
        matches = matched.matches
        if topic:
            matches = {
                number: match._replace(logit=match.logit + _SAME_TOPIC * (self._entries[number].topic == topic))
                for number, match in matches.items()
            }
        return self._scored(matched.heard, matches)

    def outside(self, said: str, ranked: Sequence[Candidate]) -> Outside | None:
        """Whose matter it is when the text has words of another office and none of ours.

        A word that one of the best candidates is itself about is no other office's alone.
        """
        plain = text.plain(said)
        found = self._outside.spot(plain)
        if not found or self._inside.spot(plain):
            return None
        if any(_is_about(each.entry, word) for each in ranked[:CHOICES] for word in found):
            return None
        return self._outsides[found[0]]

    def _rank_question_of(self, story: str) -> dict[int, Match]:
        """The clause that asks, and the last one, without the story around them."""
        parts = text.clauses(story)
        if len(parts) < 2:
            return {}
        asking = [place for place, part in enumerate(parts) if self.reader.facets(part)]
        ranked: dict[int, Match] = {}
        for said in {self._with_its_thing(parts, place) for place in (*asking[-1:], len(parts) - 1)}:
            exact = self.reader.fold.canonical(said) in self._exact
            _merge(ranked, self.ranker.rank(self.reader.read(said), _CLAUSE_IS_ALL if exact else _CLAUSE_IS_PART))
        return ranked

    def _with_its_thing(self, parts: list[str], place: int) -> str:
        """A short clause keeps the one before it."""
        short = place and len(self.reader.fold.canonical(parts[place])) < _SHORT_CLAUSE
        return "".join(parts[place - 1 if short else place : place + 1])

    def _scored(self, heard: Reading, matches: dict[int, Match]) -> list[Candidate]:
        order = sorted(matches.items(), key=lambda pair: -pair[1].logit)
        sharpness = _VAGUE if heard.vague else 1.0
        scores = weights.probabilities([match.logit * sharpness for _, match in order])
        scored = []
        for place, ((number, match), score) in enumerate(zip(order, scores, strict=True)):
            unsettled, crosses = self._confusion(heard, number)
            why = self._why(match, place < _EXPLAINED)
            scored.append(Candidate(self._entries[number], score, why, unsettled, crosses))
        return scored

    def _exactly(self, number: int, canonical: str) -> Candidate:
        entry = self._entries[number]
        said = next(s for s in (entry.question, *entry.aliases) if self.reader.fold.canonical(s) == canonical)
        return Candidate(entry, 1.0, f"与“{said}”说的是同一句")

    def _confusion(self, heard: Reading, number: int) -> tuple[frozenset[tuple[int, int]], bool]:
        """Which confusable things of the entry the question leaves open; and whether it names another one instead."""
        own = self._names(number)
        if not heard.names:
            return own, False
        open_, crosses = [], False
        for group, member in own:
            asked = {m for g, m in heard.names if g == group}
            crosses = crosses or bool(asked and member not in asked)
            if asked != {member}:
                open_.append((group, member))
        return frozenset(open_), crosses

    def _why(self, match: Match, reasons: bool) -> str:
        said = self._phrasings.said[match.phrasing]
        if not reasons:
            return f"像“{said}”"
        parts = list(map(mul, weights.OF, match.features))
        parts[0] = -math.inf  # always the same, and no reason
        first, second = sorted(parts)[-1:-3:-1]
        return f"像“{said}”（{FEATURES[parts.index(first)]}、{FEATURES[parts.index(second)]}）"


def _is_about(entry: Entry, word: str) -> bool:
    """Its question has the word, or several of its aliases: one alias may name what stands beside the matter."""
    return word in text.plain(entry.question) or sum(word in text.plain(alias) for alias in entry.aliases) > 1


def _merge(matches: dict[int, Match], others: dict[int, Match]) -> None:
    """Of each entry the better match."""
    for number, match in others.items():
        if number not in matches or match.logit > matches[number].logit:
            matches[number] = match


def _names(reader: Reader, entries: Sequence[Entry], entry: int) -> frozenset[tuple[int, int]]:
    names, canonical = reader.names, reader.fold.canonical
    own = names(canonical(entries[entry].question))
    return frozenset(own or [name for alias in entries[entry].aliases for name in names(canonical(alias))])
