"""What the content's own phrasings teach when it is loaded: kernel ridge regression, solved in closed form.

Weighs every phrasing of an entry for it and every other one against it, so it knows which of the words that entries
share tell nothing. No weight of it comes from anywhere but the content.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Reading
from knowledge.recall import Channel, Floats, Recall

LARGEST = 2500  # phrasings; the solution takes time with the cube of their number, here 2 s
_RIDGE = 0.3


class Classifier:
    """`scores` is about 1 for the entry that a text belongs to and about 0 for the others."""

    def __init__(self, recall: Recall, readings: Sequence[Reading], owners: Sequence[int], entries: int) -> None:
        self._words = Channel([_words(each) for each in readings])
        kernel = np.stack(
            [self._alike(recall.chars.of(each.grams), recall.sound.of(each.pairs), each) for each in readings]
        )
        belongs = np.zeros((len(readings), entries))
        belongs[np.arange(len(readings)), owners] = 1
        self._dual: NDArray[np.float32] = np.linalg.solve(kernel + _RIDGE * np.eye(len(readings)), belongs).T.astype(
            np.float32
        )

    def scores(self, chars: Floats, sounds: Floats, heard: Reading) -> NDArray[np.float32]:
        """For each entry. The cosines are those of recall: with each phrasing, over characters and over sounds."""
        given: NDArray[np.float32] = self._dual @ self._alike(chars, sounds, heard).astype(np.float32)
        return given

    def _alike(self, chars: Floats, sounds: Floats, heard: Reading) -> Floats:
        words = self._words.of(_words(heard))
        return (chars + sounds + words * words) / 3  # squared: pairs of words count, not words alone


def _words(heard: Reading) -> frozenset[str]:
    """Its words, and the groups of near words that they stand in."""
    return heard.vocabulary.union(map(str, heard.kin))
