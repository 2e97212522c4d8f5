"""Filters that staff keep under a name, for themselves or for their whole unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, or_, select

from models.access import Actor, Forbidden, require
from models.db import Unit
from models.workbench import View

MOST = 20  # of one person


class TooMany(Exception):
    """Nobody keeps more than MOST."""


class SavedViews:
    """Part of the caller's unit."""

    def __init__(self, unit: Unit, actor: Actor) -> None:
        self._unit = unit
        self._actor = actor

    def all(self) -> Sequence[View]:
        """One's own and those of the unit, by name."""
        shared = and_(View.shared.is_(True), View.unit == self._actor.unit)
        query = select(View).where(or_(View.staff_id == self._actor.id, shared)).order_by(View.name, View.id)
        return self._unit.session.scalars(query).all()

    def save(self, name: str, query: str, *, shared: bool, now: datetime) -> View:
        """One of that name is replaced. `query`: Filter.dump as an address has it. Raises Forbidden, TooMany."""
        if shared:
            require(self._actor, "share_view")
        self._unit.lock()
        mine = list(self._unit.session.scalars(select(View).where(View.staff_id == self._actor.id)))
        view = next((each for each in mine if each.name == name), None)
        if view is None:
            if len(mine) >= MOST:
                raise TooMany
            view = View(staff_id=self._actor.id, name=name[:64])
            self._unit.session.add(view)
        view.unit, view.shared, view.query, view.made_at = self._actor.unit, shared, query, now
        self._unit.session.flush()
        return view

    def drop(self, number: int) -> None:
        """One's own; a shared one also by whoever may share. Raises Forbidden."""
        self._unit.lock()
        view = self._unit.session.get(View, number)
        if view is None:
            return
        if view.staff_id != self._actor.id:
            if not view.shared or view.unit != self._actor.unit:
                raise Forbidden("share_view")
            require(self._actor, "share_view")
        self._unit.execute(delete(View).where(View.id == number))
