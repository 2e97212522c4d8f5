"""What is handed in twice is done once: each form carries a token, and the token's row is written with what it did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime
from models.db import Clash, Unit


class OnceRow(Base):
    __tablename__ = "once"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class Again(Exception):
    """It has been handed in before, and what it wanted was done then."""


def take(unit: Unit, key: str, now: datetime) -> None:
    """Raises Again. Of two at the same time the second waits for the first; nothing else of the unit stays then."""
    unit.lock()
    try:
        unit.execute(insert(OnceRow), {"key": key[:64], "at": now})
    except Clash as error:
        raise Again from error
