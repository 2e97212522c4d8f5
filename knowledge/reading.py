"""What the matcher sees in a text: its words and their weight, its sound, the kind of question, the values it names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from knowledge import language, text, thesaurus
from knowledge.entry import Words
from knowledge.mending import Mender
from knowledge.pinyin import sounds

_NUMBERS = re.compile(r"\d+")
_MASKED_PLACE = re.compile(r"[a-z]\d*[省市区县镇]|西地省")  # as published letters hide where they come from
_NO_PLACE = frozenset(("中国", "国内", "国外", "境外", "海外", "全国", "各地"))
_TELLING = [name for name in language.FACETS if name not in ("what", "how", "whether")]
_FACET_BIT = {name: 1 << i for i, name in enumerate(language.FACETS)}
TELLING = sum(_FACET_BIT[name] for name in _TELLING)  # kinds of question that an answer of another kind never serves
_NO_INFORMATION = 0.35  # weight of adverbs, pronouns, particles, numerals and the like, by jieba's part of speech
_VERB = 0.8
_GENERIC = 0.4
_NONE: frozenset[str] = frozenset()
_NO_KIN: frozenset[int] = frozenset()


_Tagged = tuple[str, str]  # a word and jieba's part of speech
_Word = tuple[float, str, bool, frozenset[int]]  # weight in [0, 1], sound, whether it names a thing, near words


@dataclass(slots=True)  # not frozen: that costs 2 us a question; nobody writes to one
class Reading:
    """One text, seen by the matcher."""

    said: str
    canonical: str
    bare: str  # without the places that tell nothing here: everything below is of this
    places: frozenset[str]
    letters: frozenset[str]
    grams: frozenset[str]  # characters and pairs of neighbours
    words: Mapping[str, _Word]
    vocabulary: frozenset[str]
    mass: float  # the sum of the weights
    heaviest: float
    sound: str
    pairs: frozenset[str]  # of neighbouring syllables
    facets: int  # bits in the order of language.FACETS
    values: frozenset[str]  # "degree:master"
    kinds: frozenset[str]  # "degree"
    numbers: frozenset[str]
    negated: bool
    names: frozenset[tuple[int, int]]  # (confusable group, member)
    length: float  # logarithm of the characters and one
    kin: frozenset[int]  # groups of near words, see thesaurus.LIKE
    vague: bool  # names nothing: every word is one that any question may have
    strange: float  # the share of the weight on words that no phrasing has
    plain: str  # as it was written, see text.plain

    def share(self, one: Callable[[str, str], str]) -> None:
        """Has each string once for all readings: comparing sets of them then stays in the processor's cache."""
        self.letters, self.grams, self.pairs, self.vocabulary = (
            frozenset([one(token, token) for token in tokens])
            for tokens in (self.letters, self.grams, self.pairs, self.vocabulary)
        )
        self.words = {one(word, word): weighed for word, weighed in self.words.items()}


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
        names: dict[str, list[str]] = {}
        for group, members in enumerate(words.confusable):
            for member, word in enumerate(members):
                names.setdefault(canonical(word), []).append(f"{group}:{member}")
        self._names = text.Table((word, " ".join(some)) for word, some in names.items())  # a word may be in many groups
        self._generic = frozenset(canonical(word) for word in words.generic)
        self._vague = self._generic.union(map(canonical, language.VAGUE))
        near: dict[str, set[int]] = {}
        for kin, some in enumerate(thesaurus.LIKE):
            for word in some:
                near.setdefault(canonical(word), set()).add(kin)
        self._near = {word: frozenset(groups) for word, groups in near.items()}
        self._telling: frozenset[str] = frozenset()  # places by which phrasings of different entries differ
        self._weights: dict[str, float] = {}
        self._known: dict[tuple[str, str], _Word] = {}  # the phrasings' own words, with their part of speech
        self._rarest = 1.0
        self._mender: Mender | None = None
        text.teach(canonical(word) for word in _taught(words))

    def weigh(self, entries: Iterable[Iterable[str]]) -> None:
        """Learns how much each word tells from the phrasings of each entry: the fewer entries use it, the more."""
        used: Counter[str] = Counter()
        tagged: set[_Tagged] = set()
        places = _Places()
        total = 0
        for phrasings in entries:
            own: set[_Tagged] = set()
            for said in phrasings:
                cut = text.cut(self.fold.canonical(said))
                places.look(total, cut)
                own.update(cut)
            used.update({word for word, _ in own})
            tagged |= own
            total += 1
        self._telling = frozenset(places.telling)
        self._rarest = math.log(1 + total)
        self._weights = {
            word: math.log(1 + total / count) / self._rarest * (_GENERIC if word in self._generic else 1.0)
            for word, count in used.items()
        }
        self._known = {pair: self._word(*pair) for pair in tagged}
        self._mender = Mender(
            self._sounds, used, [word for word in self.fold.words if self.fold.canonical(word) in used]
        )

    def bare(self, canonical: str) -> tuple[str, list[_Tagged], frozenset[str]]:
        """A canonical text without the places that tell nothing here, its words, and those places."""
        return self._without_places(*_cut(canonical))

    def _without_places(self, canonical: str, cut: list[_Tagged]) -> tuple[str, list[_Tagged], frozenset[str]]:
        places = frozenset([word for word, kind in cut if _is_place(word, kind) and word not in self._telling])
        if not places or len(places) == len(cut):
            return canonical, cut, _NONE
        rest = [pair for pair in cut if pair[0] not in places]
        return "".join([word for word, _ in rest]), rest, places

    def read(self, said: str) -> Reading:
        """Costs about 30 us for a question of 15 characters."""
        plain = text.plain(said)
        canonical = self.fold.canonical(said)
        shown, cut = _cut(canonical)
        if self._mender is not None and not self._mender.knows([word for word, _ in cut]):
            right = self.fold.canonical(self._mender.mend([word for word, _ in text.cut(plain)]))
            if right != canonical:
                canonical, (shown, cut) = right, _cut(right)
        bare, cut, places = self._without_places(shown, cut)
        known, weights = self._known.get, self._weights
        words = {pair[0]: known(pair) or self._word(*pair) for pair in cut}
        letters = frozenset(bare)
        sound = self._sounds.of(bare)
        values = frozenset(self._values.spot(plain))
        weighed = [word[0] for word in words.values()]
        mass = sum(weighed)
        return Reading(
            said,
            canonical,
            bare,
            places,
            letters,
            letters.union(text.bigrams(bare)),
            words,
            frozenset(words),
            mass,
            max(weighed, default=0.0),
            sound,
            frozenset(text.bigrams(sound)),
            self.facets(plain),
            values,
            frozenset([value.split(":")[0] for value in values]) if values else _NONE,
            frozenset(_NUMBERS.findall(bare)),
            not language.NEGATIONS.isdisjoint(bare),
            frozenset(self.names(canonical)),
            math.log(len(bare) + 1),
            frozenset().union(*[word[3] for word in words.values()]),
            self._vague.issuperset(words),
            sum([word[0] for name, word in words.items() if name not in weights]) / mass if mass else 0.0,
            plain,
        )

    def facets(self, normal: str) -> int:
        """The kinds of question that a normalised text asks, as bits."""
        bits = 0
        for name in self._facets.find(normal):
            bits |= _FACET_BIT[name]
        return bits

    def sound(self, canonical: str) -> str:
        """How a canonical text sounds, a character for each fuzzy syllable."""
        return self._sounds.of(canonical)

    def names(self, canonical: str) -> list[tuple[int, int]]:
        """The confusable things that a canonical text names."""
        found = [name.split(":") for names in self._names.spot(canonical) for name in names.split()]
        return [(int(group), int(member)) for group, member in found]

    def _word(self, word: str, kind: str) -> _Word:
        near = self._near.get(word, _NO_KIN)
        return self._weight(word, kind), self._sounds.of(word), self._names_thing(word, kind), near

    def _names_thing(self, word: str, kind: str) -> bool:
        return (not kind or kind[0] in "nlj" or kind == "eng") and word not in self._generic

    def _weight(self, word: str, kind: str) -> float:
        known = self._weights.get(word)
        if known is not None:
            return known
        if not kind or kind[0] in "nilja" or kind in ("eng", "x"):
            return 1.0
        return _VERB if kind[0] == "v" else _NO_INFORMATION


def _cut(canonical: str) -> tuple[str, list[_Tagged]]:
    """A canonical text without masked places, and its words."""
    shown = _MASKED_PLACE.sub("", canonical) or canonical
    return shown, text.cut(shown)


class _Places:
    """Finds the places by which entries differ that would else read the same: there they tell."""

    def __init__(self) -> None:
        self.telling: set[str] = set()
        self._seen: dict[int, tuple[int, frozenset[str]]] = {}

    def look(self, entry: int, cut: list[_Tagged]) -> None:
        places = frozenset([word for word, kind in cut if _is_place(word, kind)])
        bare = hash(
            "".join([word for word, _ in cut if word not in places]) if places else "".join([w for w, _ in cut])
        )
        other, theirs = self._seen.setdefault(bare, (entry, places or _NONE))
        if other != entry:
            self.telling |= places | theirs


def _is_place(word: str, kind: str) -> bool:
    return kind == "ns" and len(word) > 1 and word not in _NO_PLACE


def _taught(words: Words) -> Iterable[str]:
    yield from (word for group in words.confusable for word in group)
    yield from (word for group in words.synonyms for word in group)
    yield from words.inside
