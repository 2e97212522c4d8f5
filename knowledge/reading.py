"""What the matcher sees in a text: its words and their weight, its sound, the kind of question, the values it names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge import language, text
from knowledge.entry import Words
from knowledge.pinyin import sounds

_NUMBERS = re.compile(r"\d+")
_TELLING = [name for name in language.FACETS if name not in ("what", "how", "whether")]
_FACET_BIT = {name: 1 << i for i, name in enumerate(language.FACETS)}
TELLING = sum(_FACET_BIT[name] for name in _TELLING)  # kinds of question that an answer of another kind never serves
_NO_INFORMATION = 0.35  # weight of adverbs, pronouns, particles, numerals and the like, by jieba's part of speech
_VERB = 0.8
_GENERIC = 0.4


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, seen by the matcher."""

    said: str
    canonical: str
    letters: frozenset[str]
    grams: frozenset[str]  # characters and pairs of neighbours
    words: Mapping[str, tuple[float, str, bool]]  # word -> its weight in [0, 1], its sound, whether it names a thing
    vocabulary: frozenset[str]
    mass: float  # the sum of the weights
    sound: str
    pairs: frozenset[str]  # of neighbouring syllables
    facets: int  # bits in the order of language.FACETS
    values: frozenset[str]  # "degree:master"
    kinds: frozenset[str]  # "degree"
    numbers: frozenset[str]
    negated: bool
    names: frozenset[tuple[int, int]]  # (confusable group, member)


def facet_bit(aspect: str) -> int:
    """The bit of an entry's declared aspect; 0 for `other`."""
    return _FACET_BIT.get(aspect, 0)


class Reader:
    """Reads texts for one words.yaml. `weigh` must see the phrasings first; until then every word weighs the same."""

    def __init__(self, words: Words) -> None:
        self.fold = text.Fold(words)
        canonical = self.fold.canonical
        self._sounds = sounds()
        self._facets = text.Table((text.plain(word), name) for name, some in language.FACETS.items() for word in some)
        self._values = text.Table(
            (word, f"{kind}:{value}")
            for kind, named in language.VALUES.items()
            for value, some in named.items()
            for word in some
        )
        self._names = text.Table(
            (canonical(word), f"{group}:{member}")
            for group, members in enumerate(words.confusable)
            for member, word in enumerate(members)
        )
        self._generic = frozenset(canonical(word) for word in words.generic)
        self._weights: dict[str, float] = {}
        self._rarest = 1.0
        text.teach(canonical(word) for word in _taught(words))

    def weigh(self, entries: Iterable[Iterable[str]]) -> None:
        """Learns how much each word tells from the phrasings of each entry: the fewer entries use it, the more."""
        used: Counter[str] = Counter()
        total = 0
        for phrasings in entries:
            total += 1
            used.update({word for said in phrasings for word, _ in text.cut(self.fold.canonical(said))})
        self._rarest = math.log(1 + total)
        self._weights = {
            word: math.log(1 + total / count) / self._rarest * (_GENERIC if word in self._generic else 1.0)
            for word, count in used.items()
        }

    def read(self, said: str) -> Reading:
        """Costs about 30 us for a question of 30 characters."""
        plain = text.plain(said)
        canonical = self.fold.canonical(said)
        of = self._sounds.of
        words = {
            word: (self._weight(word, kind), of(word), self._names_thing(word, kind))
            for word, kind in text.cut(canonical)
        }
        letters = frozenset(canonical)
        sound = of(canonical)
        values = frozenset(self._values.spot(plain))
        return Reading(
            said=said,
            canonical=canonical,
            letters=letters,
            grams=letters.union(text.bigrams(canonical)),
            words=words,
            vocabulary=frozenset(words),
            mass=sum([weight for weight, _, _ in words.values()]),
            sound=sound,
            pairs=frozenset(text.bigrams(sound)),
            facets=self.facets(plain),
            values=values,
            kinds=frozenset([value.split(":")[0] for value in values]),
            numbers=frozenset(_NUMBERS.findall(canonical)),
            negated=not language.NEGATIONS.isdisjoint(canonical),
            names=frozenset(self.names(canonical)),
        )

    def facets(self, normal: str) -> int:
        """The kinds of question that a normalised text asks, as bits."""
        bits = 0
        for name in self._facets.find(normal):
            bits |= _FACET_BIT[name]
        return bits

    def names(self, canonical: str) -> list[tuple[int, int]]:
        """The confusable things that a canonical text names."""
        return [(int(group), int(member)) for group, member in (n.split(":") for n in self._names.spot(canonical))]

    def _names_thing(self, word: str, kind: str) -> bool:
        return (not kind or kind[0] in "nlj" or kind == "eng") and word not in self._generic

    def _weight(self, word: str, kind: str) -> float:
        known = self._weights.get(word)
        if known is not None:
            return known
        if not kind or kind[0] in "nilja" or kind in ("eng", "x"):
            return 1.0
        return _VERB if kind[0] == "v" else _NO_INFORMATION


def _taught(words: Words) -> Iterable[str]:
    yield from (word for group in words.confusable for word in group)
    yield from (word for group in words.synonyms for word in group)
    yield from words.inside
