"""How well a question and a phrasing agree, as named numbers, and what each number is worth."""

from __future__ import annotations

import math

from rapidfuzz import fuzz

from knowledge.reading import Reading

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
)


def measure(q: Reading, p: Reading, chars: float, sound: float, lead: float, votes: float) -> list[float]:
    """The features of one pair, in the order of FEATURES; about 12 us."""
    cover_q, loose_q = _cover(q, p)
    cover_p, loose_p = _cover(p, q)
    both = q.facets & p.facets
    differ = bool(q.facets and p.facets and not both)
    kinds = q.kinds & p.kinds
    clash = any(
        not {v for v in q.values if v.startswith(kind)} & {v for v in p.values if v.startswith(kind)} for kind in kinds
    )
    groups = {group for group, _ in q.names} & {group for group, _ in p.names}
    a, b = len(q.canonical), len(p.canonical)
    return [
        1.0,
        chars,
        sound,
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
        float(clash),
        float(bool(q.kinds ^ p.kinds)),
        float(bool(q.numbers and p.numbers and not q.numbers & p.numbers)),
        float(q.negated != p.negated),
        float(bool(q.names & p.names)),
        float(bool(groups) and not q.names & p.names),
        abs(math.log((a + 1) / (b + 1))),
        1 / max(a, 1),
        lead,
        votes,
    ]


def _cover(a: Reading, b: Reading) -> tuple[float, float]:
    """Share of the weight of `a`'s words that `b` has, and the weight of the heaviest word it lacks."""
    total, had, loose = 0.0, 0.0, 0.0
    vocabulary, canonical, sound, letters = b.vocabulary, b.canonical, b.sound, b.letters
    for word, weight, heard in a.words:
        total += weight
        if word in vocabulary or word in canonical:
            had += weight
            continue
        if len(heard) > 1 and heard in sound:
            share = 0.9
        else:
            share = 0.5 * sum([letter in letters for letter in word]) / len(word)
        had += weight * share
        lack = weight * (1 - share)
        if lack > loose:
            loose = lack
    return (had / total if total else 0.0), loose
