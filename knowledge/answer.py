"""The decision, pure: answer at once, offer a choice, say whose matter it is, or admit that we don't know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.entry import Answer, Candidate, Maybe, NotKnown, NotOurs, Outside, Sure

CHOICES = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores in [0, 1]. An answer given must be right; a choice offered may hold wrong ones."""

    sure: float = 0.75  # of FALSE_ANSWERS 0.03
    maybe: float = 0.13  # of VAIN_CHOICES 0.2
    close: float = 0.25  # a runner-up within this of the best makes even a high score a choice
    offered: float = 0.03  # what may stand in a choice beside a candidate above `maybe`
    ours: float = 0.97  # how sure we must be to answer a question that has another office's words

    @classmethod
    def tolerating(cls, false_answers: float, vain_choices: float) -> Thresholds:
        """For shares of all questions: those that may be answered wrongly, and those offered choices in vain."""
        return cls(sure=_score_for(false_answers, _FALSE), maybe=_score_for(vain_choices, _VAIN))


# Share of all questions -> score. The median over the sets that the weights were fitted on, where 15 to 46 of a hundred
# questions have no answer in the content. On another of these sets 0.02 gave 0.7 to 2.6 false answers, 0.05 3.6 to 5.9.
_FALSE = (
    (0.002, 0.985),
    (0.005, 0.97),
    (0.01, 0.905),
    (0.02, 0.83),
    (0.03, 0.75),
    (0.05, 0.675),
    (0.08, 0.54),
    (0.12, 0.44),
)
_VAIN = ((0.05, 0.45), (0.1, 0.33), (0.15, 0.2), (0.2, 0.13), (0.25, 0.06), (0.3, 0.03), (0.5, 0.0))


def _score_for(share: float, curve: Sequence[tuple[float, float]]) -> float:
    """On the line between the curve's neighbouring points."""
    share = max(curve[0][0], min(curve[-1][0], share))
    for (less, high), (more, low) in pairwise(curve):
        if share <= more:
            return high + (low - high) * (share - less) / (more - less)
    return curve[-1][1]


def decide(ranked: Sequence[Candidate], thresholds: Thresholds, outside: Outside | None) -> Answer:
    """`ranked` is best first; `outside` is the other office whose words the question has, when it has none of ours."""
    ranked = tuple(ranked)
    best = ranked[0] if ranked else None
    if outside and (best is None or best.score < thresholds.ours):
        return NotOurs(outside, ranked)
    if best is None or best.score < thresholds.maybe:
        return NotKnown(ranked)
    if best.score >= thresholds.sure and not best.crosses and not _rival(ranked, thresholds):
        return Sure(best, ranked)
    return Maybe(_choices(ranked, thresholds), ranked)


def _rival(ranked: Sequence[Candidate], thresholds: Thresholds) -> Candidate | None:
    """The runner-up that forbids a plain answer: nearly as good, or the confusable sibling and not far behind."""
    best = ranked[0]
    for other in ranked[1:CHOICES]:
        gap = best.score - other.score
        if gap < thresholds.close or (confusable(best, other) and other.score >= thresholds.offered):
            return other
    return None


def confusable(one: Candidate, other: Candidate) -> bool:
    """Both stand for different members of a group, and the question does not say which."""
    return any(
        group == theirs and member != another for group, member in one.unsettled for theirs, another in other.unsettled
    )


def _choices(ranked: Sequence[Candidate], thresholds: Thresholds) -> tuple[Candidate, ...]:
    chosen: list[Candidate] = []
    for candidate in ranked:
        if len(chosen) == CHOICES or (chosen and candidate.score < thresholds.offered):
            break
        if not any(_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    return tuple(chosen)


def _same(one: Candidate, other: Candidate) -> bool:
    """Two entries on one aspect of one thing: offering both asks the person nothing."""
    a, b = one.entry, other.entry
    return a.id == b.id or (bool(a.about) and a.aspect != "other" and (a.about, a.aspect) == (b.about, b.aspect))
