"""Recall: which phrasings of a content are worth a closer look. Built once; a search changes nothing.

All that grows with the content lies in arrays: a question walks the rows of its tokens in numpy, whatever their number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge import text
from knowledge.reading import Reader, Reading

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_PHRASES = 14  # phrasings compared token by token
_WEAK = 0.45  # best cosine of characters below which sounds are walked too
_SHARE = 0.3  # of the best cosine: what a phrasing must have to be compared
_KEPT = 4096  # readings of phrasings that are remembered: all of a small content


class Phrasings:
    """Every question and alias of a content, numbered in the order of its entries.

    What the matcher sees in one is read again when it is wanted: 100,000 readings would fill a gigabyte.
    """

    def __init__(self, reader: Reader, entries: Iterable[Sequence[str]]) -> None:
        """`entries`: of each entry its phrasings."""
        self.said: list[str] = []
        self.owner: list[int] = []
        first = [0]
        for number, phrasings in enumerate(entries):
            self.said += phrasings
            self.owner += [number] * len(phrasings)
            first.append(len(self.said))
        self._first = first
        strings: dict[str, str] = {}
        said, read, share = self.said, reader.read, len(self.said) <= _KEPT

        # Not a method: what remembered its own method would outlive its days in the frozen heap.
        @lru_cache(_KEPT)
        def reading(number: int) -> Reading:
            found = read(said[number])
            if share:
                found.share(strings.setdefault)
            return found

        self.reading = reading

    def of(self, entry: int) -> range:
        """The phrasings of one entry."""
        return range(self._first[entry], self._first[entry + 1])


class Recall:
    """The phrasings that share the most of a question's characters, or of its sounds."""

    def __init__(self, canonical: Sequence[str], sounds: Sequence[str]) -> None:
        """The canonical text of each phrasing, and how it sounds."""
        self.chars = _Channel([frozenset(each).union(text.bigrams(each)) for each in canonical])
        self.sound = _Channel([frozenset(text.bigrams(each)) for each in sounds])

    def ask(self, heard: Reading) -> Asked:
        return Asked(self.chars, self.sound, heard)


class Asked:
    """One question before the channels. `similar`: the phrasings worth a closer look, best first, each as

    (similarity, of that the cosine over characters, number of the phrasing).
    """

    def __init__(self, chars: _Channel, sound: _Channel, heard: Reading) -> None:
        self._chars, self._sound = chars.known(heard.grams), sound.known(heard.pairs)
        self._norms = chars.norms, sound.norms
        self.similar = self._similar(chars, sound)

    def sound(self, number: int, phrasing: Reading) -> float:
        """The cosine with a phrasing over pairs of fuzzy syllables."""
        weights = self._sound.weights
        shared = sum([weights[token] for token in weights.keys() & phrasing.pairs])
        return shared / (self._sound.norm * float(self._norms[1][number]))

    def ratio(self, number: int) -> float:
        """The norm of a phrasing over characters by the question's."""
        return float(self._norms[0][number]) / self._chars.norm

    def _similar(self, chars: _Channel, sound: _Channel) -> list[tuple[float, float, int]]:
        written = chars.cosines(self._chars)
        near = _highest(written, _PHRASES)
        values = written[near].tolist()
        if values and max(values) >= _WEAK:
            return sorted(zip(values, values, near.tolist(), strict=True), reverse=True)
        # Homophones and pinyin share few characters with what they stand for.
        spoken = sound.cosines(self._sound)
        near = np.union1d(near, _highest(spoken, _PHRASES))
        similar = np.maximum(written[near], 0.9 * spoken[near])
        return sorted(zip(similar.tolist(), written[near].tolist(), near.tolist(), strict=True), reverse=True)


class _Known(NamedTuple):
    """The tokens of a question that a channel knows, where their rows lie, and the norm of all tokens."""

    weights: dict[str, float]
    numbers: list[int]
    norm: float


class _Channel:
    """tf-idf cosine over one kind of token."""

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        count = len(texts)
        self._number: dict[str, int] = {}
        number = self._number
        tokens = np.fromiter((number.setdefault(t, len(number)) for some in texts for t in some), np.int32)
        rows = np.repeat(np.arange(count, dtype=np.int32), [len(some) for some in texts])
        self._rows = rows[np.argsort(tokens, kind="stable")]
        used = np.bincount(tokens, minlength=len(number))
        weights = np.round(np.log(1 + count / np.maximum(used, 1)) ** 2 * 2**24) / 2**24
        self.norms = np.sqrt(np.bincount(rows, weights[tokens], minlength=count))
        self.norms[self.norms == 0] = 1.0
        # Weights are short enough that sums are exact: whatever their order, what is alike ties, and ties stay ties.
        self._weights, self._starts = weights, np.concatenate(([0], np.cumsum(used)))
        self._unseen = round(math.log(1 + count) ** 2, 6)

    def known(self, tokens: frozenset[str]) -> _Known:
        """The question's tokens as this channel has them."""
        number = self._number
        own = [token for token in tokens if token in number]
        numbers = [number[token] for token in own]
        weights = self._weights[numbers].tolist()
        norm = math.sqrt(sum(weights) + self._unseen * (len(tokens) - len(own)))
        return _Known(dict(zip(own, weights, strict=True)), numbers, norm or 1.0)

    def cosines(self, asked: _Known) -> _Floats:
        """With each phrasing."""
        if not asked.numbers:
            return np.zeros(self.norms.size)
        starts, rows = self._starts, self._rows
        some = [rows[starts[n] : starts[n + 1]] for n in asked.numbers]
        weights = np.repeat(list(asked.weights.values()), [each.size for each in some])
        shared = np.bincount(np.concatenate(some), weights, minlength=self.norms.size)
        return shared / (self.norms * asked.norm)


def _highest(values: _Floats, count: int) -> _Ints:
    """Where the highest values stand, at most `count`, none of them nought or far below the best."""
    if not values.size:
        return np.arange(0)
    best = np.argpartition(values, -count)[-count:] if values.size > count else np.arange(values.size)
    found = values[best]
    near: _Ints = best[found > found.max() * _SHARE]
    return near
