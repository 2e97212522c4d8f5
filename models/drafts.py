"""What a member of staff keeps at a ticket: drafts, how far they have read, who was called on by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from models.access import Actor, visible
from models.db import Unit
from models.staff import Staff
from models.ticket import Ticket, TicketEvent
from models.workbench import Draft, Mention, Seen

TABS = ("reply", "note", "call")
LONGEST = 8000  # characters of a draft


class Writing(NamedTuple):
    """A draft as colleagues see it."""

    staff_id: int
    name: str
    tab: str
    body: str
    at: datetime


class Called(NamedTuple):
    """Somebody was called on by name in a note."""

    id: int
    number: str
    subject: str
    words: str
    by: str  # the event's actor
    at: datetime
    seen_at: datetime | None


class Drafts:
    """Part of the caller's unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def save(
        self, ticket_id: int, staff_id: int, tab: str, body: str, *, seen: int, cites: Sequence[str] = (), now: datetime
    ) -> None:
        """`cites`: ids of the entries it names. An empty body takes the draft away. Raises Clash when two first ones
        come at once: the next one is soon.
        """
        self._unit.lock()
        if not body.strip():
            self.drop(ticket_id, staff_id, tab)
            return
        named = json.dumps(list(cites)) if cites else ""
        values = {"body": body[:LONGEST], "cites": named, "seen": seen, "updated_at": now}
        mine = (Draft.ticket_id == ticket_id, Draft.staff_id == staff_id, Draft.tab == tab)
        if self._unit.execute(update(Draft).where(*mine).values(values)).rowcount != 1:
            self._unit.execute(insert(Draft), {"ticket_id": ticket_id, "staff_id": staff_id, "tab": tab, **values})

    def drop(self, ticket_id: int, staff_id: int, tab: str) -> None:
        mine = (Draft.ticket_id == ticket_id, Draft.staff_id == staff_id, Draft.tab == tab)
        self._unit.execute(delete(Draft).where(*mine))

    def mine(self, ticket_id: int, staff_id: int) -> dict[str, Draft]:
        """By tab."""
        query = select(Draft).where(Draft.ticket_id == ticket_id, Draft.staff_id == staff_id)
        return {each.tab: each for each in self._session.scalars(query)}

    def others(self, ticket_id: int, staff_id: int, since: datetime) -> list[Writing]:
        """What colleagues have written and not sent, touched since then, newest first."""
        columns = (Staff.id, Staff.name, Draft.tab, Draft.body, Draft.updated_at)
        query = select(*columns).join(Staff, Staff.id == Draft.staff_id)
        query = query.where(Draft.ticket_id == ticket_id, Draft.staff_id != staff_id, Draft.updated_at > since)
        return [Writing(*row) for row in self._unit.execute(query.order_by(Draft.updated_at.desc()))]

    def see(self, ticket: Ticket, staff_id: int, now: datetime, wait: float | None = None) -> bool:
        """They have the ticket on the screen as it is now; who was called on in it has seen that too: True. `wait` as
        of Unit.lock."""
        called = self._open_calls(ticket.id, staff_id)
        if self.has_read(ticket.id, staff_id) >= ticket.last_event and not called:
            return False
        self._unit.lock(wait)
        mine = (Seen.ticket_id == ticket.id, Seen.staff_id == staff_id)
        values = {"event": ticket.last_event, "at": now}
        if self._unit.execute(update(Seen).where(*mine).values(values)).rowcount != 1:
            self._unit.execute(insert(Seen), {"ticket_id": ticket.id, "staff_id": staff_id, **values})
        self._unit.execute(update(Mention).where(*_unseen(ticket.id, staff_id)).values(seen_at=now))
        return called

    def _open_calls(self, ticket_id: int, staff_id: int) -> bool:
        query = select(Mention.id).where(*_unseen(ticket_id, staff_id)).limit(1)
        return self._unit.execute(query).first() is not None

    def has_read(self, ticket_id: int, staff_id: int) -> int:
        """The newest event they have seen, 0 for none."""
        query = select(Seen.event).where(Seen.ticket_id == ticket_id, Seen.staff_id == staff_id)
        return int(self._unit.execute(query).scalar() or 0)

    def call_on(self, event: TicketEvent, staff: Iterable[int], now: datetime) -> None:
        for each in dict.fromkeys(staff):
            self._session.add(Mention(staff_id=each, ticket_id=event.ticket_id, event_id=event.id, at=now))
        self._session.flush()

    def called(self, actor: Actor, limit: int = 50) -> list[Called]:
        """Where this actor was called on, in what they may still see, unread ones first, newest first."""
        columns = (Mention.id, Ticket.number, Ticket.subject, TicketEvent.body, TicketEvent.actor, Mention.at)
        query = select(*columns, Mention.seen_at).join(Ticket, Ticket.id == Mention.ticket_id)
        query = query.join(TicketEvent, TicketEvent.id == Mention.event_id)
        query = query.where(Mention.staff_id == actor.id, visible(actor))
        query = query.order_by(Mention.seen_at.is_not(None), Mention.id.desc())
        return [Called(*row) for row in self._unit.execute(query.limit(limit))]

    def calls(self, actor: Actor) -> int:
        """How many of those are unread."""
        query = select(func.count()).select_from(Mention).join(Ticket, Ticket.id == Mention.ticket_id)
        query = query.where(Mention.staff_id == actor.id, Mention.seen_at.is_(None), visible(actor))
        return int(self._unit.execute(query).scalar_one())


def called_on(unit: Unit) -> frozenset[int]:
    """Ids of all staff who were called on by name somewhere and have not looked."""
    return frozenset(unit.execute(select(Mention.staff_id).where(Mention.seen_at.is_(None)).distinct()).scalars())


def _unseen(ticket_id: int, staff_id: int) -> tuple[ColumnElement[bool], ...]:
    return Mention.ticket_id == ticket_id, Mention.staff_id == staff_id, Mention.seen_at.is_(None)
