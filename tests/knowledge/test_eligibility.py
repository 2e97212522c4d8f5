"""Conditions against a person: met, not met, what to ask next, or honestly nothing."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.eligibility import Ask, CannotTell, Met, NotMet, decide
from knowledge.entry import FACTS, UNSURE, Branch, Condition, Op, Tier


def tier(name: str, *branches: list[tuple[str, Op, str]]) -> Tier:
    made = [Branch(f"{name}{i}", tuple(Condition(*c) for c in some)) for i, some in enumerate(branches)]
    return Tier(name, name, "", tuple(made))


TITLE: list[tuple[str, Op, str]] = [("title", "at_least", "associate_senior")]
SCHOOL: list[tuple[str, Op, str]] = [("degree", "at_least", "master"), ("double_first_class", "is", "yes")]
ALLOWANCE = [tier("allowance", TITLE, SCHOOL)]
FLAT = [
    tier(
        "first",
        [("degree", "at_least", "doctor"), ("recruited", "is", "introduced")],
        [("title", "at_least", "senior"), ("recruited", "is", "introduced")],
    ),
    tier("second", SCHOOL, TITLE, [("urgently_needed", "is", "yes")]),
]


def test_either_way_qualifies() -> None:
    assert decide(ALLOWANCE, {"title": "senior"}, 0) == Met(ALLOWANCE[0], ALLOWANCE[0].any[0])
    facts = {"degree": "doctor", "double_first_class": "yes"}
    assert decide(ALLOWANCE, facts, 0) == Met(ALLOWANCE[0], ALLOWANCE[0].any[1])


def test_no_way_is_left() -> None:
    verdict = decide(ALLOWANCE, {"title": "junior", "degree": "bachelor"}, 0)
    assert isinstance(verdict, NotMet)
    assert [(miss.branch.name, miss.condition.fact) for miss in verdict.reasons] == [
        ("allowance0", "title"),
        ("allowance1", "degree"),
    ]


def test_what_cannot_change_the_verdict_is_not_asked() -> None:
    assert decide(ALLOWANCE, {"degree": "bachelor"}, 0) == Ask("title")
    assert decide(ALLOWANCE, {"title": "none", "double_first_class": "no"}, 0).__class__ is NotMet


def test_the_fact_that_settles_most_comes_first() -> None:
    assert decide(ALLOWANCE, {}, 0) == Ask("title")
    assert decide(FLAT[:1], {"degree": "doctor", "title": "senior"}, 0) == Ask("recruited")


def test_a_better_tier_is_asked_for_while_questions_remain() -> None:
    facts = {"degree": "doctor", "double_first_class": "yes"}
    assert decide(FLAT, facts, 0) == Ask("recruited")
    assert decide(FLAT, {**facts, "recruited": "introduced"}, 1) == Met(FLAT[0], FLAT[0].any[0])
    verdict = decide(FLAT, facts, 3)
    assert isinstance(verdict, Met)
    assert verdict.tier is FLAT[1]
    assert set(verdict.better) == {"recruited", "title"}


def test_unsure_is_neither_yes_nor_no() -> None:
    facts = {"title": "none", "degree": "master", "double_first_class": UNSURE}
    assert decide(ALLOWANCE, facts, 2) == CannotTell(("double_first_class",))
    assert decide(ALLOWANCE, {"title": UNSURE}, 1) == Ask("degree")


def test_questions_end_at_the_limit() -> None:
    assert decide(ALLOWANCE, {}, 3) == CannotTell(("title", "degree", "double_first_class"))
    assert decide(ALLOWANCE, {}, 1, limit=1) == CannotTell(("title", "degree", "double_first_class"))


def test_no_conditions_known() -> None:
    assert decide([], {"degree": "doctor"}, 0) == CannotTell(())


def test_a_value_from_elsewhere_is_as_good_as_none() -> None:
    assert decide(ALLOWANCE, {"title": "king", "degree": "bachelor"}, 0) == Ask("title")


PEOPLE = st.fixed_dictionaries({fact: st.sampled_from([*values, UNSURE]) for fact, values in FACTS.items()})


@given(PEOPLE, st.sampled_from([ALLOWANCE, FLAT]))
def test_a_talk_ends_within_the_limit_and_never_repeats(person: dict[str, str], tiers: list[Tier]) -> None:
    told: dict[str, str] = {}
    for asked in range(4):
        verdict = decide(tiers, told, asked)
        if not isinstance(verdict, Ask):
            break
        assert verdict.fact not in told
        told[verdict.fact] = person[verdict.fact]
    assert not isinstance(verdict, Ask)
    if isinstance(verdict, Met):
        assert all(person[c.fact] != UNSURE for c in verdict.branch.all)


@pytest.mark.parametrize("tiers", [ALLOWANCE, FLAT])
def test_knowing_everything_leaves_nothing_open(tiers: list[Tier]) -> None:
    for values in product(*FACTS.values()):
        verdict = decide(tiers, dict(zip(FACTS, values, strict=True)), 0)
        assert isinstance(verdict, Met | NotMet)
        if isinstance(verdict, Met):
            assert verdict.better == ()
