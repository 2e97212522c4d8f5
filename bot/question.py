"""What a message asked, and what became of earlier questions, as values; bot/handling.py writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Decision = Literal["sure", "maybe", "unknown", "outside"]
Outcome = Literal["picked", "verdict", "ticket"]

NONE_PICKED = "none"
USEFUL, USELESS = "useful", "useless"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a message. `answered` is an entry id, or the name of what else answered (hotline ...)."""

    text: str
    decision: Decision
    answered: str = ""
    candidates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Learnt:
    """What happened later to the questions at `places` of a message: a choice, 有用/没用, a ticket's number."""

    message: str
    places: tuple[int, ...]
    what: Outcome
    value: str


def left_open(decisions: Sequence[str]) -> list[int]:
    """The places of a message's questions that a later 没用 or a ticket is about: those nothing answered, else all."""
    return [at for at, each in enumerate(decisions) if each == "unknown"] or list(range(len(decisions)))
