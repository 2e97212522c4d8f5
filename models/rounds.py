"""What the clock looks for at the desk: tickets a card is due for, those to be rated or closed, and all open ones in
their order. Each look is one indexed query; who acts on a ticket holds it first and looks again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from models.db import Unit
from models.moves import OPEN
from models.ticket import Ticket, TicketEvent


class Answered(NamedTuple):
    """`event`: of the final answer, the one that stands."""

    id: int
    openid: str
    event: int


class Rounds:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def hold(self, number: int) -> Ticket | None:
        """The ticket of that id, its row locked until the unit ends; None when somebody has it just now."""
        self._unit.lock()
        query = select(Ticket).where(Ticket.id == number).with_for_update(skip_locked=True)
        found: Ticket | None = self._session.scalar(query.execution_options(populate_existing=True))
        return found

    def cards(self, now: datetime, limit: int) -> list[int]:
        """Ids of those that want a card, the longest overdue first."""
        red, yellow = _wants_red(now), _wants_yellow(now)
        ids = self._ids(select(Ticket.id).where(red).order_by(Ticket.next_due).limit(limit))
        more = select(Ticket.id).where(yellow).order_by(Ticket.yellow_at).limit(limit)
        return list(dict.fromkeys([*ids, *self._ids(more)]))

    def open_after(self, number: int, limit: int) -> list[int]:
        """Ids above `number` of tickets that are not answered yet."""
        query = select(Ticket.id).where(Ticket.id > number, Ticket.state.in_(OPEN))
        return self._ids(query.order_by(Ticket.id).limit(limit))

    def answered(self, number: int, limit: int) -> list[Answered]:
        """Of ids above `number`: 已答复, so nobody has been asked to rate it yet."""
        last = func.max(TicketEvent.id)
        query = select(Ticket.id, Ticket.openid, last).join(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        query = query.where(Ticket.state == "answered", TicketEvent.kind == "answer", Ticket.id > number)
        query = query.group_by(Ticket.id, Ticket.openid).order_by(Ticket.id).limit(limit)
        return [Answered(*row) for row in self._unit.execute(query)]

    def replied(self, number: int, limit: int) -> list[Answered]:
        """Of ids above `number`: those that wait for the talent, with the reply they wait for an answer to."""
        failed = func.max(case((TicketEvent.kind == "failed", TicketEvent.id), else_=0))
        last = func.max(case((TicketEvent.kind != "failed", TicketEvent.id), else_=0))
        query = select(Ticket.id, Ticket.openid, last).join(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        kinds = TicketEvent.kind.in_(("answer", "ask", "failed"))
        query = query.where(Ticket.state.in_(("answered", "waiting")), Ticket.openid != "", kinds, Ticket.id > number)
        query = query.group_by(Ticket.id, Ticket.openid).having(last > failed).order_by(Ticket.id).limit(limit)
        return [Answered(*row) for row in self._unit.execute(query)]

    def unrated(self, before: datetime, limit: int) -> list[int]:
        """待评价 since before, and asked but once."""
        asked = and_(Ticket.state == "rating", Ticket.invitations == 1, Ticket.invited_at <= before)
        return self._ids(select(Ticket.id).where(asked).order_by(Ticket.id).limit(limit))

    def to_close(self, resolved: datetime, invited: datetime, limit: int) -> list[int]:
        """Answered before `resolved`, and last asked to rate before `invited`. Who is not on WeChat cannot be
        asked, nor whom the answer did not reach: they have been rung up."""
        asked = and_(Ticket.state == "rating", Ticket.invited_at <= invited)
        lost = select(TicketEvent.ticket_id).where(TicketEvent.ticket_id == Ticket.id, TicketEvent.kind == "failed")
        rung_up = and_(Ticket.callback_at.is_(None), lost.exists())
        never = and_(Ticket.state == "answered", or_(Ticket.openid == "", rung_up))
        query = select(Ticket.id).where(or_(asked, never), Ticket.resolved_at <= resolved)
        return self._ids(query.order_by(Ticket.id).limit(limit))

    def _ids(self, query: Select[int]) -> list[int]:
        return [row.id for row in self._unit.execute(query)]


def card_of(ticket: Ticket, now: datetime) -> str:
    """The card it has to be given now: yellow, red or none ("")."""
    if ticket.card != "red" and ticket.next_due is not None and ticket.next_due <= now:
        return "red"
    return "yellow" if not ticket.card and ticket.yellow_at is not None and ticket.yellow_at <= now else ""


def _wants_red(now: datetime) -> ColumnElement[bool]:
    return and_(Ticket.next_due <= now, Ticket.card != "red")


def _wants_yellow(now: datetime) -> ColumnElement[bool]:
    return and_(Ticket.yellow_at <= now, Ticket.card == "")
