"""A ticket (工单): what a talent wants a person to answer, and everything that happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact

State = Literal["new", "withdrawn"]
# From each state, where a ticket may go. 待受理 -> 已撤销; the desk's own moves join this table with the console.
MOVES: dict[str, frozenset[str]] = {"new": frozenset({"withdrawn"}), "withdrawn": frozenset()}
STATE_NAMES = {"new": "待受理", "withdrawn": "已撤销"}


class Ticket(Base):
    __tablename__ = "ticket"
    __table_args__ = exact(Index("ix_ticket_openid_id", "openid", "id"), Index("ix_ticket_state_id", "state", "id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)  # T20261122-0007
    openid: Mapped[str] = mapped_column(OpenId)
    kind: Mapped[str] = mapped_column(String(16))  # question | help | complaint | suggestion | unpaid | agency
    topic: Mapped[str] = mapped_column(String(32), default="")
    subject: Mapped[str] = mapped_column(String(190))
    detail: Mapped[str] = mapped_column(Text)
    tried: Mapped[str] = mapped_column(Text, default="")  # what the bot offered before: entry ids and scores, JSON
    contact: Mapped[str] = mapped_column(Text, default="")  # sealed; empty: the person would rather not say
    state: Mapped[str] = mapped_column(String(16), default="new")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]


class TicketEvent(Base):
    __tablename__ = "ticket_event"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(String(64))  # talent | bot | a staff account
    kind: Mapped[str] = mapped_column(String(16))  # opened | added | attached | withdrawn
    body: Mapped[str] = mapped_column(Text, default="")
    media: Mapped[str] = mapped_column(String(190), default="")  # "image:<media_id>": a reference, fetched later


class Counter(Base):
    """Numbers without gaps: the row is locked until the ticket that took its number is committed."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int]
