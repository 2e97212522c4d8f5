"""How well a question and an entry agree, as named numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.fuzz import partial_ratio, ratio

from knowledge.reading import TELLING, Reading

# Of the question and the entry's best phrasing.
PAIR = (
    "one",
    "chars",  # cosine over characters and character pairs
    "sound",  # cosine over pairs of fuzzy syllables
    "ratio",  # rapidfuzz on canonical texts without their places
    "sound_ratio",  # likewise on their sounds
    "partial",  # the shorter inside the longer
    "cover_question",  # weight of the question's words that the phrasing has
    "cover_phrasing",
    "loose_question",  # the weightiest word of the question that the phrasing lacks
    "loose_phrasing",
    "soft_question",  # as cover_question, a near word counting for most of it
    "soft_phrasing",
    "soft_loose_question",
    "soft_loose_phrasing",
    "facet_agree",
    "facet_conflict",
    "facet_one_sided",
    "value_conflict",
    "value_one_sided",
    "number_conflict",
    "negation_differs",
    "name_agree",
    "name_conflict",
    "name_missing",  # the question names a confusable thing and no phrasing of the entry does
    "name_extra",
    "place_conflict",
    "place_question",  # a place in the question, none in the phrasing
    "place_phrasing",
    "length_gap",
    "short",  # one over the question's length
    "votes",  # mean recall of the entry's next phrasings
    "grams_question",  # weight of the question's characters and pairs that the phrasing has
    "grams_phrasing",
    "known_question",  # weight of the question's words that any phrasing of the entry has
    "both_loose",  # both sides hold a weighty word that the other lacks: two different things
    "alone",  # the question is one or two words
    "exact_sound",
    "facet_missing",  # the question's telling facets that no phrasing of the entry has
    "facet_extra",  # the phrasing's telling facets that the question has not
    "thing_question",  # a name in the question that the phrasing lacks
    "thing_phrasing",
    "things_differ",
    "strange",  # weight of the question's words that no phrasing of the whole content has
    "close",  # ratio above 0.8
    "chars_squared",
    "cover_product",
    "soft_product",
    "loose_short",  # soft_loose_question over the question's length
    "mass",  # of the question's words: little when it names no thing
    "heaviest",
    "phrasings",  # logarithm of the entry's phrasings
)
# Of the entry among the others that were recalled.
LIST = (
    "class",  # what the classifier gives the entry
    "class_lead",  # that less the best other's
    "class_best",  # the best of all: low when the question is like nothing in the content
    "class_squared",
    "chars_lead",
    "ratio_lead",
    "soft_lead",
    "sound_lead",
    "size",  # logarithm of the entries
    "size_chars",
    "size_soft",
    "no_class",  # the content is too large for a classifier
)
# What is worth more, or less, where there is no classifier.
PLAIN = (
    "chars",
    "sound_ratio",
    "ratio",
    "soft_product",
    "cover_question",
    "cover_phrasing",
    "soft_loose_question",
    "soft_loose_phrasing",
    "known_question",
    "strange",
    "chars_lead",
    "ratio_lead",
    "soft_lead",
    "sound_lead",
)
FEATURES = (*PAIR, *LIST, *(f"plain_{name}" for name in PLAIN))
_PLAIN = [(*PAIR, *LIST).index(name) for name in PLAIN]
_NOT_PLAIN = [0.0] * len(PLAIN)
_LEADS = tuple(PAIR.index(name) for name in ("chars", "ratio", "soft_product", "sound_ratio"))
_CHARS, _SOFT = PAIR.index("chars"), PAIR.index("soft_product")
_NEAR = 0.3  # what a near word lacks


class Cover(NamedTuple):
    """How much of a text's weight another text has. The soft ones let a near word stand for most of a word."""

    covered: float
    loose: float
    thing: float
    soft: float
    soft_loose: float


_ALL_THERE = Cover(1.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(slots=True)
class Recalled:
    """What recall already knows of a pair."""

    chars: float
    sound: float
    votes: float
    grams_question: float
    grams_phrasing: float


@dataclass(frozen=True, slots=True)
class Whole:
    """All phrasings of an entry together."""

    vocabulary: frozenset[str]
    facets: int
    names: frozenset[tuple[int, int]]
    phrasings: float


def measure(q: Reading, p: Reading, entry: Whole, recall: Recalled) -> list[float]:
    """The features of one pair, in the order of PAIR; about 10 us, so what is seldom there is looked at once."""
    lacks_q, lacks_p = q.vocabulary - p.vocabulary, p.vocabulary - q.vocabulary
    of_q = _cover(q, p, lacks_q) if lacks_q else _ALL_THERE
    of_p = _cover(p, q, lacks_p) if lacks_p else _ALL_THERE
    nowhere = lacks_q - entry.vocabulary
    asked, told = q.facets, p.facets
    both = asked & told
    named = q.names and p.names
    alike, short = ratio(q.bare, p.bare) / 100, 1 / (len(q.bare) or 1)
    return [
        1.0,
        recall.chars,
        recall.sound,
        alike,
        ratio(q.sound, p.sound) / 100,
        partial_ratio(q.bare, p.bare) / 100,
        of_q.covered,
        of_p.covered,
        of_q.loose,
        of_p.loose,
        of_q.soft,
        of_p.soft,
        of_q.soft_loose,
        of_p.soft_loose,
        1.0 if both else 0.0,
        1.0 if asked and told and not both else 0.0,
        (asked ^ told).bit_count() / 4,
        1.0 if q.kinds and p.kinds and _clash(q, p) else 0.0,
        1.0 if q.kinds != p.kinds else 0.0,
        1.0 if q.numbers and p.numbers and not q.numbers & p.numbers else 0.0,
        1.0 if q.negated != p.negated else 0.0,
        1.0 if named and q.names & p.names else 0.0,
        1.0 if named and _other_name(q, p) else 0.0,
        1.0 if q.names and not q.names & entry.names else 0.0,
        1.0 if p.names and not q.names else 0.0,
        1.0 if q.places and p.places and not q.places & p.places else 0.0,
        1.0 if q.places and not p.places else 0.0,
        1.0 if p.places and not q.places else 0.0,
        abs(q.length - p.length),
        short,
        recall.votes,
        recall.grams_question,
        recall.grams_phrasing,
        1 - sum([q.words[word][0] for word in nowhere]) / q.mass if nowhere and q.mass else 1.0,
        min(of_q.soft_loose, of_p.soft_loose),
        1.0 if len(q.words) <= 2 else 0.0,
        1.0 if q.sound == p.sound else 0.0,
        (asked & ~entry.facets & TELLING).bit_count(),
        (told & ~asked & TELLING).bit_count(),
        of_q.thing,
        of_p.thing,
        min(of_q.thing, of_p.thing),
        q.strange,
        max(0.0, alike - 0.8) * 5,
        recall.chars * recall.chars,
        of_q.covered * of_p.covered,
        of_q.soft * of_p.soft,
        of_q.soft_loose * short * 5,
        min(q.mass, 4.0) / 4,
        max([weighed[0] for weighed in q.words.values()], default=0.0),
        entry.phrasings,
    ]


def among(rows: Sequence[list[float]], given: Sequence[float] | None, size: float) -> None:
    """Appends the features of LIST to each row. `given`: the classifier's scores."""
    leads = [_lead([row[at] for row in rows]) for at in _LEADS]
    ahead = _lead(given) if given is not None else [0.0] * len(rows)
    best = max(given) if given is not None and len(given) else 0.0
    for place, row in enumerate(rows):
        score = given[place] if given is not None else 0.0
        row += [
            score,
            ahead[place],
            best,
            score * abs(score),
            *[lead[place] for lead in leads],
            size,
            size * row[_CHARS],
            size * row[_SOFT],
            1.0 if given is None else 0.0,
        ]
        row += [row[at] for at in _PLAIN] if given is None else _NOT_PLAIN


def _lead(values: Sequence[float]) -> list[float]:
    """Each one less the best other; of the only one, less nothing."""
    if len(values) < 2:
        return list(values)
    second, first = sorted(values)[-2:]
    return [value - (second if value == first else first) for value in values]


def _clash(q: Reading, p: Reading) -> bool:
    """Both name a degree, say, and not the same."""
    if not (q.kinds & p.kinds):
        return False
    shared = {value.split(":")[0] for value in q.values & p.values}
    return not q.kinds & p.kinds <= shared


def _other_name(q: Reading, p: Reading) -> bool:
    """Both name a member of one confusable group, and not the same."""
    if q.names & p.names:
        return False
    return bool({group for group, _ in q.names} & {group for group, _ in p.names})


def _cover(a: Reading, b: Reading, lacks: frozenset[str]) -> Cover:
    """The share of `a`'s weight that `b` has, the weight of the heaviest word it lacks, how far a name is lacking."""
    lacked, loose, thing, soft, soft_loose = 0.0, 0.0, 0.0, 0.0, 0.0
    words, canonical, sound, letters = a.words, b.bare, b.sound, b.letters
    for word in lacks:
        weight, heard, names, near = words[word]
        strange = letters.isdisjoint(word)
        if not strange and word in canonical:
            continue
        if heard in sound and len(heard) > 1:
            lack = 0.1
        elif strange:
            lack = 1.0
        else:
            lack = 1 - 0.5 * sum(map(letters.__contains__, word)) / len(word)
        kind = _NEAR if lack > _NEAR and near and not near.isdisjoint(b.kin) else lack
        if names and kind > thing:
            thing = kind
        lack *= weight
        kind *= weight
        lacked += lack
        soft += kind
        if lack > loose:
            loose = lack
        if kind > soft_loose:
            soft_loose = kind
    if not a.mass:
        return Cover(1.0, 0.0, 0.0, 1.0, 0.0)
    return Cover(1 - lacked / a.mass, loose, thing, 1 - soft / a.mass, soft_loose)
