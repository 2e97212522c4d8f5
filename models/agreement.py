"""What a person agreed to be told by us: for a purpose, to be withdrawn at any time (PIPL, articles 14 and 15).

WeChat's own consents, a number of sends for a template, are in models/consent.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, bindparam, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime
from models.db import Clash, Stale, Unit
from models.prepared import Prepared


class AgreementRow(Base):
    __tablename__ = "agreement"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32), primary_key=True)  # news: 活动和政策通知
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)
    how: Mapped[str] = mapped_column(String(64), default="")  # chat | page | admin
    version: Mapped[int] = mapped_column(default=0)  # of the words agreed to (config/privacy.yaml); 0: in a talk


# Whatever somebody sends on a page asks.
_STANDING = select(AgreementRow.version).where(
    AgreementRow.openid == bindparam("openid"),
    AgreementRow.purpose == bindparam("purpose"),
    AgreementRow.withdrawn_at.is_(None),
)
_HAS, _HELD = Prepared(_STANDING), Prepared(_STANDING.with_for_update(read=True))


class Agreements:
    """Verbs on agreements; part of the caller's unit. A withdrawn one stays as the record of when it was."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def give(self, openid: str, purpose: str, *, how: str, now: datetime, version: int = 0) -> bool:
        """False when it stood already, to these words or later ones. Raises Stale (run again)."""
        self._unit.durable = True
        values = {"given_at": now, "withdrawn_at": None, "how": how, "version": version}
        lapsed = or_(AgreementRow.withdrawn_at.isnot(None), AgreementRow.version < version)
        again = update(AgreementRow).where(*_of(openid, purpose), lapsed).values(values)
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

    def has(self, openid: str, purpose: str, version: int = 0, *, hold: bool = False) -> bool:
        """Whether it stands, to the words of that version or later ones. A look; takes no lock. `hold`: it goes on
        standing until the unit ends, for whoever takes it back waits."""
        row = self._unit.run(_HELD if hold else _HAS, {"openid": openid, "purpose": purpose}).row
        return row is not None and row[0] >= version

    def end(self, openids: Sequence[str], now: datetime) -> None:
        """Withdraw whatever stands."""
        theirs = update(AgreementRow).where(AgreementRow.openid.in_(openids), AgreementRow.withdrawn_at.is_(None))
        self._unit.execute(theirs.values(withdrawn_at=now))

    def of(self, openids: Sequence[str]) -> list[AgreementRow]:
        """All they ever gave, withdrawn ones too."""
        query = select(AgreementRow).where(AgreementRow.openid.in_(openids))
        return list(self._unit.session.scalars(query.order_by(AgreementRow.purpose, AgreementRow.openid)))


def _of(openid: str, purpose: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return AgreementRow.openid == openid, AgreementRow.purpose == purpose
