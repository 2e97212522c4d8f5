"""Replies in stock: kept for everybody or for a unit, edited by its leads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from models.access import Actor
from models.db import Unit
from models.workbench import Canned


class NoSuchReply(Exception):
    """There is no such reply in stock, or it is another unit's."""


class Stock:
    """Part of the caller's unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def all(self, actor: Actor) -> list[Canned]:
        """What this actor may use, those used most first."""
        query = select(Canned).where(Canned.gone.is_(False), Canned.unit.in_(["", actor.unit]))
        return list(self._session.scalars(query.order_by(Canned.uses.desc(), Canned.id)))

    def get(self, actor: Actor, reply_id: int) -> Canned:
        """Raises NoSuchReply."""
        found = self._session.get(Canned, reply_id)
        if found is None or found.gone or found.unit not in ("", actor.unit):
            raise NoSuchReply(reply_id)
        return found

    def add(self, by: Actor, title: str, body: str, unit: str, *, now: datetime, demo: bool = False) -> Canned:
        """`unit`: "" for everybody."""
        self._unit.lock()
        made = Canned(title=title[:64], body=body, unit=unit, demo=demo, by=by.id, updated_at=now)
        self._session.add(made)
        self._session.flush()
        return made

    def change(self, by: Actor, reply_id: int, title: str, body: str, unit: str, *, now: datetime) -> Canned:
        """Raises NoSuchReply."""
        self._unit.lock()
        found = self.get(by, reply_id)
        found.title, found.body, found.unit, found.by, found.updated_at = title[:64], body, unit, by.id, now
        self._session.flush()
        return found

    def remove(self, by: Actor, reply_id: int, *, now: datetime) -> None:
        """Raises NoSuchReply."""
        self._unit.lock()
        found = self.get(by, reply_id)
        found.gone, found.by, found.updated_at = True, by.id, now
        self._session.flush()

    def used(self, reply_id: int) -> None:
        self._unit.execute(update(Canned).where(Canned.id == reply_id).values(uses=Canned.uses + 1))
