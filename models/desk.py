"""Every verb on a ticket: row and event in the caller's unit. Nobody else changes a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from models import counter
from models.base import OFFICE
from models.db import Stale, Unit
from models.seal import Seal
from models.ticket import MOVES, Ticket, TicketEvent


class NoSuchTicket(Exception):
    """There is no ticket of that number, or it belongs to somebody else."""


class BadMove(Exception):
    """The ticket's state does not allow it. `state_name` is the present one, in the words people see."""

    def __init__(self, state_name: str) -> None:
        super().__init__(state_name)
        self.state_name = state_name


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a talent hands in. `contact` may be empty; `tried` is what the bot offered before, as JSON."""

    subject: str
    detail: str
    kind: str = "question"
    topic: str = ""
    contact: str = ""
    tried: str = ""


class Desk:
    """Works inside `unit`: everything is committed with the message that caused it."""

    def __init__(self, unit: Unit, seal: Seal) -> None:
        self._unit = unit
        self._session = unit.session
        self._seal = seal

    def open(self, openid: str, new: NewTicket, *, now: datetime) -> Ticket:
        self._unit.durable = True
        ticket = Ticket(
            number=self._number(now),
            openid=openid,
            kind=new.kind,
            topic=new.topic,
            subject=new.subject[:190],
            detail=new.detail,
            tried=new.tried,
            contact=self._seal.close(new.contact),
            state="new",
            version=1,
            created_at=now,
            updated_at=now,
        )
        self._session.add(ticket)
        self._session.flush()
        self._note(ticket, "opened", now)
        return ticket

    def add(self, ticket: Ticket, text: str, *, now: datetime) -> None:
        """The talent says more."""
        self._open_still(ticket)
        self._touch(ticket, now)
        self._note(ticket, "added", now, body=text)

    def attach(self, ticket: Ticket, kind: str, media_id: str, *, now: datetime) -> None:
        """A picture, recording or file, by WeChat's reference to it (media_id, kept 3 days by WeChat)."""
        self._open_still(ticket)
        self._touch(ticket, now)
        self._note(ticket, "attached", now, media=f"{kind}:{media_id}"[:190])

    def withdraw(self, ticket: Ticket, *, now: datetime) -> None:
        """Raises BadMove when it is past withdrawing."""
        self._move(ticket, "withdrawn", now)
        self._note(ticket, "withdrawn", now)

    def find(self, openid: str, number: str) -> Ticket:
        """Raises NoSuchTicket, also for other people's tickets: their existence is not told."""
        query = select(Ticket).where(Ticket.number == number, Ticket.openid == openid)
        ticket = self._session.scalar(query)
        if ticket is None:
            raise NoSuchTicket(number)
        return ticket

    def of(self, openid: str, limit: int = 5) -> list[Ticket]:
        """A person's tickets, newest first."""
        query = select(Ticket).where(Ticket.openid == openid).order_by(Ticket.id.desc()).limit(limit)
        return list(self._session.scalars(query))

    def events(self, ticket: Ticket) -> list[TicketEvent]:
        query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
        return list(self._session.scalars(query))

    def contact(self, ticket: Ticket) -> str:
        return self._seal.open(ticket.contact)

    def seal(self, contact: str) -> str:
        """For a contact that has to wait until its ticket is opened."""
        return self._seal.close(contact)

    def unseal(self, sealed: str) -> str:
        return self._seal.open(sealed)

    def _number(self, now: datetime) -> str:
        day = now.astimezone(OFFICE).strftime("%Y%m%d")
        value = counter.take(self._unit, f"ticket:{day}")
        return f"T{day}-{value:04d}"

    def _move(self, ticket: Ticket, to: str, now: datetime) -> None:
        if to not in MOVES[ticket.state]:
            raise BadMove(ticket.state_name)
        self._touch(ticket, now, state=to)

    def _open_still(self, ticket: Ticket) -> None:
        if not MOVES[ticket.state]:
            raise BadMove(ticket.state_name)

    def _touch(self, ticket: Ticket, now: datetime, state: str | None = None) -> None:
        """Compare-and-set on the version: a change made elsewhere since we read it means Stale."""
        self._unit.durable = True
        values = {"state": state or ticket.state, "version": ticket.version + 1, "updated_at": now}
        same = update(Ticket).where(Ticket.id == ticket.id, Ticket.version == ticket.version).values(values)
        if self._unit.execute(same).rowcount != 1:
            raise Stale
        self._session.refresh(ticket)

    def _note(self, ticket: Ticket, kind: str, now: datetime, body: str = "", media: str = "") -> None:
        event = TicketEvent(ticket_id=ticket.id, at=now, actor="talent", kind=kind, body=body, media=media)
        self._session.add(event)
