"""How many tickets stand in each view: counted once for everybody of one role and unit, of which each has a share."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import case, func, or_, select

from models.access import Actor, reads_confidential, scope
from models.base import OFFICE
from models.db import Unit
from models.moves import OPEN
from models.ticket import Ticket
from models.views import VIEWS, of_view

_SHARED = tuple(name for name in VIEWS if name not in ("mine", "all"))


class Tally:
    """Reads when it is made. `actor`: any of those whom it is for."""

    def __init__(self, unit: Unit, actor: Actor, now: datetime) -> None:
        open_ones, every = _counting(everybody(actor), now.astimezone(OFFICE).date())
        self._shared = Counter[str]()
        self._own: dict[int, Counter[str]] = {}  # what each is assigned: their work, and what only they may read
        private = not reads_confidential(actor)
        for assignee, hidden, still, *counts in unit.execute(open_ones):
            self._add(assignee, private and hidden, dict(zip(_SHARED, counts, strict=True)), still)
        for assignee, hidden, count in unit.execute(every):
            self._add(assignee, private and hidden, {"all": count})

    def of(self, actor: Actor) -> dict[str, int]:
        """By name, in the order of VIEWS."""
        own = self._own.get(actor.id, Counter())
        return {name: self._shared[name] + own[name] for name in VIEWS}

    def sees_more(self, actor: Actor) -> bool:
        """Whether they may read what others of their role and unit may not."""
        return self._own.get(actor.id, Counter())["all"] > 0

    def _add(self, assignee: int | None, hidden: bool, found: dict[str, int], still: int = 0) -> None:
        if assignee is not None and (hidden or still):
            self._own.setdefault(assignee, Counter())["mine"] += still
        if not hidden:
            self._shared.update(found)
        elif assignee is not None:
            self._own[assignee].update(found)


def everybody(actor: Actor) -> Actor:
    """Nobody in particular of the same role and unit, to ask what they all see."""
    return Actor(0, "", actor.role, actor.unit)


@lru_cache(maxsize=256)
def _counting(actor: Actor, today: date) -> tuple[Any, Any]:
    """To build them takes longer than to run them."""
    now = datetime.combine(today, time(12), OFFICE)
    counts = [func.count(case((of_view(name, actor, now), 1))) for name in _SHARED]
    still = func.count(case((Ticket.state.in_(OPEN), 1)))
    some = select(Ticket.assignee, Ticket.confidential, still, *counts)
    some = some.where(scope(actor), or_(Ticket.state.in_(OPEN), Ticket.callback_at.is_not(None)))
    every = select(Ticket.assignee, Ticket.confidential, func.count()).where(scope(actor))
    whose = Ticket.assignee, Ticket.confidential
    return some.group_by(*whose), every.group_by(*whose)
