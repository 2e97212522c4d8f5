"""Messages we told WeChat `success` for before their work was done: the row outlives a crash, the work runs again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime
from models.db import Clash, Unit


class LateRow(Base):
    __tablename__ = "late"

    key: Mapped[str] = mapped_column(String(190), primary_key=True)
    message: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


def add(unit: Unit, key: str, message: str, now: datetime) -> None:
    unit.durable = True
    try:
        unit.execute(insert(LateRow), {"key": key, "message": message, "received_at": now})
    except Clash:
        unit.rollback()  # another delivery of it stands here already


def remove(unit: Unit, key: str) -> None:
    unit.execute(delete(LateRow).where(LateRow.key == key))


class Left(NamedTuple):
    key: str
    message: str
    received_at: datetime


def older_than(unit: Unit, moment: datetime, limit: int = 100) -> list[Left]:
    """Those received before `moment`, oldest first."""
    query = select(LateRow.key, LateRow.message, LateRow.received_at).where(LateRow.received_at < moment)
    return [Left(*row) for row in unit.execute(query.order_by(LateRow.received_at).limit(limit))]
