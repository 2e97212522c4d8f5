"""Recall: which phrasings of a content are worth a closer look. Built once; a search changes nothing.

All that grows with the content lies in arrays: a question walks the rows of its tokens, the rarest first, in numpy.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Reader, Reading

_Longs = NDArray[np.int64]
_Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
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
        self.chars = Channel.of_grams(texts, True, pause)
        self.sound = Channel.of_grams(sounds, False, pause)

    def ask(self, heard: Reading) -> Asked:
        return Asked(self.chars, self.sound, heard)


class Asked:
    """One question before the channels. `similar`: the phrasings worth a closer look, best first, each as

    (similarity, of that the cosine over characters, number of the phrasing).
    """

    def __init__(self, chars: Channel, sound: Channel, heard: Reading) -> None:
        self._written, self._spoken = chars.walk(heard.grams), sound.walk(heard.pairs)
        near, cosines = self._written.nearest()
        if cosines.max(initial=0.0) < _WEAK:  # homophones and pinyin share few characters with what they stand for
            near = np.union1d(near, self._spoken.nearest()[0])
            cosines = self._written.cosines(near)
            sounds = self._spoken.cosines(near)
            similar = np.maximum(cosines, 0.9 * sounds)
        else:
            sounds, similar = self._spoken.cosines(near), cosines
        numbers = near.tolist()
        self._sounds = dict(zip(numbers, sounds.tolist(), strict=True))
        self.similar = sorted(zip(similar.tolist(), cosines.tolist(), numbers, strict=True), reverse=True)

    @cached_property
    def written(self) -> Floats:
        """The cosine over characters with each phrasing of the content, however many: for small contents."""
        return self._written.all()

    @cached_property
    def spoken(self) -> Floats:
        """Likewise over pairs of fuzzy syllables."""
        return self._spoken.all()

    def chars(self, number: int) -> float:
        """The cosine with a phrasing over characters and pairs of neighbours."""
        return float(self.written[number])

    def sound(self, number: int) -> float:
        """The cosine with a phrasing over pairs of fuzzy syllables."""
        known = self._sounds.get(number)
        return float(self.spoken[number]) if known is None else known

    def ratio(self, number: int) -> float:
        """The norm of a phrasing over characters by the question's."""
        return float(self._written.norms[number]) / self._written.norm


class _Walk(NamedTuple):
    """A question after its rarer tokens. `rest`: weight and rows of the common ones, not yet added."""

    shared: Floats  # weight with each phrasing
    rest: list[tuple[float, _Ints]]
    norms: Floats
    norm: float

    def nearest(self) -> tuple[_Longs, Floats]:
        """The phrasings of the highest cosines, at most _PHRASES, and these cosines."""
        shared = self.shared
        if not shared.size:
            return np.arange(0), shared
        near = (shared > float(shared.max()) * _LEAST).nonzero()[0]
        if near.size > 4 * _PHRASES:
            near = near[(shared[near] / self.norms[near]).argpartition(-4 * _PHRASES)[-4 * _PHRASES :]]
        cosines = self.cosines(near)
        if near.size > _PHRASES:
            best = cosines.argpartition(-_PHRASES)[-_PHRASES:]
            near, cosines = near[best], cosines[best]
        if cosines.size:
            close = cosines > float(cosines.max()) * _SHARE
            near, cosines = near[close], cosines[close]
        return near, cosines

    def all(self) -> Floats:
        """With every phrasing."""
        shared = self.shared.copy() if self.rest else self.shared
        for weight, rows in self.rest:
            shared[rows] += weight
        found: Floats = shared / (self.norms * self.norm)
        return found

    def cosines(self, near: _Longs) -> Floats:
        """With some phrasings."""
        shared = self.shared[near]
        for weight, rows in self.rest:
            at = rows.searchsorted(near)
            at[at == rows.size] = 0
            shared += weight * (rows[at] == near)
        found: Floats = shared / (self.norms[near] * self.norm)
        return found


class Channel:
    """tf-idf cosine over one kind of token."""

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        """Of any tokens, all at once: for small contents."""
        number: dict[str, int] = {}
        tokens = np.fromiter((number.setdefault(t, len(number)) for some in texts for t in some), np.int64)
        rows = np.repeat(np.arange(len(texts)), [len(some) for some in texts])
        order = np.argsort(tokens, kind="stable")
        self._build(len(texts), [(tokens[order], rows[order])], lambda: None)
        self._number = number

    @classmethod
    def of_grams(cls, texts: Sequence[str], singles: bool, pause: Callable[[], object]) -> Channel:
        """Of the pairs of neighbouring characters, and of the characters if `singles`."""
        steps = []
        for start in range(0, len(texts), _STEP):
            steps.append(_tokens(texts[start : start + _STEP], singles))
            pause()
        made = cls.__new__(cls)
        made._number = {_written(token): n for n, token in enumerate(made._build(len(texts), steps, pause).tolist())}
        return made

    def _build(self, count: int, steps: Sequence[tuple[_Longs, _Longs]], pause: Callable[[], object]) -> _Longs:
        """The tokens, sorted. `steps`: of every _STEP texts the tokens, each once a text and sorted, and their rows."""
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
        return every

    def _place(self, which: _Longs, rows: _Longs, first: int, free: _Longs) -> None:
        """Writes the sorted tokens of a step behind those of the steps before it; `free` is where they end."""
        starts = np.flatnonzero(np.diff(which, prepend=-1))
        lengths = np.diff(starts, append=which.size)
        self._rows[free[which] + np.arange(which.size) - np.repeat(starts, lengths)] = rows + first
        free[which[starts]] += lengths
        norms = np.sqrt(np.bincount(rows, self._weights[which]))
        norms[norms == 0] = 1.0
        self.norms[first : first + norms.size] = norms

    def of(self, tokens: frozenset[str]) -> Floats:
        """The cosines of some tokens with each phrasing."""
        return self.walk(tokens).all()

    def walk(self, tokens: frozenset[str]) -> _Walk:
        """A question's tokens, the rarest first, added up."""
        number, every, size = self._number, self._rows, self.norms.size
        known = np.array([found for found in map(number.get, tokens) if found is not None], np.int64)
        weights, used, ends = self._weights[known], self._used[known], self._ends[known]
        norm = math.sqrt(sum(weights.tolist()) + self._unseen * (len(tokens) - known.size)) or 1.0
        rest: list[tuple[float, _Ints]] = []
        if sum(used.tolist()) > _WALKED:
            rarest = used.argsort(kind="stable")
            walked = max(1, int(used[rarest].cumsum().searchsorted(_WALKED, "right")))
            left = rarest[: walked - 1 : -1]
            rest = [(float(weights[at]), every[ends[at] - used[at] : ends[at]]) for at in left]
            known = known[rarest[:walked]]
            weights, used, ends = self._weights[known], self._used[known], self._ends[known]
        rows = [every[end - count : end] for end, count in zip(ends.tolist(), used.tolist(), strict=True)]
        if not rows:
            return _Walk(np.zeros(size), rest, self.norms, norm)
        shared = np.bincount(np.concatenate(rows), weights.repeat(used), size)
        return _Walk(shared.astype(np.float64, copy=False), rest, self.norms, norm)


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
