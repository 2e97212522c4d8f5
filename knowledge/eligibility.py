"""The decision, pure: a service item's conditions against what we know of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.entry import FACTS, UNSURE, Branch, Condition, Tier

State = Literal["holds", "fails", "missing", "unsure"]


@dataclass(frozen=True, slots=True)
class Met:
    """`better` names the facts that, were they known, might lift the person to a better tier."""

    tier: Tier
    branch: Branch
    better: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Miss:
    """One way to qualify that is closed, and the condition that closes it."""

    tier: Tier
    branch: Branch
    condition: Condition


@dataclass(frozen=True, slots=True)
class NotMet:
    reasons: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    fact: str


@dataclass(frozen=True, slots=True)
class CannotTell:
    """`missing` names the facts that would settle it; empty when the source gives no conditions at all."""

    missing: tuple[str, ...]


Verdict = Met | NotMet | Ask | CannotTell


def decide(tiers: Sequence[Tier], facts: Mapping[str, str], asked: int, limit: int = 3) -> Verdict:
    """`asked` questions were put already. Never asks more than `limit`, nor what is given, nor what changes nothing."""
    if not tiers:
        return CannotTell(())
    met = next(((i, branch) for i, tier in enumerate(tiers) for branch in tier.any if _holds(branch, facts)), None)
    above = tiers if met is None else tiers[: met[0]]
    open_ = [branch for tier in above for branch in tier.any if _undecided(branch, facts)]
    askable = [branch for branch in open_ if not _states(branch, facts) & {"unsure"}]
    if askable and asked < limit:
        return Ask(_most_telling(askable, facts))
    missing = tuple(dict.fromkeys(c.fact for b in open_ for c in b.all if state(c, facts) in ("missing", "unsure")))
    if met is not None:
        return Met(tiers[met[0]], met[1], missing)
    if open_:
        return CannotTell(missing)
    return NotMet(tuple(_miss(tier, branch, facts) for tier in tiers for branch in tier.any))


def state(condition: Condition, facts: Mapping[str, str]) -> State:
    """How one condition stands. A value that FACTS does not know counts as missing."""
    value, order = facts.get(condition.fact, ""), FACTS.get(condition.fact, ())
    if value == UNSURE:
        return "unsure"
    if value not in order:
        return "missing"
    if condition.op == "at_least":
        return "holds" if order.index(value) >= order.index(condition.value) else "fails"
    return "holds" if value == condition.value else "fails"


def _states(branch: Branch, facts: Mapping[str, str]) -> set[State]:
    return {state(condition, facts) for condition in branch.all}


def _holds(branch: Branch, facts: Mapping[str, str]) -> bool:
    return _states(branch, facts) == {"holds"}


def _undecided(branch: Branch, facts: Mapping[str, str]) -> bool:
    states = _states(branch, facts)
    return "fails" not in states and states != {"holds"}


def _most_telling(branches: Sequence[Branch], facts: Mapping[str, str]) -> str:
    """The fact whose answer leaves, on average over its values, the fewest ways undecided and the most qualified."""
    missing = dict.fromkeys(c.fact for b in branches for c in b.all if state(c, facts) == "missing")

    def worth(fact: str) -> tuple[float, float]:
        worlds = [{**facts, fact: value} for value in FACTS[fact]]
        undecided = sum(_undecided(branch, world) for world in worlds for branch in branches) / len(worlds)
        qualified = sum(any(_holds(branch, world) for branch in branches) for world in worlds) / len(worlds)
        return undecided - qualified, -qualified

    return min(missing, key=worth)


def _miss(tier: Tier, branch: Branch, facts: Mapping[str, str]) -> Miss:
    return Miss(tier, branch, next(c for c in branch.all if state(c, facts) == "fails"))
