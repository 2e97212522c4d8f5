"""What we owe people. A row is written in the transaction that causes it; it ends sent, or dead with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Unit

# due: to be sent from due_at on. leased: a worker has it until lease_until. waiting: no way is open; it goes out when
# the person writes again. sent, dead: over, `reason` says how or why.
State = Literal["due", "leased", "sent", "waiting", "dead"]


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = exact(
        Index("ix_outbox_openid_state", "openid", "state"), Index("ix_outbox_state_due_at", "state", "due_at")
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(16), default="service")  # service | miniapp: whose openid it is
    openid: Mapped[str] = mapped_column(OpenId)
    kind: Mapped[str] = mapped_column(String(32))  # reply: body is a dumped Reply; else a notice's name, body its data
    body: Mapped[str] = mapped_column(Text)
    dedup: Mapped[str] = mapped_column(String(190), unique=True)  # one cause is owed one row
    state: Mapped[str] = mapped_column(String(16), default="due")
    reason: Mapped[str] = mapped_column(String(190), default="")
    way: Mapped[str] = mapped_column(String(16), default="")  # how it went: service | subscription | template | passive
    tries: Mapped[int] = mapped_column(default=0)
    part: Mapped[int] = mapped_column(default=0)  # parts of a long text that are out already
    worker: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime | None] = mapped_column(UtcTime)  # of no use any more afterwards
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SendingRow(Base):
    """One call to WeChat for one part of an outbox row, written before the call is made: the ledger of what was used.

    `outcome`: "" under way (or its worker died), ok, unsure (no answer came), else WeChat's errcode.
    """

    __tablename__ = "sending"
    __table_args__ = exact(Index("ix_sending_openid_at", "openid", "at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    outbox_id: Mapped[int] = mapped_column(RowId, index=True)
    part: Mapped[int]
    openid: Mapped[str] = mapped_column(OpenId)
    way: Mapped[str] = mapped_column(String(16))
    template: Mapped[str] = mapped_column(String(64), default="")
    msgid: Mapped[str] = mapped_column(String(32), default="", index=True)  # WeChat's, of templates
    outcome: Mapped[str] = mapped_column(String(16), default="")
    at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Owed:
    id: int
    kind: str
    body: str


def add(
    unit: Unit,
    openid: str,
    kind: str,
    body: str,
    *,
    dedup: str,
    now: datetime,
    account: str = "service",
    due_at: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Owe `body` to a person from `due_at` (now) on, until `until`. Raises Clash when `dedup` is owed already."""
    unit.durable = True
    values: dict[str, object] = {"account": account, "openid": openid, "kind": kind, "body": body, "dedup": dedup}
    values |= {"state": "due", "due_at": due_at or now, "until": until, "created_at": now}
    values |= {"reason": "", "way": "", "tries": 0, "part": 0, "worker": "", "lease_until": None, "sent_at": None}
    unit.execute(insert(OutboxRow), values)


def due(unit: Unit, openid: str) -> list[Owed]:
    query = select(OutboxRow.id, OutboxRow.kind, OutboxRow.body)
    query = query.where(OutboxRow.openid == openid, OutboxRow.state == "due").order_by(OutboxRow.id)
    return [Owed(row.id, row.kind, row.body) for row in unit.execute(query)]


def mark_sent(unit: Unit, ids: list[int], *, reason: str, now: datetime) -> None:
    values = {"state": "sent", "reason": reason, "sent_at": now}
    unit.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(values))
