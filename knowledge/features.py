"""How well a question and a phrasing agree, as named numbers, and what each number is worth."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.fuzz import partial_ratio, ratio

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


_ALL_THERE = (1.0, 0.0, 0.0)  # cover, loose and thing of a text whose every word the other has


@dataclass(slots=True)
class Recalled:
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


def measure(q: Reading, p: Reading, entry: Whole, recall: Recalled) -> list[float]:
    """The features of one pair, in the order of FEATURES; about 10 us, so what is seldom there is looked at once."""
    lacks_q, lacks_p = q.vocabulary - p.vocabulary, p.vocabulary - q.vocabulary
    cover_q, loose_q, thing_q = _cover(q, p, lacks_q) if lacks_q else _ALL_THERE
    cover_p, loose_p, thing_p = _cover(p, q, lacks_p) if lacks_p else _ALL_THERE
    nowhere = lacks_q - entry.vocabulary
    asked, told = q.facets, p.facets
    both = asked & told
    named = q.names and p.names
    return [
        1.0,
        recall.chars,
        recall.sound,
        ratio(q.canonical, p.canonical) / 100,
        ratio(q.sound, p.sound) / 100,
        partial_ratio(q.canonical, p.canonical) / 100,
        cover_q,
        cover_p,
        loose_q,
        loose_p,
        1.0 if both else 0.0,
        1.0 if asked and told and not both else 0.0,
        (asked ^ told).bit_count() / 4,
        1.0 if q.kinds and p.kinds and _clash(q, p) else 0.0,
        1.0 if q.kinds != p.kinds else 0.0,
        1.0 if q.numbers and p.numbers and not q.numbers & p.numbers else 0.0,
        1.0 if q.negated != p.negated else 0.0,
        1.0 if named and q.names & p.names else 0.0,
        1.0 if named and _other_name(q, p) else 0.0,
        abs(q.length - p.length),
        1 / (len(q.canonical) or 1),
        recall.lead,
        recall.votes,
        recall.grams_question,
        recall.grams_phrasing,
        1 - sum([q.words[word][0] for word in nowhere]) / q.mass if nowhere else 1.0,
        loose_q if loose_q < loose_p else loose_p,
        1.0 if len(q.words) <= 2 else 0.0,
        1.0 if q.sound == p.sound else 0.0,
        (asked & ~entry.facets & TELLING).bit_count(),
        (told & ~asked & TELLING).bit_count(),
        thing_q,
        thing_p,
        thing_q if thing_q < thing_p else thing_p,
    ]


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


def _cover(a: Reading, b: Reading, lacks: frozenset[str]) -> tuple[float, float, float]:
    """The share of `a`'s weight that `b` has, the weight of the heaviest word it lacks, how far a name is lacking."""
    lacked, loose, thing = 0.0, 0.0, 0.0
    words, canonical, sound, letters = a.words, b.canonical, b.sound, b.letters
    for word in lacks:
        weight, heard, names = words[word]
        strange = letters.isdisjoint(word)
        if not strange and word in canonical:
            continue
        if heard in sound and len(heard) > 1:
            lack = 0.1
        elif strange:
            lack = 1.0
        else:
            lack = 1 - 0.5 * sum(map(letters.__contains__, word)) / len(word)
        if names and lack > thing:
            thing = lack
        lack *= weight
        lacked += lack
        if lack > loose:
            loose = lack
    return (1 - lacked / a.mass if a.mass else 0.0), loose, thing
