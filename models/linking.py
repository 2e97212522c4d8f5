"""One-time words that say who somebody is at another of our doors, kept as keyed hashes.

A link code is eight digits, shown in the mini-program and typed in the chat or the other way round: it makes a follower
and a mini-program user one person. A ticket takes a login from the mini-program into its web-view.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime, exact, lasts
from models.db import Clash, Stale, Unit
from models.seal import Seal
from models.talent import hold

LIFE = timedelta(minutes=10)
TICKET_LIFE = timedelta(seconds=60)
_DIGITS = 8
Kind = Literal["link", "page"]


class LinkCodeRow(Base):
    __tablename__ = "link_code"
    __table_args__ = exact(Index("ix_link_code_ends_at", "ends_at"), Index("ix_link_code_talent_id", "talent_id"))

    code: Mapped[str] = mapped_column(String(64), primary_key=True)  # Seal.key of the digits; sha256 of a ticket
    kind: Mapped[str] = mapped_column(String(16), default="link")  # link | page
    talent_id: Mapped[int] = mapped_column(ForeignKey("talent.id"))
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class LinkCodes:
    """Verbs on codes; part of the caller's unit."""

    def __init__(self, unit: Unit, seal: Seal) -> None:
        self._unit = unit
        self._seal = seal

    def make(self, talent_id: int, now: datetime) -> str:
        """Eight digits, good for LIFE and once; a person's earlier ones are not good any more. Raises Stale, also when
        they are somebody else by now."""
        hold(self._unit, talent_id)
        mine = (LinkCodeRow.talent_id == talent_id, LinkCodeRow.kind == "link")
        self._unit.execute(delete(LinkCodeRow).where(*mine))
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        try:
            self._add(self._seal.key(code), "link", talent_id, now + LIFE)
        except Clash as error:  # somebody else's; one in a hundred million
            raise Stale from error
        return code

    def whose(self, code: str, now: datetime) -> int | None:
        """As `use`, a look: it stays good, and no lock is taken."""
        row = self._found(self._seal.key(code), "link", now)
        return None if row is None else row.talent_id

    def use(self, code: str, now: datetime) -> int | None:
        """Whose it is, once; None: unknown, used or too old."""
        return self._use(self._seal.key(code), "link", now)

    def make_ticket(self, talent_id: int, now: datetime) -> str:
        """256 random bits, good for TICKET_LIFE and once. Raises Stale when they are somebody else by now."""
        hold(self._unit, talent_id)
        ticket = secrets.token_urlsafe(32)
        self._add(_hashed(ticket), "page", talent_id, now + TICKET_LIFE)
        return ticket

    def is_ticket(self, ticket: str, now: datetime) -> bool:
        """A look; takes no lock."""
        return self._found(_hashed(ticket), "page", now) is not None

    def use_ticket(self, ticket: str, now: datetime) -> int | None:
        return self._use(_hashed(ticket), "page", now)

    def _add(self, key: str, kind: Kind, talent_id: int, ends_at: datetime) -> None:
        values = {"code": key, "kind": kind, "talent_id": talent_id, "ends_at": ends_at}
        self._unit.execute(insert(LinkCodeRow), values)

    def _found(self, key: str, kind: Kind, now: datetime) -> LinkCodeRow | None:
        query = select(LinkCodeRow).where(LinkCodeRow.code == key, LinkCodeRow.kind == kind)
        row = self._unit.session.scalar(query)
        stands = row is not None and row.used_at is None and lasts(row.ends_at, now, LIFE)
        return row if stands else None

    def _use(self, key: str, kind: Kind, now: datetime) -> int | None:
        self._unit.lock()
        self._unit.durable = True
        row = self._found(key, kind, now)
        if row is None:
            return None
        this = update(LinkCodeRow).where(LinkCodeRow.code == key, LinkCodeRow.used_at.is_(None))
        return row.talent_id if self._unit.execute(this.values(used_at=now)).rowcount else None


def _hashed(ticket: str) -> str:
    return hashlib.sha256(f"page {ticket}".encode()).hexdigest()
