"""What a person agreed to be told by us: for a purpose, to be withdrawn at any time (PIPL, articles 14 and 15).

WeChat's own consents, a number of sends for a template, are in models/consent.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime
from models.db import Clash, Stale, Unit


class AgreementRow(Base):
    __tablename__ = "agreement"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32), primary_key=True)  # news: 活动和政策通知
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)
    how: Mapped[str] = mapped_column(String(64), default="")  # chat | signup | miniapp | admin


class Agreements:
    """Verbs on agreements; part of the caller's unit. A withdrawn one stays as the record of when it was."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def give(self, openid: str, purpose: str, *, how: str, now: datetime) -> bool:
        """False when it stood already. Raises Stale (run again)."""
        self._unit.durable = True
        values = {"given_at": now, "withdrawn_at": None, "how": how}
        again = update(AgreementRow).where(*_of(openid, purpose), AgreementRow.withdrawn_at.isnot(None)).values(values)
        if self._unit.execute(again).rowcount:
            return True
        if self.has(openid, purpose):
            return False
        try:
            self._unit.execute(insert(AgreementRow), {"openid": openid, "purpose": purpose, **values})
        except Clash as error:  # given through another door at the same moment
            raise Stale from error
        return True

    def withdraw(self, openid: str, purpose: str, *, now: datetime) -> bool:
        """False when there was nothing to withdraw."""
        self._unit.durable = True
        change = update(AgreementRow).where(*_of(openid, purpose), AgreementRow.withdrawn_at.is_(None))
        return bool(self._unit.execute(change.values(withdrawn_at=now)).rowcount)

    def has(self, openid: str, purpose: str) -> bool:
        """A look; takes no lock."""
        query = select(AgreementRow.given_at).where(*_of(openid, purpose), AgreementRow.withdrawn_at.is_(None))
        return self._unit.execute(query).first() is not None


def _of(openid: str, purpose: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return AgreementRow.openid == openid, AgreementRow.purpose == purpose
