"""Whether a history of many at once could have happened one after another (Wing and Gong, with what was tried kept)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

State = TypeVar("State", bound=Hashable)


class Did(NamedTuple):
    """`began` and `ended` are of one clock that all share; `what` is for `apply` alone."""

    began: int
    ended: int
    what: Any


def linearizable(history: Sequence[Did], start: State, apply: Callable[[State, Any], State | None]) -> bool:
    """`apply` gives the state afterwards, None when it could not have gone so in that state."""
    tried: set[tuple[int, State]] = set()
    paths = [((1 << len(history)) - 1, start)]  # what is left, as bits
    while paths:
        left, state = paths.pop()
        if not left:
            return True
        if (left, state) in tried:
            continue
        tried.add((left, state))
        rest = [n for n in range(len(history)) if left >> n & 1]
        first_end = min(history[n].ended for n in rest)
        for n in rest:
            # What began after another had ended cannot come before it.
            after = apply(state, history[n].what) if history[n].began <= first_end else None
            if after is not None:
                paths.append((left & ~(1 << n), after))
    return False
