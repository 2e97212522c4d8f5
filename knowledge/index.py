"""Recall and ranking: which entries a question may mean, best first, each with a score that compares across questions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest

from knowledge import text, weights
from knowledge.entry import Candidate, Content, Entry, Outside
from knowledge.features import FEATURES, measure
from knowledge.reading import Reader, Reading

RECALLED = 8  # entries whose features are computed
_BUDGET = 1200  # postings walked per channel: rare tokens first, so what is left out tells little
_SAME_TOPIC = 0.5  # in logits: enough to settle a near tie, too little to turn a clear case
_LONG_STORY = 18  # canonical characters from which a question is also looked for inside the story


class _Channel:
    """tf-idf cosine over one kind of token, as postings. No numpy: a question touches a few hundred phrasings."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        count = len(texts)
        used = Counter(token for tokens in texts for token in set(tokens))
        self._weight = {token: math.log(1 + count / n) ** 2 for token, n in used.items()}
        self._unseen = math.log(1 + count) ** 2 if count else 0.0
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, tokens in enumerate(texts):
            unique = set(tokens)
            norm = math.sqrt(sum(self._weight[t] for t in unique)) or 1.0
            for token in unique:
                self._postings[token].append((number, self._weight[token] / norm))

    def recall(self, tokens: Iterable[str]) -> dict[int, float]:
        """Phrasing -> cosine, for the phrasings that the rarer tokens reach."""
        unique = set(tokens)
        weight, unseen, postings = self._weight, self._unseen, self._postings
        norm = math.sqrt(sum([weight.get(token, unseen) for token in unique])) or 1.0
        lists = sorted([postings[token] for token in unique if token in postings], key=len)
        found: dict[int, float] = {}
        get, walked = found.get, 0
        for rows in lists:
            if walked + len(rows) > _BUDGET and walked:
                break
            walked += len(rows)
            for number, value in rows:
                found[number] = get(number, 0.0) + value
        return {number: value / norm for number, value in found.items()} if norm != 1.0 else found


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
        for number, some in enumerate(phrasings):
            for said in some:
                reading = self.reader.read(said)
                self._phrases.append(reading)
                self._owner.append(number)
                owners = self._exact.setdefault(reading.canonical, [])
                if number not in owners:
                    owners.append(number)
        self._chars = _Channel([_grams(p) for p in self._phrases])
        self._sound = _Channel([text.bigrams(p.sound) for p in self._phrases])
        self._names = [self._named(e) for e in content.entries]
        self._outside = text.Table((text.plain(w), o.id) for o in content.words.outside for w in o.words)
        self._outsides = {o.id: o for o in content.words.outside}
        self._inside = text.Table((text.plain(w), "y") for w in content.words.inside)

    def search(self, said: str, limit: int = 10, topic: str = "") -> list[Candidate]:
        """Best first, entries of `topic` a little preferred.

        An exact canonical hit scores 1.0 and is returned alone, or with the others it also hits.
        """
        canonical = self.reader.fold.canonical(said)
        if not canonical:
            return []
        owners = self._exact.get(canonical)
        if owners:
            return [self._exactly(number, canonical) for number in owners[:limit]]
        heard = self.reader.read(said)
        logits = self._rank(heard)
        if len(canonical) > _LONG_STORY:
            for number, (logit, why) in self._rank_question_of(said).items():
                if number not in logits or logit > logits[number][0]:
                    logits[number] = (logit, why)
        if topic:
            for number, (logit, why) in logits.items():
                if self._entries[number].topic == topic:
                    logits[number] = (logit + _SAME_TOPIC, why)
        return self._scored(heard, logits)[:limit]

    def outside(self, said: str) -> Outside | None:
        """Whose matter it is when the text has words of another office and none of ours."""
        plain = text.plain(said)
        found = self._outside.spot(plain)
        return self._outsides[found[0]] if found and not self._inside.spot(plain) else None

    def pairs(self, heard: Reading) -> list[tuple[int, int, list[float]]]:
        """(entry, phrasing, features) of the recalled: what `_rank` weighs, and what the weights were fitted on."""
        chars, sound = self._chars.recall(_grams(heard)), self._sound.recall(text.bigrams(heard.sound))
        for number, value in sound.items():
            if number not in chars:
                chars[number] = 0.3 * value
        total = {n: v + 0.6 * sound.get(n, 0.0) for n, v in chars.items()}
        by_entry: dict[int, list[int]] = {}
        owner = self._owner
        for number in nlargest(4 * RECALLED, total, key=total.__getitem__):
            some = by_entry.get(owner[number])
            if some is not None:
                some.append(number)
            elif len(by_entry) < RECALLED:
                by_entry[owner[number]] = [number]
        tops = [total[some[0]] for some in by_entry.values()]
        best, second = (tops[0] if tops else 0.0), (tops[1] if len(tops) > 1 else 0.0)
        found = []
        for entry, some in by_entry.items():
            top = total[some[0]]
            lead = top - (second if top == best else best)
            votes = sum(total[n] for n in some[1:4]) / 3
            for number in some[:2]:
                phrase = self._phrases[number]
                features = measure(heard, phrase, chars[number], sound.get(number, 0.0), lead, votes)
                found.append((entry, number, features))
        return found

    def _rank(self, heard: Reading) -> dict[int, tuple[float, str]]:
        ranked: dict[int, tuple[float, str]] = {}
        for entry, number, features in self.pairs(heard):
            logit = sum([w * x for w, x in zip(weights.PAIR, features, strict=True)])
            if entry not in ranked or logit > ranked[entry][0]:
                ranked[entry] = (logit, self._why(number, features))
        return ranked

    def _rank_question_of(self, story: str) -> dict[int, tuple[float, str]]:
        """The clauses that ask, without the story around them; a short one keeps the clause before it."""
        parts = text.clauses(story)
        read = [self.reader.read(part) for part in parts]
        asking = [i for i, reading in enumerate(read) if reading.facets]
        if len(parts) < 2 or not asking:
            return {}
        first = asking[-1]
        if len(read[first].canonical) < 6 and first:
            first -= 1
        heard = self.reader.read("".join(parts[first : asking[-1] + 1]))
        return {entry: (logit - 0.3, why) for entry, (logit, why) in self._rank(heard).items()}

    def _scored(self, heard: Reading, logits: dict[int, tuple[float, str]]) -> list[Candidate]:
        order = sorted(logits.items(), key=lambda pair: -pair[1][0])
        best = order[0][1][0] if order else 0.0
        second = order[1][1][0] if len(order) > 1 else best - weights.WIDEST_MARGIN
        scored = []
        for place, (number, (logit, why)) in enumerate(order):
            score = weights.probability(logit, logit - (second if place == 0 else best))
            unsettled, crosses = self._confusion(heard, number)
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

    def _named(self, entry: Entry) -> frozenset[tuple[int, int]]:
        names = self.reader.names
        canonical = self.reader.fold.canonical
        own = names(canonical(entry.question))
        return frozenset(own or [name for alias in entry.aliases for name in names(canonical(alias))])

    def _why(self, number: int, features: list[float]) -> str:
        parts = {name: w * x for name, w, x in zip(FEATURES, weights.PAIR, features, strict=True) if name != "one"}
        top = nlargest(2, parts, key=parts.__getitem__)
        return f"像“{self._phrases[number].said}”（{'、'.join(top)}）"


def _grams(reading: Reading) -> tuple[str, ...]:
    return (*reading.grams, *reading.letters)
