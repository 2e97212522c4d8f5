"""The decision, pure: answer at once, offer a choice, say whose matter it is, or admit that we don't know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.entry import Answer, Candidate, Maybe, NotKnown, NotOurs, Outside, Sure

CHOICES = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores in [0, 1]. An answer given must be right; a choice offered may hold wrong ones."""

    sure: float = 0.75
    maybe: float = 0.12
    close: float = 0.25  # a runner-up within this of the best makes even a high score a choice
    offered: float = 0.03  # what may stand in a choice beside a candidate above `maybe`
    ours: float = 0.97  # how sure we must be to answer a question that has another office's words


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
