"""Words written by their sound (津帖, shebao), put right where the content knows a word that sounds the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from knowledge import language, text
from knowledge.pinyin import Sounds

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
_SOFT = frozenset(language.PARTICLES)  # whatever stands before them, they are none of its syllables
_LONGEST = 4  # characters of a word that is looked for
_SHORTEST = 2


class Mender:
    """Knows the content's words by their spelling in pinyin."""

    def __init__(self, sounds: Sounds, used: Mapping[str, int], folded: Iterable[str]) -> None:
        """`used`: the content's words and how many entries have them; `folded`: what folding turns into such."""
        self._sounds = sounds
        self._known = frozenset(used).union(folded)
        self._spelt: dict[str, str] = {}
        for word in sorted(self._known, key=lambda word: (used.get(word, 0), word)):  # of several the commonest
            if _SHORTEST <= len(word) <= _LONGEST and _HAN.fullmatch(word):
                self._spelt[sounds.spelling(word)] = word

    def knows(self, words: Sequence[str]) -> bool:
        """Nothing in it looks misspelt."""
        return self._known.issuperset(words)

    def mend(self, words: Sequence[str]) -> str:
        """The text of `words` with what was misspelt put right."""
        return "".join(
            [
                self._latin(some[0]) if _LATIN.fullmatch(some[0]) else self._heard(some)
                for some in self._stretches(words)
            ]
        )

    def _stretches(self, words: Sequence[str]) -> Iterator[list[str]]:
        """Strange words and single characters that stand together; every other word by itself."""
        together: list[str] = []
        for word in words:
            if _HAN.fullmatch(word) and word not in _SOFT and (len(word) == 1 or self._strange(word)):
                together.append(word)
                continue
            if together:
                yield together
                together = []
            yield [word]
        if together:
            yield together

    def _right(self, stretch: list[str]) -> str:
        return self._latin(stretch[0]) if _LATIN.fullmatch(stretch[0]) else self._heard(stretch)

    def _strange(self, word: str) -> bool:
        return word not in self._known and not text.is_word(word)

    def _heard(self, stretch: list[str]) -> str:
        """A stretch with each word in it that is spelt like one we know, if something in it was strange."""
        said = "".join(stretch)
        strange = [word not in self._known for word in stretch for _ in word]
        found, at = "", 0
        while at < len(said):
            for length in range(min(_LONGEST, len(said) - at), _SHORTEST - 1, -1):
                part = said[at : at + length]
                if any(strange[at : at + length]) and self._strange(part):
                    right = self._spelt.get(self._sounds.spelling(part))
                    if right is not None:
                        found, at = found + right, at + length
                        break
            else:
                found, at = found + said[at], at + 1
        return found

    def _latin(self, letters: str) -> str:
        """Latin letters as the words that they spell; as they stand when they do not."""
        syllables = self._sounds.split(letters)
        found, at = "", 0
        while at < len(syllables):
            for length in range(min(_LONGEST, len(syllables) - at), _SHORTEST - 1, -1):
                word = self._spelt.get("'".join(syllables[at : at + length]))
                if word is not None:
                    found, at = found + word, at + length
                    break
            else:
                return letters
        return found or letters
