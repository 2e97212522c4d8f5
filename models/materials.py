"""The checklist of a ticket's materials: what is wanted of the talent, what is here, what is done without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import bindparam, select

from models.db import Unit
from models.workbench import Material

STATES = {"wanted": "待交", "here": "已收到", "waived": "不用交"}
LONGEST = 190
MANDATE = "委托书"  # of 代办: who acts for somebody needs it, and it is good until a day


class NoSuchMaterial(Exception):
    """Not on this ticket's list, or no state a material can have."""


_OF = select(Material).where(Material.ticket_id == bindparam("ticket")).order_by(Material.id)


class Materials:
    """Part of the caller's unit, in which the ticket is held."""

    def __init__(self, unit: Unit) -> None:
        self._session = unit.session

    def of(self, ticket_id: int) -> list[Material]:
        return list(self._session.scalars(_OF, {"ticket": ticket_id}))

    def want(self, ticket_id: int, names: Iterable[str], by: int, *, now: datetime) -> None:
        """Put on the list what is not there; what is there is wanted again."""
        known = {each.name: each for each in self.of(ticket_id)}
        for name in _names(names):
            if name in known:
                known[name].state, known[name].by, known[name].updated_at = "wanted", by, now
            else:
                self._session.add(Material(ticket_id=ticket_id, name=name, state="wanted", by=by, updated_at=now))
        self._session.flush()

    def unwant(
        self, ticket_id: int, names: Iterable[str], there: Mapping[str, str], *, at: datetime, by: int, now: datetime
    ) -> None:
        """What was wanted at that moment is as it was before: in a state of `there`, or off the list. What somebody has
        marked since stays."""
        wanted = _names(names)
        for each in self.of(ticket_id):
            if each.name not in wanted or (each.state, each.updated_at) != ("wanted", at):
                continue
            if each.name in there:
                each.state, each.by, each.updated_at = there[each.name], by, now
            else:
                self._session.delete(each)
        self._session.flush()

    def mark(
        self, ticket_id: int, material_id: int, state: str, by: int, *, until: date | None = None, now: datetime
    ) -> Material:
        """`until`: the last day it is good for. Raises NoSuchMaterial."""
        found = self._session.get(Material, material_id)
        if found is None or found.ticket_id != ticket_id or state not in STATES:
            raise NoSuchMaterial(material_id)
        found.state, found.until, found.by, found.updated_at = state, until, by, now
        self._session.flush()
        return found


def _names(names: Iterable[str]) -> list[str]:
    """As they stand on the list, each once."""
    return list(dict.fromkeys(name.strip()[:LONGEST] for name in names if name.strip()))
