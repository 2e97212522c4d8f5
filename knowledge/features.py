"""How well a question and an entry agree, as named numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
# Folding leaves twins in a large content; how they were written settles which is meant.
VERBATIM = ("verbatim", "verbatim_lead")
FEATURES = (*PAIR, *LIST, *(f"plain_{name}" for name in (*PLAIN, *VERBATIM)))
_PLAIN = [(*PAIR, *LIST).index(name) for name in PLAIN]
_NOT_PLAIN = [0.0] * len((*PLAIN, *VERBATIM))
_LEADS = tuple(PAIR.index(name) for name in ("chars", "ratio", "soft_product", "sound_ratio"))
_CHARS, _SOFT = PAIR.index("chars"), PAIR.index("soft_product")
_NEAR = 0.3  # what a near word lacks


# How much of a text's weight another text has: the share of it, the weight of the heaviest word that is not there, how
# far a name is lacking; and the first two again where a near word stands for most of a word.
_Cover = tuple[float, float, float, float, float]
_ALL_THERE: _Cover = (1.0, 0.0, 0.0, 1.0, 0.0)


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
    cover_q, loose_q, thing_q, soft_q, soft_loose_q = _cover(q, p, lacks_q) if lacks_q else _ALL_THERE
    cover_p, loose_p, thing_p, soft_p, soft_loose_p = _cover(p, q, lacks_p) if lacks_p else _ALL_THERE
    nowhere = lacks_q and lacks_q - entry.vocabulary
    asked, told = q.facets, p.facets
    both = asked & told
    q_names, p_names, q_places, p_places = q.names, p.names, q.places, p.places
    named = q_names and p_names
    q_bare, p_bare, q_sound, p_sound, mass, chars = q.bare, p.bare, q.sound, p.sound, q.mass, recall.chars
    alike, short = ratio(q_bare, p_bare) / 100, 1 / (len(q_bare) or 1)
    return [
        1.0,
        chars,
        recall.sound,
        alike,
        ratio(q_sound, p_sound) / 100,
        partial_ratio(q_bare, p_bare) / 100,
        cover_q,
        cover_p,
        loose_q,
        loose_p,
        soft_q,
        soft_p,
        soft_loose_q,
        soft_loose_p,
        1.0 if both else 0.0,
        1.0 if asked and told and not both else 0.0,
        (asked ^ told).bit_count() / 4,
        1.0 if q.kinds and p.kinds and _clash(q, p) else 0.0,
        1.0 if q.kinds != p.kinds else 0.0,
        1.0 if q.numbers and p.numbers and not q.numbers & p.numbers else 0.0,
        1.0 if q.negated != p.negated else 0.0,
        1.0 if named and q_names & p_names else 0.0,
        1.0 if named and _other_name(q, p) else 0.0,
        1.0 if q_names and not q_names & entry.names else 0.0,
        1.0 if p_names and not q_names else 0.0,
        1.0 if q_places and p_places and not q_places & p_places else 0.0,
        1.0 if q_places and not p_places else 0.0,
        1.0 if p_places and not q_places else 0.0,
        abs(q.length - p.length),
        short,
        recall.votes,
        recall.grams_question,
        recall.grams_phrasing,
        1 - sum([q.words[word][0] for word in nowhere]) / mass if nowhere and mass else 1.0,
        min(soft_loose_q, soft_loose_p),
        1.0 if len(q.words) <= 2 else 0.0,
        1.0 if q_sound == p_sound else 0.0,
        (asked & ~entry.facets & TELLING).bit_count(),
        (told & ~asked & TELLING).bit_count(),
        thing_q,
        thing_p,
        min(thing_q, thing_p),
        q.strange,
        max(0.0, alike - 0.8) * 5,
        chars * chars,
        cover_q * cover_p,
        soft_q * soft_p,
        soft_loose_q * short * 5,
        min(mass, 4.0) / 4,
        q.heaviest,
        entry.phrasings,
    ]


def verbatim(q: Reading, p: Reading) -> float:
    """How alike the texts are as they were written."""
    return ratio(q.plain, p.plain) / 100


def among(rows: Sequence[list[float]], given: Sequence[float] | None, written: Sequence[float], size: float) -> None:
    """Appends the features of LIST and PLAIN to each row. `given`: the classifier's scores; without them `written`:
    what `verbatim` says of each."""
    leads = zip(*[_lead([row[at] for row in rows]) for at in _LEADS], strict=True)
    ahead = _lead(given) if given is not None else [0.0] * len(rows)
    best = max(given) if given is not None and len(given) else 0.0
    for row, lead, score, lone in zip(rows, leads, given or ahead, ahead, strict=True):
        row += [
            score,
            lone,
            best,
            score * abs(score),
            *lead,
            size,
            size * row[_CHARS],
            size * row[_SOFT],
            1.0 if given is None else 0.0,
        ]
        row += _NOT_PLAIN if given is not None else [row[at] for at in _PLAIN]
    if given is None:
        for row, own, nearer in zip(rows, written, _lead(written), strict=True):
            row += [own, nearer]


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


def _cover(a: Reading, b: Reading, lacks: frozenset[str]) -> _Cover:
    """What `b` has of `a`, which has some words that `b` lacks."""
    mass = a.mass
    if not mass:
        return _ALL_THERE
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
    return 1 - lacked / mass, loose, thing, 1 - soft / mass, soft_loose
