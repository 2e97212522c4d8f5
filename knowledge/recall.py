"""Recall: which phrasings of a content are worth a closer look. Built once; a search changes nothing.

All that grows with the content lies in arrays: a question walks the rows of its tokens, the rarest first, in numpy.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Reader, Reading

_Longs = NDArray[np.int64]
_Ints = NDArray[np.int32]
_Floats = NDArray[np.float64]
_PHRASES = 14  # phrasings compared token by token
_SHARE = 0.3  # of the best cosine: what a phrasing must have to be compared
_LEAST = 0.15  # of the most weight shared: what a phrasing must share for its cosine to be looked at
_WALKED = 50_000  # rows: what stands in more of them than are left tells little, and is added to the best alone
_WEAK = 0.45  # best cosine of characters below which sounds are walked too
_KEPT = 2048  # readings of phrasings that are remembered: all of a small content
_STEP = 4096  # texts taken in at once: few enough that other threads are not kept waiting
_ROW_BITS, _POINT_BITS = 12, 21  # of a row within a step; of a code point


class Phrasings:
    """Every question and alias of a content, numbered in the order of its entries.

    What the matcher sees in one is read again when it is wanted: 100,000 readings would fill a gigabyte.
    """

    def __init__(self, reader: Reader, entries: Iterable[Sequence[str]]) -> None:
        """`entries`: of each entry its phrasings."""
        self.said: list[str] = []
        self.owner = array("i")
        self._first = array("i", [0])
        for number, phrasings in enumerate(entries):
            self.said += phrasings
            self.owner.extend([number] * len(phrasings))
            self._first.append(len(self.said))
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

    def __init__(self, texts: Sequence[str], sounds: Sequence[str], pause: Callable[[], object] = lambda: None) -> None:
        """The text of each phrasing, and how it sounds. `pause` is called every few milliseconds: others may run then.

        The tokens of a text are those of a Reading: `grams` of its characters, `pairs` of its sounds.
        """
        self.chars = _Channel(texts, True, pause)
        self.sound = _Channel(sounds, False, pause)

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
        written = chars.walk(self._chars)
        near, cosines = written.nearest()
        values = cosines.tolist()
        if values and max(values) >= _WEAK:
            return sorted(zip(values, values, near.tolist(), strict=True), reverse=True)
        # Homophones and pinyin share few characters with what they stand for.
        spoken = sound.walk(self._sound)
        near = np.union1d(near, spoken.nearest()[0])
        cosines = written.cosines(near)
        similar = np.maximum(cosines, 0.9 * spoken.cosines(near))
        return sorted(zip(similar.tolist(), cosines.tolist(), near.tolist(), strict=True), reverse=True)


class _Known(NamedTuple):
    """The tokens of a question that a channel knows, by the rows they stand in, and the norm of all tokens."""

    weights: dict[str, float]
    numbers: list[int]  # in the order of weights
    norm: float


class _Walk(NamedTuple):
    """A question after its rarer tokens. `rest`: weight and rows of the common ones, not yet added."""

    shared: _Floats  # weight with each phrasing
    rest: list[tuple[float, _Ints]]
    norms: _Floats
    norm: float

    def nearest(self) -> tuple[_Longs, _Floats]:
        """The phrasings of the highest cosines, at most _PHRASES, and these cosines."""
        if not self.shared.size:
            return np.arange(0), self.shared
        near = np.flatnonzero(self.shared > float(self.shared.max()) * _LEAST)
        if near.size > 4 * _PHRASES:
            near = near[np.argpartition(self.shared[near] / self.norms[near], -4 * _PHRASES)[-4 * _PHRASES :]]
        cosines = self.cosines(near)
        if near.size > _PHRASES:
            best = np.argpartition(cosines, -_PHRASES)[-_PHRASES:]
            near, cosines = near[best], cosines[best]
        close = cosines > cosines.max(initial=0.0) * _SHARE
        return near[close], cosines[close]

    def cosines(self, near: _Longs) -> _Floats:
        """With some phrasings."""
        shared = self.shared[near]
        for weight, rows in self.rest:
            at = rows.searchsorted(near)
            at[at == rows.size] = 0
            shared += weight * (rows[at] == near)
        found: _Floats = shared / (self.norms[near] * self.norm)
        return found


class _Channel:
    """tf-idf cosine over the pairs of neighbouring characters, and over the characters if `singles`."""

    def __init__(self, texts: Sequence[str], singles: bool, pause: Callable[[], object]) -> None:
        count = len(texts)
        steps = []
        for start in range(0, count, _STEP):
            steps.append(_tokens(texts[start : start + _STEP], singles))
            pause()
        every = _together([tokens for tokens, _ in steps])
        used = np.zeros(every.size, np.int64)
        for tokens, _ in steps:
            used += np.bincount(every.searchsorted(tokens), minlength=used.size)
            pause()
        # Weights are short enough that sums are exact: whatever their order, what is alike ties, and ties stay ties.
        self._weights = np.round(np.log(1 + count / used) ** 2 * 2**24) / 2**24
        self._unseen = round(math.log(1 + count) ** 2, 6)
        self._used, self._ends = used, np.cumsum(used)
        self._rows = np.empty(int(used.sum()), np.int32)
        self.norms = np.ones(count)
        free = self._ends - used
        for number, (tokens, rows) in enumerate(steps):
            self._place(every.searchsorted(tokens), rows, number * _STEP, free)
            pause()
        self._number = dict(zip(map(_written, every.tolist()), range(every.size), strict=True))

    def _place(self, which: _Longs, rows: _Longs, first: int, free: _Longs) -> None:
        """Writes the sorted tokens of a step behind those of the steps before it; `free` is where they end."""
        starts = np.flatnonzero(np.diff(which, prepend=-1))
        lengths = np.diff(starts, append=which.size)
        self._rows[free[which] + np.arange(which.size) - np.repeat(starts, lengths)] = rows + first
        free[which[starts]] += lengths
        norms = np.sqrt(np.bincount(rows, self._weights[which]))
        norms[norms == 0] = 1.0
        self.norms[first : first + norms.size] = norms

    def known(self, tokens: frozenset[str]) -> _Known:
        """The question's tokens as this channel has them."""
        number = self._number
        own = [token for token in tokens if token in number]
        numbers = [number[token] for token in own]
        weights = self._weights[numbers].tolist()
        norm = math.sqrt(sum(weights) + self._unseen * (len(tokens) - len(own)))
        return _Known(dict(zip(own, weights, strict=True)), numbers, norm or 1.0)

    def walk(self, asked: _Known) -> _Walk:
        numbers, size = asked.numbers, self.norms.size
        weights, used, ends = (some[numbers].tolist() for some in (self._weights, self._used, self._ends))
        some = [(n, weight, self._rows[end - n : end]) for n, weight, end in zip(used, weights, ends, strict=True)]
        rest: list[tuple[float, _Ints]] = []
        walked = sum(used)
        if walked > _WALKED:
            some.sort(key=lambda each: each[0])
            while walked > _WALKED and len(some) > 1:
                count, weight, rows = some.pop()
                rest.append((weight, rows))
                walked -= count
        if not some:
            return _Walk(np.zeros(size), rest, self.norms, asked.norm)
        weighed = np.repeat([weight for _, weight, _ in some], [count for count, _, _ in some])
        shared = np.bincount(np.concatenate([rows for _, _, rows in some]), weighed, minlength=size)
        return _Walk(shared.astype(np.float64, copy=False), rest, self.norms, asked.norm)


def _tokens(texts: Sequence[str], singles: bool) -> tuple[_Longs, _Longs]:
    """The tokens of some texts, each once a text, sorted; and which text each is of.

    A token is a number: its code points side by side. A text of one character is its own token.
    """
    points = np.frombuffer("\0".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    gaps = points == 0
    rows = np.cumsum(gaps)
    paired = ~(gaps[:-1] | gaps[1:])
    pairs = (points[:-1] << _POINT_BITS | points[1:])[paired]
    alone = ~gaps
    if not singles:
        alone[1:] &= gaps[:-1]
        alone[:-1] &= gaps[1:]
    both = np.concatenate((points[alone] << _ROW_BITS | rows[alone], pairs << _ROW_BITS | rows[:-1][paired]))
    both.sort()
    both = both[np.diff(both, prepend=-1) != 0]
    return both >> _ROW_BITS, both & (1 << _ROW_BITS) - 1


def _written(token: int) -> str:
    """The characters of a token."""
    first = token >> _POINT_BITS
    return chr(first) + chr(token & (1 << _POINT_BITS) - 1) if first else chr(token)


def _together(some: Sequence[_Longs]) -> _Longs:
    """All values, each once, sorted."""
    found = np.concatenate([each[np.diff(each, prepend=-1) != 0] for each in some]) if some else np.arange(0)
    found.sort()
    once: _Longs = found[np.diff(found, prepend=-1) != 0]
    return once
