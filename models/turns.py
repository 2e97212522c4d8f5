"""Whose turn it is: taking the next ticket, giving tickets out by load, and back to the pool what lies untouched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from models.access import Actor, visible
from models.db import Unit
from models.desk_dispatch import Dispatch, answered
from models.moves import OPEN
from models.staff import Staff, StaffSession
from models.ticket import Ticket
from models.views import POOL

_AT_TURNS = ("agent", "lead")


class Turns:
    """Part of the caller's unit; `desk` is of the same unit and does what is decided here."""

    def __init__(self, unit: Unit, desk: Dispatch) -> None:
        self._unit = unit
        self._session = unit.session
        self._desk = desk

    def take_next(self, actor: Actor, now: datetime) -> Ticket | None:
        """The ticket of the actor's unit that is due first becomes theirs; None: the pool is empty. Nobody else gets
        the same, and nobody waits for one that somebody else is taking."""
        ours = or_(Ticket.kind != "rectify", ~answered(actor.key, Ticket.follows))
        ticket = self._first(Ticket.unit == actor.unit, visible(actor), ours)
        if ticket is not None:
            self._desk.claim(ticket, actor, now=now)
        return ticket

    def give_out(self, now: datetime, *, here_since: datetime | None = None) -> Ticket | None:
        """One ticket of the pool to whoever of its unit has the fewest open ones, among equals who got none for the
        longest; None: nothing to give, or nobody to give it to. Call it, a transaction each, until it gives None.

        整改 is not given out: a lead sees to who puts right what somebody else answered.
        Who is away gets none, nor, with `here_since`, who has not been at the console since then.
        """
        units = select(Staff.unit).where(*self._at_turns(here_since))
        ticket = self._first(Ticket.unit.in_(units), Ticket.confidential.is_(False), Ticket.kind != "rectify")
        if ticket is None:
            return None
        theirs = Ticket.assignee == Staff.id
        load = select(func.count()).where(theirs, Ticket.state.in_(OPEN)).correlate(Staff).scalar_subquery()
        last = select(func.max(Ticket.assigned_at)).where(theirs).correlate(Staff).scalar_subquery()
        who = select(Staff.id).where(Staff.unit == ticket.unit, *self._at_turns(here_since))
        who = who.order_by(load, last.is_not(None), last, Staff.id).limit(1)
        to = self._session.scalar(who)
        if to is None:
            return None
        self._desk.give(ticket, to, now=now)
        return ticket

    def idle(self, before: datetime, now: datetime) -> Ticket | None:
        """A ticket its assignee has left untouched since `before` goes back to the pool; None: there is none. Call it,
        a transaction each, until it gives None."""
        lying = func.coalesce(Ticket.touched_at, Ticket.assigned_at) < before
        query = select(Ticket).where(Ticket.assignee.is_not(None), Ticket.state.in_(POOL), lying)
        query = query.where(Ticket.assigned_at < before).order_by(Ticket.id)
        ticket = self._locked(query)
        if ticket is not None:
            self._desk.release(ticket, "clock", why="认领后一直没有动静", now=now)
        return ticket

    def _at_turns(self, here_since: datetime | None) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [Staff.role.in_(_AT_TURNS), Staff.disabled.is_(False), Staff.away.is_(False)]
        if here_since is not None:
            session = and_(StaffSession.staff_id == Staff.id, StaffSession.ended_at.is_(None))
            found.append(exists().where(session, StaffSession.seen_at >= here_since))
        return found

    def _first(self, *where: ColumnElement[bool]) -> Ticket | None:
        """Of the pool: what is due first, else what is there longest."""
        query = select(Ticket).where(Ticket.assignee.is_(None), Ticket.state.in_(POOL), *where)
        timed = query.where(Ticket.next_due.is_not(None)).order_by(Ticket.next_due, Ticket.id)
        return self._locked(timed) or self._locked(query.where(Ticket.next_due.is_(None)).order_by(Ticket.id))

    def _locked(self, query: Select[Any]) -> Ticket | None:
        self._unit.lock()
        one = query.limit(1).with_for_update(skip_locked=True).execution_options(populate_existing=True)
        found: Ticket | None = self._session.scalar(one)
        return found
