"""The measures of matching, against examples worked by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from benchmarks.matching import measures, report, sets
from benchmarks.matching.measures import Judged


def right(score: float) -> Judged:
    return Judged(score, 1, wanted=True)


def wrong(score: float, place: int = 0) -> Judged:
    return Judged(score, place, wanted=True)


def stranger(score: float) -> Judged:
    return Judged(score, 0, wanted=False)


def test_top_and_reciprocal_rank_look_at_questions_with_an_answer() -> None:
    judged = [right(0.9), wrong(0.8, place=2), wrong(0.7, place=4), wrong(0.6), stranger(1.0)]
    assert measures.top(judged, 1) == 1 / 4
    assert measures.top(judged, 3) == 2 / 4
    assert measures.reciprocal_rank(judged) == (1 + 1 / 2 + 1 / 4) / 4


def test_the_threshold_lets_in_what_is_tolerated_and_no_more() -> None:
    judged = [right(0.9), right(0.8), stranger(0.7), right(0.6), wrong(0.5)]
    assert measures.threshold(judged, 0.0) == 0.8
    assert measures.threshold(judged, 0.19) == 0.8
    assert measures.threshold(judged, 0.2) == 0.6
    assert measures.coverage(judged, 0.6) == 3 / 4
    assert measures.false_answers(judged, 0.6) == 1 / 5
    assert measures.threshold(judged, 1.0) == 0.5


def test_questions_of_one_score_are_answered_together() -> None:
    """A score that is often 1.0 has no threshold between its right and its wrong answers."""
    judged = [right(1.0), right(1.0), stranger(1.0), right(0.5)]
    at = measures.threshold(judged, 0.2)
    assert at == math.inf
    assert measures.coverage(judged, at) == 0
    assert measures.threshold(judged, 0.25) == 0.5


def test_served_is_answered_or_right_among_three() -> None:
    """No false answer is tolerated here: sure from 0.9; the two strangers' median is 0.3."""
    judged = [right(0.9), wrong(0.7, place=3), wrong(0.6, place=4), right(0.2), stranger(0.5), stranger(0.1)]
    assert measures.served(judged) == 2 / 4


def test_auroc_counts_a_tie_half() -> None:
    judged = [right(0.9), right(0.5), stranger(0.5), stranger(0.1)]
    assert measures.auroc(judged) == (2 + 1.5) / 4
    assert math.isnan(measures.auroc([right(0.9)]))


def test_calibration_error_is_the_mean_gap_over_bins() -> None:
    """Twenty questions in ten pairs; every pair says 0.8, 0.81 ... and is right once."""
    judged = [each for n in range(10) for each in (right(0.8 + n / 100), stranger(0.8 + n / 100))]
    assert measures.calibration_error(judged) == pytest.approx(sum(0.3 + n / 100 for n in range(10)) / 10)


def test_questions_of_one_score_stay_in_one_bin() -> None:
    """Half of a thousand equal scores are right: nothing is off, however they are ordered."""
    assert measures.calibration_error([right(0.5)] * 500 + [stranger(0.5)] * 500) == pytest.approx(0)


def test_losses_are_against_clean_on_the_same_base() -> None:
    def noisy(kind: str, base: str, place: int) -> Judged:
        return Judged(0.5, place, wanted=True, kind=kind, base=base)

    judged = [noisy("clean", "kb", 1), noisy("clean", "kb", 1), noisy("drop", "kb", 1), noisy("drop", "kb", 2)]
    judged += [noisy("clean", "query", 1), noisy("clean", "query", 0), noisy("drop", "query", 1)]
    assert measures.losses(judged) == {"kb": {"drop": 0.5}, "query": {"drop": -0.5}}
    assert measures.losses([right(1.0)]) == {}


def test_percentiles_take_the_nearest_rank() -> None:
    judged = [Judged(1.0, 1, wanted=True, ms=float(ms)) for ms in range(100)]
    assert (measures.percentile(judged, 0.5), measures.percentile(judged, 0.99)) == (50, 99)


def test_a_made_up_content_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        sets.write_synthetic(tmp_path / f"{name}.jsonl", 500)
    one, other = (sets.read(tmp_path / f"{name}.jsonl") for name in ("one", "other"))
    assert (one.entries, one.questions) == (other.entries, other.questions)
    assert len({said for _, (said,) in one.entries}) == 500
    assert len(one.questions) == 600


def test_the_table_names_every_system_and_measure(tmp_path: Path) -> None:
    sets.write_synthetic(tmp_path / "made.jsonl", 3)
    given = sets.read(tmp_path / "made.jsonl")
    judged = [right(0.9), stranger(0.2), wrong(0.4, place=2)]
    table = report.of_set(given, {report.OURS: report.Outcome(judged, 1.0, 100.0)})
    assert "made: 3 entries, 3 phrasings; 400 questions with an answer, 200 without" in table
    assert "0.500" in table
    both = {name: {report.OURS: report.Outcome(judged, 1.0, 100.0)} for name in ("a", "b")}
    assert "off by 5.0 points in the mean, 5.0 at worst" in report.transfer(both, [report.OURS])
