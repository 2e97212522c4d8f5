"""Who wants to hear when a planned service opens (登记意向). One row a person and item."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Unit


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

    def register(self, openid: str, item: str, *, note: str, now: datetime) -> bool:
        """False when they were registered before (the note is renewed)."""
        self._unit.durable = True
        known = self._find(openid, item)
        if known is not None:
            known.note = note or known.note
            return False
        self._session.add(Interest(openid=openid, item=item, note=note, created_at=now))
        return True

    def has(self, openid: str, item: str) -> bool:
        """A look; takes no lock."""
        return self._find(openid, item) is not None

    def withdraw(self, openid: str, item: str) -> bool:
        """False when there was nothing to withdraw."""
        known = self._find(openid, item)
        if known is None:
            return False
        self._unit.durable = True
        self._session.delete(known)
        return True

    def _find(self, openid: str, item: str) -> Interest | None:
        return self._session.scalar(select(Interest).where(Interest.openid == openid, Interest.item == item))
