"""Who is to answer a ticket: accepting, dispatching, sending back, claiming, more time. Times are aware."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from models.access import Actor, require
from models.desk import BadMove, Desk
from models.moves import STATE_NAMES
from models.ticket import HOTLINE, Ticket, TicketEvent

DESIGNATED_AT = 3  # the third dispatch is the supervisor's (研究: Tianjin's draft rule, design notes of the field)


class TooLate(Exception):
    """The time within which it could be sent back is over; silence means that it is theirs."""


class Taken(Exception):
    """Somebody has it: `name` of the state or the staff id as text."""


class Dispatch(Desk):
    """All verbs take a ticket from `hold`. `why` and `words` are what the event says to colleagues."""

    def accept(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        """受理: the hotline answers it itself."""
        return self._do(ticket, "accept", by.key, now, public=True, unit=HOTLINE, assignee=by.id, assigned_at=now)

    def dispatch(
        self, ticket: Ticket, by: Actor, unit: str, *, helpers: Sequence[str] = (), why: str = "", now: datetime
    ) -> TicketEvent:
        """转办 to a unit, 协办 to others. The third time only a supervisor may, by `designate`: raises BadMove."""
        if ticket.dispatches + 1 >= DESIGNATED_AT:
            raise BadMove(f"{ticket.state_name}，已转办 {ticket.dispatches} 次，要由督办员指定承办")
        return self._send(ticket, "dispatch", by, unit, helpers, why, now)

    def designate(
        self, ticket: Ticket, by: Actor, unit: str, *, helpers: Sequence[str] = (), why: str = "", now: datetime
    ) -> TicketEvent:
        """指定承办: it cannot be sent back any more."""
        require(by, "designate")
        return self._send(ticket, "designate", by, unit, helpers, why, now, designated=True)

    def sign(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        return self._do(ticket, "sign", by.key, now, public=True, assignee=by.id, assigned_at=now)

    def send_back(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        """退回 to the hotline, with the reason. Raises BadMove when it was designated or is the hotline's, TooLate."""
        if ticket.designated or ticket.unit == HOTLINE:
            raise BadMove("指定承办，不能退回" if ticket.designated else "热线自己办理，不能退回")
        sent = next(each for each in reversed(self.events(ticket)) if each.kind in ("dispatch", "designate"))
        until = self._deadlines.send_back_until(sent.at)
        if until is not None and now > until:
            raise TooLate
        return self._do(ticket, "send_back", by.key, now, body=why, assignee=None, unit=HOTLINE)

    def claim(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        """Take it from the pool; raises Taken when a colleague has it."""
        self._open_still(ticket)
        if ticket.assignee is not None and ticket.assignee != by.id:
            raise Taken(str(ticket.assignee))
        return self._assign(ticket, "claim", by.key, by.id, now)

    def assign(self, ticket: Ticket, by: Actor, to: int, *, now: datetime) -> TicketEvent:
        """To a colleague, who must be able to see it: the caller has looked."""
        self._open_still(ticket)
        return self._assign(ticket, "assign", by.key, to, now)

    def give(self, ticket: Ticket, to: int, *, now: datetime) -> TicketEvent:
        """By turns (models/turns.py); raises Taken."""
        if ticket.assignee is not None:
            raise Taken(str(ticket.assignee))
        return self._assign(ticket, "assign", "clock", to, now)

    def release(self, ticket: Ticket, by: str, *, why: str = "", now: datetime) -> TicketEvent:
        """Back to the pool. `by`: an Actor's key, or "clock" when it was left lying."""
        return self._do(ticket, "release", by, now, body=why, assignee=None, assigned_at=None)

    def ask_extension(self, ticket: Ticket, by: Actor, days: int, why: str, *, now: datetime) -> TicketEvent:
        """申请延期, in working days; only before it is due (BadMove)."""
        if ticket.resolve_due is not None and now > ticket.resolve_due:
            raise BadMove(f"{STATE_NAMES[ticket.state]}，已经超期，不能再申请延期")
        return self._do(ticket, "ask_extension", by.key, now, body=why, data={"days": days})

    def grant(self, ticket: Ticket, by: Actor, days: int, *, why: str = "", now: datetime) -> TicketEvent:
        require(by, "grant")
        return self._do(ticket, "grant", by.key, now, body=why, public=True, data={"days": days})

    def deny(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        require(by, "deny")
        return self._do(ticket, "deny", by.key, now, body=why)

    def supervise(self, ticket: Ticket, by: Actor, on: bool, *, why: str = "", now: datetime) -> TicketEvent:
        """督办, a flag."""
        require(by, "supervise")
        return self._do(ticket, "supervise", by.key, now, body=why, data={"on": on}, supervised=on)

    def refuse(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        """不予受理; `why` tells the talent the lawful way to go instead."""
        return self._do(ticket, "refuse", by.key, now, body=why, public=True)

    def card(self, ticket: Ticket, colour: str, *, now: datetime) -> TicketEvent:
        """黄牌 or 红牌; the clock gives it."""
        return self._do(ticket, "card", "clock", now, data={"card": colour}, card=colour)

    def _send(
        self,
        ticket: Ticket,
        verb: str,
        by: Actor,
        unit: str,
        helpers: Sequence[str],
        why: str,
        now: datetime,
        *,
        designated: bool = False,
    ) -> TicketEvent:
        others = [each for each in dict.fromkeys(helpers) if each != unit]
        return self._do(
            ticket,
            verb,
            by.key,
            now,
            body=why,
            public=True,
            data={"unit": unit, "helpers": others},
            unit=unit,
            helpers=f" {' '.join(others)} " if others else "",
            assignee=None,
            assigned_at=None,
            dispatches=ticket.dispatches + 1,
            designated=designated,
        )

    def _assign(self, ticket: Ticket, verb: str, by: str, to: int, now: datetime) -> TicketEvent:
        data = {"to": to, "was": ticket.assignee}
        return self._do(ticket, verb, by, now, data=data, assignee=to, assigned_at=now)
