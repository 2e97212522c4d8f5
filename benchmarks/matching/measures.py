"""How well questions were matched, as pure functions over judged answers.

A question is answered when the score of its first candidate reaches a threshold. Questions of one score are answered
together or not at all, so a score that is often the same cannot be cut where it suits. False answers are wrong answers
and answers to what the content has no answer for, as a share of all questions.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

BINS = 10  # of the calibration error: of equal mass
CHOICES = 3


@dataclass(frozen=True)
class Judged:
    """One question. `place` of the right entry among the candidates, from 1; 0 when it is not there."""

    score: float
    place: int
    wanted: bool  # the content has an answer
    ms: float = 0.0
    decision: str = ""  # sure, maybe or unknown; empty for a system that only ranks
    kind: str = ""  # of noise
    base: str = ""  # what the noise was put on

    @property
    def right(self) -> bool:
        return self.place == 1


def top(judged: Sequence[Judged], count: int) -> float:
    """The share of the questions with an answer whose entry is among the first `count`."""
    return _mean(0 < each.place <= count for each in judged if each.wanted)


def reciprocal_rank(judged: Sequence[Judged]) -> float:
    return _mean(1 / each.place if each.place else 0.0 for each in judged if each.wanted)


def threshold(judged: Sequence[Judged], tolerated: float) -> float:
    """The lowest score that may be answered with at most this share of false answers; infinite when none may."""
    lowest, wrong = math.inf, 0
    for score, group in groupby(sorted(judged, key=lambda each: -each.score), key=lambda each: each.score):
        wrong += sum(not each.right for each in group)
        if wrong > tolerated * len(judged):
            break
        lowest = score
    return lowest


def coverage(judged: Sequence[Judged], at: float) -> float:
    """The share of the questions with an answer that are answered rightly from this score on."""
    return _mean(each.right and each.score >= at for each in judged if each.wanted)


def false_answers(judged: Sequence[Judged], at: float) -> float:
    return _mean(each.score >= at and not each.right for each in judged)


def served(judged: Sequence[Judged]) -> float:
    """Answered rightly, or the right one among three choices: the share of the questions with an answer.

    Answered from the threshold of 2 % false answers on; choices below it, down to the score that half of the questions
    without an answer do not reach.
    """
    sure = threshold(judged, 0.02)
    strangers = [each.score for each in judged if not each.wanted]
    offered = statistics.median(strangers) if strangers else 0.0
    reached = [each for each in judged if each.wanted]
    return _mean(
        each.right if each.score >= sure else each.score >= offered and 0 < each.place <= CHOICES for each in reached
    )


def auroc(judged: Sequence[Judged]) -> float:
    """How often a question with an answer scores above one without; a tie counts half."""
    wanted = sum(each.wanted for each in judged)
    others = len(judged) - wanted
    if not wanted or not others:
        return math.nan
    above, passed = 0.0, 0
    for _, group in groupby(sorted(judged, key=lambda each: each.score), key=lambda each: each.score):
        some = [each.wanted for each in group]
        strangers = len(some) - sum(some)
        above += sum(some) * (passed + strangers / 2)
        passed += strangers
    return above / (wanted * others)


def calibration_error(judged: Sequence[Judged]) -> float:
    """Expected calibration error: how far the mean score is from the share of right answers, over ten bins of as nearly

    equal mass as ties allow: questions of one score stay in one bin.
    """
    ordered = sorted(judged, key=lambda each: each.score)
    error, start = 0.0, 0
    for number in range(1, BINS + 1):
        end = max(start, round(len(ordered) * number / BINS))
        while start < end < len(ordered) and ordered[end].score == ordered[end - 1].score:
            end += 1
        some = ordered[start:end]
        error += abs(sum(each.score - each.right for each in some)) / max(1, len(ordered))
        start = end
    return error


def percentile(judged: Sequence[Judged], share: float) -> float:
    """Of the milliseconds, the nearest rank."""
    ordered = sorted(each.ms for each in judged)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else math.nan


def losses(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """What each kind of noise costs of top-1 against the clean questions, by what the noise was put on."""
    found: dict[str, dict[str, float]] = {}
    for base in sorted({each.base for each in judged}):
        own = [each for each in judged if each.base == base]
        kinds = sorted({each.kind for each in own})
        rates = {kind: top([each for each in own if each.kind == kind], 1) for kind in kinds}
        if "clean" in rates:
            found[base] = {kind: rates["clean"] - rate for kind, rate in rates.items() if kind != "clean"}
    return found


def _mean(values: Iterable[float]) -> float:
    some = list(values)
    return sum(some) / len(some) if some else math.nan
