"""Recall and ranking: which entries a question may mean, best first, with scores that compare across questions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

from knowledge import text, weights
from knowledge.entry import Candidate, Content, Entry, Outside
from knowledge.features import FEATURES, Recall, Whole, measure
from knowledge.reading import Reader, Reading, facet_bit

_Match = tuple[float, int, list[float]]  # logit, phrasing, features
_Posting = tuple[int, float, str, list[int]]  # place by rarity, weight, token, phrasings
RECALLED = 6  # entries whose features are computed
_PHRASES = 14  # phrasings compared token by token
_SHARE = 0.3  # of the best one's weight: what a phrasing must share to be compared
_TWINS = 0.7  # of an entry's best similarity: its second phrasing is looked at from here on
_BUDGET = 300  # postings walked: rare tokens first, so what is left out tells little
_WEAK = 0.45  # best cosine of characters below which sounds are walked too
_SAME_TOPIC = 0.5  # in logits: enough to settle a near tie, too little to turn a clear case
_NO_TOKENS: frozenset[str] = frozenset()
_NONE_OPEN: frozenset[tuple[int, int]] = frozenset()
_EXPLAINED = 1  # candidates whose `why` also gives the reasons
_SHORT_CLAUSE = 6  # canonical characters: a clause below this says 怎么办, and of what stands before it
_LONG_STORY = 18  # canonical characters from which a question is also looked for inside the story


class _Known(NamedTuple):
    """The tokens of a question that a channel knows, the rarest first, and the norm of all."""

    postings: list[_Posting]
    tokens: frozenset[str]
    norm: float


class _Channel:
    """tf-idf cosine over one kind of token. No numpy: a question touches a few hundred phrasings."""

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        count = len(texts)
        self._texts = texts
        used = Counter(token for tokens in texts for token in tokens)
        self._weight = {token: _exact(math.log(1 + count / n) ** 2) for token, n in used.items()}
        self._unseen = _exact(math.log(1 + count) ** 2)
        self._norm = [math.sqrt(sum([self._weight[token] for token in tokens])) or 1.0 for tokens in texts]
        rows: dict[str, list[int]] = {token: [] for token in used}
        for number, tokens in enumerate(texts):
            for token in tokens:
                rows[token].append(number)
        rarest = sorted(used, key=lambda token: (used[token], token))
        self._postings: dict[str, _Posting] = {
            token: (place, self._weight[token], token, rows[token]) for place, token in enumerate(rarest)
        }

    def known(self, tokens: frozenset[str]) -> _Known:
        """The question's tokens as this channel has them."""
        some = sorted(filter(None, map(self._postings.get, tokens)))
        own = frozenset([token for _, _, token, _ in some])
        mass = sum([weight for _, weight, _, _ in some]) + self._unseen * (len(tokens) - len(own))
        return _Known(some, own, math.sqrt(mass) or 1.0)

    def recall(self, asked: _Known, count: int) -> list[tuple[float, int]]:
        """(cosine, phrasing) of those that share the most weight of the rarer tokens, at most `count`."""
        some = asked.postings
        if not some:
            return []
        _, weight, _, rows = some[0]
        found, walked, rest = dict.fromkeys(rows, weight), len(rows), _NO_TOKENS
        get = found.get
        for place, (_, weight, _, rows) in enumerate(some[1:], 1):
            walked += len(rows)
            if walked > _BUDGET:
                rest = frozenset([token for _, _, token, _ in some[place:]])
                break
            for number in rows:
                found[number] = get(number, 0.0) + weight
        own, texts, each, norm = self._norm, self._texts, self._weight.__getitem__, asked.norm
        return [
            ((found[n] + sum(map(each, rest & texts[n]))) / (norm * own[n]), n) for n in self._nearest(found, count)
        ]

    def _nearest(self, found: dict[int, float], count: int) -> list[int]:
        if len(found) <= count:
            return list(found)
        least, norm = max(found.values()) * _SHARE, self._norm
        near = [(weight / norm[number], number) for number, weight in found.items() if weight >= least]
        if len(near) > count:
            near.sort()
        return [number for _, number in near[-count:]]

    def norm_of(self, number: int) -> float:
        return self._norm[number]

    def cosine(self, asked: _Known, number: int) -> float:
        """With one phrasing."""
        shared = sum(map(self._weight.__getitem__, asked.tokens & self._texts[number]))
        return shared / (asked.norm * self._norm[number])


def _exact(weight: float) -> float:
    """Short enough that sums of weights are exact: whatever their order, what is alike ties, and ties stay ties."""
    return round(weight * 2**24) / 2**24


class Matched(NamedTuple):
    """Exact hits alone, or the features of what is alike."""

    exact: list[Candidate]
    heard: Reading | None
    matches: dict[int, _Match]


class Index:
    """Built once per content; searching changes nothing, so threads may share it."""

    def __init__(self, content: Content) -> None:
        self.reader = Reader(content.words)
        self._entries = content.entries
        phrasings = [(e.question, *e.aliases) for e in content.entries]
        self.reader.weigh(phrasings)
        self._phrases: list[Reading] = []
        self._owner: list[int] = []
        self._exact: dict[str, list[int]] = {}
        strings: dict[str, str] = {}
        for number, some in enumerate(phrasings):
            for said in some:
                reading = self.reader.read(said)
                reading.share(strings.setdefault)
                self._phrases.append(reading)
                self._owner.append(number)
                owners = self._exact.setdefault(reading.canonical, [])
                if number not in owners:
                    owners.append(number)
        self._wholes = self._together()
        self._chars = _Channel([p.grams for p in self._phrases])
        self._sound = _Channel([p.pairs for p in self._phrases])
        self._names = [self._named(e) for e in content.entries]
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
        written, spoken = self._chars.known(heard.grams), self._sound.known(heard.pairs)
        by_entry: dict[int, list[tuple[float, float, int]]] = {}
        for row in self._similar(written, spoken):
            some = by_entry.get(self._owner[row[2]])
            if some is not None:
                some.append(row)
            elif len(by_entry) < RECALLED:
                by_entry[self._owner[row[2]]] = [row]
        tops = [some[0][0] for some in by_entry.values()]
        best, second = (tops[0] if tops else 0.0), (tops[1] if len(tops) > 1 else 0.0)
        found = []
        for place, (entry, some) in enumerate(by_entry.items()):
            lead = some[0][0] - (best if place else second)
            votes = sum([row[0] for row in some[1:4]]) / 3
            for value, chars, number in some[:2]:
                if value >= _TWINS * some[0][0]:
                    sound = self._sound.cosine(spoken, number)
                    ratio = self._chars.norm_of(number) / written.norm
                    recall = Recall(chars, sound, lead, votes, chars * ratio, chars / ratio)
                    features = measure(heard, self._phrases[number], self._wholes[entry], recall)
                    found.append((entry, number, features))
        return found

    def _similar(self, written: _Known, spoken: _Known) -> list[tuple[float, float, int]]:
        """(similarity, of that characters', phrasing) of the phrasings worth a closer look, best first."""
        chars, sounds = self._chars, self._sound
        near = chars.recall(written, _PHRASES)
        if near and max(near)[0] >= _WEAK:
            return [(value, value, number) for value, number in sorted(near, reverse=True)]
        # Homophones and pinyin share few characters with what they stand for.
        alike = {number: value for value, number in near}
        homophones = {number: value for value, number in sounds.recall(spoken, _PHRASES)}
        rows = []
        for number in alike.keys() | homophones.keys():
            value, sound = alike.get(number), homophones.get(number)
            if value is None:
                value = chars.cosine(written, number)
            if sound is None:
                sound = sounds.cosine(spoken, number)
            rows.append((max(value, 0.9 * sound), value, number))
        rows.sort(reverse=True)
        return rows

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
            unsettled, crosses = self._confusion(heard, number) if self._names[number] else (_NONE_OPEN, False)
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
        for group, member in self._names[number]:
            asked = {m for g, m in heard.names if g == group}
            crosses = crosses or bool(asked and member not in asked)
            if asked != {member}:
                open_.append((group, member))
        return frozenset(open_), crosses

    def _together(self) -> list[Whole]:
        words: list[set[str]] = [set() for _ in self._entries]
        facets = [facet_bit(entry.aspect) for entry in self._entries]
        for number, phrase in zip(self._owner, self._phrases, strict=True):
            words[number] |= phrase.vocabulary
            facets[number] |= phrase.facets
        return [Whole(frozenset(w), f) for w, f in zip(words, facets, strict=True)]

    def _named(self, entry: Entry) -> frozenset[tuple[int, int]]:
        names = self.reader.names
        canonical = self.reader.fold.canonical
        own = names(canonical(entry.question))
        return frozenset(own or [name for alias in entry.aliases for name in names(canonical(alias))])

    def _why(self, number: int, features: list[float], reasons: bool) -> str:
        said = self._phrases[number].said
        if not reasons:
            return f"像“{said}”"
        parts = list(map(mul, weights.PAIR, features))
        parts[0] = -math.inf  # always the same, and no reason
        first, second = sorted(parts)[-1:-3:-1]
        return f"像“{said}”（{FEATURES[parts.index(first)]}、{FEATURES[parts.index(second)]}）"
