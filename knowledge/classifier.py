"""What the content's own phrasings teach at load time: kernel ridge regression, solved in closed form."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Tokens = tuple[frozenset[str], frozenset[str], frozenset[str]]  # characters and pairs, pairs of sounds, words
LARGEST = 4000  # phrasings; the solution takes time with the cube of their number
_RIDGE = 0.3
_KINDS = 3


class _Postings:
    """tf-idf cosine of one kind of token with every phrasing at once."""

    def __init__(self, texts: Sequence[frozenset[str]], owners: Sequence[int]) -> None:
        used = Counter(token for _, token in {(owner, token) for owner, some in zip(owners, texts, strict=True) for token in some})
        entries = max(owners, default=0) + 1
        most = math.log(1 + entries)
        self._unseen = 1.0
        self._weight = {token: math.log(1 + entries / n) / most for token, n in used.items()}
        self._count = len(texts)
        rows: dict[str, list[int]] = {token: [] for token in used}
        norm = [math.sqrt(sum([self._weight[token] for token in some])) or 1.0 for some in texts]
        for number, some in enumerate(texts):
            for token in some:
                rows[token].append(number)
        self._norm = np.array(norm, np.float32)
        self._rows = {token: np.array(some, np.int32) for token, some in rows.items()}

    def cosines(self, tokens: frozenset[str]) -> Floats:
        found, weights, lengths = [], [], []
        mass = 0.0
        for token in tokens:
            weight = self._weight.get(token)
            if weight is None:
                mass += self._unseen
                continue
            mass += weight
            rows = self._rows[token]
            found.append(rows)
            weights.append(weight)
            lengths.append(len(rows))
        if not found:
            return np.zeros(self._count, np.float32)
        shared = np.bincount(np.concatenate(found), np.repeat(weights, lengths), self._count)
        return (shared / (self._norm * math.sqrt(mass))).astype(np.float32)


class Classifier:
    """`scores` is about 1 for the entry a text belongs to and about 0 for the others."""

    def __init__(self, texts: Sequence[Tokens], owners: Sequence[int]) -> None:
        self._kinds = [_Postings([some[kind] for some in texts], owners) for kind in range(_KINDS)]
        self.owners = np.array(owners, np.int32)
        count, entries = len(texts), max(owners, default=-1) + 1
        kernel = np.stack([self.alike(some) for some in texts]) if count else np.zeros((0, 0), np.float32)
        belongs = np.zeros((count, entries), np.float32)
        belongs[np.arange(count), self.owners] = 1
        self.inverse = np.linalg.inv(kernel + _RIDGE * np.eye(count, dtype=np.float32))
        self.dual = (self.inverse @ belongs).astype(np.float32)

    def alike(self, tokens: Tokens) -> Floats:
        """The kernel of a text with every phrasing. Squared words count pairs of words."""
        chars, sounds, words = (kind.cosines(some) for kind, some in zip(self._kinds, tokens, strict=True))
        return (chars + sounds + words * words) / _KINDS
