"""Words looked for in what people and the bot said to each other: of people who have a ticket here, and
as far as models/chatlog.py lets the actor read it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from models.access import Actor, visible
from models.chatlog import readable
from models.db import Unit
from models.message import MessageRow
from models.ticket import Ticket


class Heard(NamedTuple):
    """A message, masked as it is kept, and the newest ticket of whoever wrote it that this actor may see."""

    at: datetime
    text: str
    number: str
    subject: str


class Sought:
    """Reads, takes no lock."""

    def __init__(self, unit: Unit, actor: Actor) -> None:
        self._unit = unit
        self._actor = actor

    def messages(self, q: str, limit: int) -> list[Heard]:
        """Newest first."""
        own = select(Ticket.openid, func.max(Ticket.id).label("newest"))
        own = own.where(visible(self._actor), Ticket.openid != "").group_by(Ticket.openid)
        newest = own.subquery()
        query = select(MessageRow.received_at, MessageRow.text, Ticket.number, Ticket.subject)
        query = query.join(newest, newest.c.openid == MessageRow.openid).join(Ticket, Ticket.id == newest.c.newest)
        query = query.where(MessageRow.text.contains(q, autoescape=True), readable(self._actor))
        found = self._unit.execute(query.order_by(MessageRow.id.desc()).limit(limit))
        return [Heard(*row) for row in found]
