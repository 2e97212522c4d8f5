"""What a POST did is kept under its Idempotency-Key: sent again, it does nothing and is answered the same.

The draft standard: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Index, String, bindparam, insert, select, update
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import Base, UtcTime, exact
from models.db import Clash, Unit
from models.prepared import Prepared


class ReplayRow(Base):
    """`status` 0: begun, and what it does commits by itself (a question); doing it again finds what it did."""

    __tablename__ = "replay"
    __table_args__ = exact(Index("ix_replay_at", "at"))

    who: Mapped[str] = mapped_column(String(64), primary_key=True)  # whose key: talent:<id>, or "" before the login
    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # its sha256, hex
    digest: Mapped[str] = mapped_column(String(64))  # of the method, address and body it came with
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[str] = mapped_column(Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb"))  # sealed
    at: Mapped[datetime] = mapped_column(UtcTime)


_THIS = (ReplayRow.who == bindparam("b_who"), ReplayRow.key == bindparam("b_key"))
_CLAIM = Prepared(insert(ReplayRow), ["who", "key", "digest", "status", "body", "at"])
_KEEP = Prepared(update(ReplayRow).where(*_THIS), ["status", "body"])


class Stored(NamedTuple):
    digest: str
    status: int
    body: str


class Known(Exception):
    """This key has been used; `find` says for what. The unit is to be rolled back first."""


class Replays:
    """Verbs on them; part of the caller's unit, so that an answer is kept if and only if its work is done."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def claim(self, who: str, key: str, digest: str, now: datetime) -> None:
        """Raises Known. Of two at the same moment the second waits until the first has committed, or not."""
        self._unit.lock()
        values = {"who": who, "key": key, "digest": digest, "status": 0, "body": "", "at": now}
        try:
            self._unit.run(_CLAIM, values)
        except Clash as error:
            raise Known from error

    def keep(self, who: str, key: str, status: int, body: str) -> None:
        """`body`: sealed by the caller."""
        self._unit.run(_KEEP, {"b_who": who, "b_key": key, "status": status, "body": body})

    def find(self, who: str, key: str) -> Stored | None:
        query = select(ReplayRow.digest, ReplayRow.status, ReplayRow.body)
        row = self._unit.execute(query.where(ReplayRow.who == who, ReplayRow.key == key)).first()
        return None if row is None else Stored(*row)


def whose(talent_id: int) -> str:
    """`who` of somebody with a login."""
    return f"talent:{talent_id}"


def move(unit: Unit, one: int, into: int) -> None:
    """Two have become one person: what the first did is not done again by the second."""
    mine = select(ReplayRow.key).where(ReplayRow.who == whose(into))
    known = list(unit.execute(mine).scalars())
    these = update(ReplayRow).where(ReplayRow.who == whose(one), ReplayRow.key.not_in(known))
    unit.execute(these.values(who=whose(into)))
