"""How well a question and a phrasing agree, as named numbers, and what each number is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.reading import TELLING, Reading

FEATURES = (
    "one",
    "chars",  # cosine over characters and character pairs
    "sound",  # cosine over pairs of fuzzy syllables
    "ratio",  # rapidfuzz on canonical texts
    "sound_ratio",  # likewise on their sounds
    "partial",  # the shorter inside the longer
    "cover_question",  # weight of the question's words that the phrasing has
    "cover_phrasing",
    "loose_question",  # the weightiest word of the question that the phrasing lacks
    "loose_phrasing",
    "facet_agree",
    "facet_conflict",
    "facet_one_sided",
    "value_conflict",
    "value_one_sided",
    "number_conflict",
    "negation_differs",
    "name_agree",
    "name_conflict",
    "length_gap",
    "short",  # one over the question's length
    "lead",  # this entry's recall minus the best other entry's
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
)


@dataclass(slots=True)
class Recall:
    """What recall already knows of a pair."""

    chars: float
    sound: float
    lead: float
    votes: float
    grams_question: float
    grams_phrasing: float


@dataclass(frozen=True, slots=True)
class Whole:
    """All phrasings of an entry together."""

    vocabulary: frozenset[str]
    facets: int


def measure(q: Reading, p: Reading, entry: Whole, recall: Recall) -> list[float]:
    """The features of one pair, in the order of FEATURES; about 15 us."""
    cover_q, loose_q, thing_q = _cover(q, p)
    cover_p, loose_p, thing_p = _cover(p, q)
    both = q.facets & p.facets
    differ = bool(q.facets and p.facets and not both)
    a, b = len(q.canonical), len(p.canonical)
    return [
        1.0,
        recall.chars,
        recall.sound,
        fuzz.ratio(q.canonical, p.canonical) / 100,
        fuzz.ratio(q.sound, p.sound) / 100,
        fuzz.partial_ratio(q.canonical, p.canonical) / 100,
        cover_q,
        cover_p,
        loose_q,
        loose_p,
        float(bool(both)),
        float(differ),
        (q.facets ^ p.facets).bit_count() / 4,
        float(_clash(q, p)),
        float(bool(q.kinds ^ p.kinds)),
        float(bool(q.numbers and p.numbers and not q.numbers & p.numbers)),
        float(q.negated != p.negated),
        float(bool(q.names & p.names)),
        float(_other_name(q, p)),
        abs(math.log((a + 1) / (b + 1))),
        1 / max(a, 1),
        recall.lead,
        recall.votes,
        recall.grams_question,
        recall.grams_phrasing,
        1 - sum([q.words[word][0] for word in q.vocabulary - entry.vocabulary]) / q.mass if q.mass else 0.0,
        min(loose_q, loose_p),
        float(len(q.words) <= 2),
        float(q.sound == p.sound),
        float((q.facets & ~entry.facets & TELLING).bit_count()),
        float((p.facets & ~q.facets & TELLING).bit_count()),
        thing_q,
        thing_p,
        min(thing_q, thing_p),
    ]


def _clash(q: Reading, p: Reading) -> bool:
    """Both name a degree, say, and not the same."""
    if not (q.kinds & p.kinds):
        return False
    shared = {value.split(":")[0] for value in q.values & p.values}
    return not q.kinds & p.kinds <= shared


def _other_name(q: Reading, p: Reading) -> bool:
    """Both name a member of one confusable group, and not the same."""
    if not q.names or not p.names or q.names & p.names:
        return False
    return bool({group for group, _ in q.names} & {group for group, _ in p.names})


def _cover(a: Reading, b: Reading) -> tuple[float, float, float]:
    """The share of `a`'s weight that `b` has, the weight of the heaviest word it lacks, how far a name is lacking."""
    lacked, loose, thing = 0.0, 0.0, 0.0
    words, canonical, sound, letters = a.words, b.canonical, b.sound, b.letters
    for word in a.vocabulary - b.vocabulary:
        if word in canonical:
            continue
        weight, heard, names = words[word]
        if len(heard) > 1 and heard in sound:
            lack = 0.1
        else:
            lack = 1 - 0.5 * sum([letter in letters for letter in word]) / len(word)
        if names and lack > thing:
            thing = lack
        lack *= weight
        lacked += lack
        if lack > loose:
            loose = lack
    return (1 - lacked / a.mass if a.mass else 0.0), loose, thing
