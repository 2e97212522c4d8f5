"""Who wants to hear when a planned service opens (登记意向). One row a person and item."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Clash, Stale, Unit


class Interest(Base):
    __tablename__ = "interest"
    __table_args__ = exact(UniqueConstraint("openid", "item"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    openid: Mapped[str] = mapped_column(OpenId)
    item: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Interests:
    """Verbs on registrations; part of the caller's unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def register(self, openid: str, item: str, *, note: str, now: datetime, others: Collection[str] = ()) -> bool:
        """False when they were registered before, by this openid or their `others` (the note is renewed).

        Raises Stale (run again).
        """
        self._unit.durable = True
        known = self._find((openid, *others), item)
        if known:
            known[0].note = note or known[0].note
            return False
        values = {"openid": openid, "item": item, "note": note, "created_at": now}
        try:
            self._unit.execute(insert(Interest), values)
        except Clash as error:  # through another door at the same moment
            raise Stale from error
        return True

    def of(self, openids: Collection[str], item: str) -> bool:
        """Whether somebody with these openids is registered. A look; takes no lock."""
        return bool(self._find(openids, item))

    def withdraw(self, openids: Collection[str], item: str) -> bool:
        """False when there was nothing to withdraw."""
        known = self._find(openids, item)
        for each in known:
            self._unit.durable = True
            self._session.delete(each)
        return bool(known)

    def _find(self, openids: Collection[str], item: str) -> list[Interest]:
        query = select(Interest).where(Interest.openid.in_(openids), Interest.item == item)
        return list(self._session.scalars(query))
