"""Which of the recalled entries a question means: their features, and from them a probability for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from operator import mul
from typing import NamedTuple

from knowledge import weights
from knowledge.classifier import LARGEST, Classifier
from knowledge.entry import Entry
from knowledge.features import PAIR, Recalled, Whole, among, measure, verbatim
from knowledge.reading import Reading, facet_bit
from knowledge.recall import Asked, Phrasings, Recall

RECALLED = 7  # entries whose features are computed
RECALLED_OF_MANY = 10  # and where there are too many for the classifier
CLASSED = 2  # and of those that the classifier thinks best, if recall has not brought them
WHOLES = 1024  # entries of which all phrasings together are remembered
_TWINS = 0.7  # of an entry's best similarity: its second phrasing is looked at from here on
_ALIKE = [PAIR.index(name) for name in ("chars", "ratio", "soft_question", "soft_phrasing")]


class Match(NamedTuple):
    """One entry, and its phrasing that is most like the question."""

    logit: float
    phrasing: int
    features: list[float]


class Ranker:
    """Built once per content; asking changes nothing."""

    def __init__(self, entries: Sequence[Entry], phrasings: Phrasings, recall: Recall) -> None:
        self._phrasings, self._recall = phrasings, recall
        self._size = math.log(max(len(entries), 1)) / 5
        self._whole = lru_cache(WHOLES)(partial(_whole, entries, phrasings))
        readings = [phrasings.reading(n) for n in range(len(phrasings.said))] if len(phrasings.said) <= LARGEST else []
        self._recalled = RECALLED if readings else RECALLED_OF_MANY
        self._classifier = Classifier(recall, readings, phrasings.owner, len(entries)) if readings else None

    def rank(self, heard: Reading, handicap: float = 0.0) -> dict[int, Match]:
        """The entries that may be meant."""
        return {
            entry: Match(sum(map(mul, weights.OF, features)) - handicap, number, features)
            for entry, number, features in self.rows(heard)
        }

    def rows(self, heard: Reading) -> list[tuple[int, int, list[float]]]:
        """(entry, phrasing, features) of the recalled: what `rank` weighs, and what the weights were fitted on."""
        asked = self._recall.ask(heard)
        given = self._classifier.scores(asked.written, asked.spoken, heard) if self._classifier else None
        near: dict[int, list[tuple[float, float, int]]] = {}
        owner = self._phrasings.owner
        for row in asked.similar:
            some = near.get(owner[row[2]])
            if some is not None:
                some.append(row)
            elif len(near) < self._recalled:
                near[owner[row[2]]] = [row]
        if given is not None:
            for entry in given.argsort()[-CLASSED:].tolist():
                if entry not in near:
                    near[entry] = [self._nearest(asked, entry)]
        best = [self._best(heard, asked, entry, some) for entry, some in near.items()]
        rows = [row for _, row in best]
        if given is not None:
            among(rows, given[list(near)].tolist(), (), self._size)
        else:
            among(rows, None, [verbatim(heard, self._phrasings.reading(number)) for number, _ in best], self._size)
        return [(entry, number, row) for entry, (number, row) in zip(near, best, strict=True)]

    def _nearest(self, asked: Asked, entry: int) -> tuple[float, float, int]:
        """Of an entry that only the classifier thought of."""
        of = self._phrasings.of(entry)
        number = of.start + int(asked.written[of.start : of.stop].argmax())
        chars = asked.chars(number)
        return chars, chars, number

    def _best(
        self, heard: Reading, asked: Asked, entry: int, some: list[tuple[float, float, int]]
    ) -> tuple[int, list[float]]:
        """Of an entry's two most similar phrasings the better one."""
        votes = sum([row[0] for row in some[1:4]]) / 3
        whole, reading = self._whole(entry), self._phrasings.reading
        found: list[tuple[int, list[float]]] = []
        for _, chars, number in some[:2] if len(some) > 1 and some[1][0] >= _TWINS * some[0][0] else some[:1]:
            ratio = asked.ratio(number)
            recalled = Recalled(chars, asked.sound(number), votes, chars * ratio, chars / ratio)
            found.append((number, measure(heard, reading(number), whole, recalled)))
        return found[0] if len(found) == 1 else max(found, key=_alike)


def _alike(pair: tuple[int, list[float]]) -> tuple[float, int]:
    number, row = pair
    return sum([row[at] for at in _ALIKE]), -number


def _whole(entries: Sequence[Entry], phrasings: Phrasings, entry: int) -> Whole:
    some = [phrasings.reading(number) for number in phrasings.of(entry)]
    facets = facet_bit(entries[entry].aspect)
    for reading in some:
        facets |= reading.facets
    vocabulary = frozenset().union(*[reading.vocabulary for reading in some])
    names = frozenset().union(*[reading.names for reading in some])
    return Whole(vocabulary, facets, names, math.log(len(some)) / 3)
