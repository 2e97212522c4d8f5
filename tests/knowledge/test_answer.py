"""The decision: answer, offer a choice, name the office whose matter it is, or admit not knowing."""

from __future__ import annotations

import pytest

from knowledge.answer import Thresholds, decide
from knowledge.entry import Aspect, Candidate, Entry, Maybe, NotKnown, NotOurs, Outside, Source, Sure

LIMITS = Thresholds(sure=0.8, maybe=0.2, close=0.2, offered=0.05, ours=0.97)
TRAFFIC = Outside("traffic", "车管", "交警大队", ("驾驶证",))


def candidate(
    name: str,
    score: float,
    about: str = "",
    aspect: Aspect = "other",
    unsettled: frozenset[tuple[int, int]] = frozenset(),
    crosses: bool = False,
) -> Candidate:
    source = Source("文件", "2024", "hr", "current")
    return Candidate(Entry(name, "t", name, (), "答", source, about, aspect), score, "", unsettled, crosses)


def ids(answer: Maybe) -> list[str]:
    return [choice.entry.id for choice in answer.choices]


def test_a_clear_winner_is_answered() -> None:
    ranked = [candidate("a", 0.9), candidate("b", 0.3)]
    assert decide(ranked, LIMITS, None) == Sure(ranked[0], tuple(ranked))


def test_a_near_runner_up_makes_it_a_choice() -> None:
    answer = decide([candidate("a", 0.9), candidate("b", 0.75), candidate("c", 0.01)], LIMITS, None)
    assert isinstance(answer, Maybe)
    assert ids(answer) == ["a", "b"]


def test_middling_scores_are_offered_three_at_most() -> None:
    answer = decide([candidate(name, 0.5) for name in "abcde"], LIMITS, None)
    assert isinstance(answer, Maybe)
    assert ids(answer) == ["a", "b", "c"]


def test_choices_differ_in_meaning() -> None:
    ranked = [
        candidate("a", 0.5, "flat", "fee"),
        candidate("b", 0.5, "flat", "fee"),
        candidate("c", 0.4, "flat", "who"),
        candidate("d", 0.3, "flat"),
    ]
    answer = decide(ranked, LIMITS, None)
    assert isinstance(answer, Maybe)
    assert ids(answer) == ["a", "c", "d"]


def test_a_lone_candidate_below_sure_is_offered_alone() -> None:
    answer = decide([candidate("a", 0.5)], LIMITS, None)
    assert isinstance(answer, Maybe)
    assert ids(answer) == ["a"]


def test_too_weak_or_nothing_is_not_known() -> None:
    weak = (candidate("a", 0.19),)
    assert decide(weak, LIMITS, None) == NotKnown(weak)
    assert decide([], LIMITS, None) == NotKnown(())


def test_another_office_unless_the_match_is_very_strong() -> None:
    good, sure = (candidate("a", 0.9),), (candidate("a", 1.0),)
    assert decide(good, LIMITS, TRAFFIC) == NotOurs(TRAFFIC, good)
    assert decide(sure, LIMITS, TRAFFIC) == Sure(sure[0], sure)
    assert decide([], LIMITS, TRAFFIC) == NotOurs(TRAFFIC, ())


def test_confusable_things_never_cross_silently() -> None:
    station = candidate("station", 0.95, unsettled=frozenset({(0, 0)}))
    home = candidate("home", 0.1, unsettled=frozenset({(0, 1)}))
    answer = decide([station, home], LIMITS, None)
    assert isinstance(answer, Maybe)
    assert ids(answer) == ["station", "home"]


def test_two_entries_on_one_confusable_thing_are_no_rivals() -> None:
    what = candidate("station.what", 0.95, unsettled=frozenset({(0, 0)}))
    where = candidate("station.where", 0.1, unsettled=frozenset({(0, 0)}))
    assert isinstance(decide([what, where], LIMITS, None), Sure)


def test_an_entry_on_the_other_thing_is_never_sure() -> None:
    assert isinstance(decide([candidate("home", 0.99, crosses=True)], LIMITS, None), Maybe)


def test_the_more_may_go_wrong_the_sooner_it_answers() -> None:
    strict, easy = Thresholds.tolerating(0.01, 0.1), Thresholds.tolerating(0.06, 0.3)
    assert strict.sure > easy.sure > easy.maybe
    assert strict.maybe > easy.maybe
    usual = Thresholds.tolerating(0.03, 0.2)
    assert (usual.sure, usual.maybe) == (pytest.approx(Thresholds().sure), pytest.approx(Thresholds().maybe))
    assert Thresholds.tolerating(0, 0) == Thresholds.tolerating(0.002, 0.05)
    assert Thresholds.tolerating(1, 1).maybe == 0
