"""What we owe people. A row is written in the transaction that causes it; it ends sent, or dead with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Unit


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = exact(Index("ix_outbox_openid_state", "openid", "state"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    openid: Mapped[str] = mapped_column(OpenId)
    kind: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    dedup: Mapped[str] = mapped_column(String(190), unique=True)  # one cause is owed one row
    state: Mapped[str] = mapped_column(String(16), default="due")
    reason: Mapped[str] = mapped_column(String(190), default="")
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Owed:
    id: int
    kind: str
    body: str


def add(unit: Unit, openid: str, kind: str, body: str, *, dedup: str, now: datetime) -> None:
    """Owe `body` (a dumped reply) to a person from `now` on."""
    unit.durable = True
    values = {"openid": openid, "kind": kind, "body": body, "dedup": dedup, "state": "due", "reason": ""}
    unit.execute(insert(OutboxRow), {**values, "due_at": now, "created_at": now, "sent_at": None})


def due(unit: Unit, openid: str) -> list[Owed]:
    query = select(OutboxRow.id, OutboxRow.kind, OutboxRow.body)
    query = query.where(OutboxRow.openid == openid, OutboxRow.state == "due").order_by(OutboxRow.id)
    return [Owed(row.id, row.kind, row.body) for row in unit.execute(query)]


def mark_sent(unit: Unit, ids: list[int], *, reason: str, now: datetime) -> None:
    values = {"state": "sent", "reason": reason, "sent_at": now}
    unit.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(values))
