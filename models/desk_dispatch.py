"""Who is to answer a ticket: accepting, dispatching, sending back, claiming, more time. Times are aware."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, exists, select

from models.access import AT_THE_DESK, Actor, require
from models.desk import BadMove, Desk
from models.history import facts
from models.moves import OPEN
from models.staff import Staff
from models.ticket import HOTLINE, UNKNOWN, Ticket, TicketEvent

DESIGNATED_AT = 3  # the third dispatch is the supervisor's (Tianjin's rule: else it goes round for ever)
COLOURS = ("yellow", "red")


class TooLate(BadMove):
    """The time within which it could be done is over. Of sending back: silence means that it is theirs."""

    def __init__(self, why: str = "已经过了可以退回的时限") -> None:
        super().__init__(why, why)


class Taken(BadMove):
    """A colleague has it. `by`: their staff id."""

    def __init__(self, state_name: str, by: int) -> None:
        super().__init__(state_name, "同事已经认领了")
        self.by = by


class Blamed(BadMove):
    """A 整改 ticket is not for whom the low rating was."""

    def __init__(self, state_name: str) -> None:
        super().__init__(state_name, "这是对您那份答复的整改，要换一位同事办；确实要您办，请组长指派")


class Dispatch(Desk):
    """All verbs take a ticket from `hold`. `why` is what the event says; where it has no default it may not be empty
    (BadMove)."""

    def accept(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        """受理: the hotline answers it itself; who has claimed it keeps it."""
        return self._do(ticket, "accept", by.key, now, public=True, unit=HOTLINE, **self._kept_by(ticket, by, now))

    def dispatch(
        self, ticket: Ticket, by: Actor, unit: str, *, helpers: Sequence[str] = (), why: str = "", now: datetime
    ) -> TicketEvent:
        """转办 to a unit, 协办 to others. The third time only a supervisor may, by `designate`: raises BadMove."""
        if ticket.dispatches + 1 >= DESIGNATED_AT:
            raise BadMove(ticket.state_name, f"已经转办 {ticket.dispatches} 次，要由督办员指定承办")
        return self._send(ticket, "dispatch", by, unit, helpers, why, now)

    def designate(
        self, ticket: Ticket, by: Actor, unit: str, *, helpers: Sequence[str] = (), why: str = "", now: datetime
    ) -> TicketEvent:
        """指定承办, from the third dispatch on: it cannot be sent back any more."""
        require(by, "designate")
        if ticket.dispatches + 1 < DESIGNATED_AT:
            raise BadMove(ticket.state_name, f"转办满 {DESIGNATED_AT - 1} 次才指定承办")
        return self._send(ticket, "designate", by, unit, helpers, why, now, designated=True)

    def sign(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        """签收; who has claimed it keeps it."""
        return self._do(ticket, "sign", by.key, now, public=True, **self._kept_by(ticket, by, now))

    def send_back(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        """退回 to the hotline. Raises BadMove when it was designated or is the hotline's, TooLate."""
        if ticket.designated or ticket.unit == HOTLINE:
            raise BadMove(ticket.state_name, "指定承办的不能退回" if ticket.designated else "热线自己办理的不能退回")
        self._reason(ticket, why)
        sent = [each.at for each in self.events(ticket) if each.kind in ("dispatch", "designate")]
        until = self._deadlines.send_back_until(sent[-1]) if sent else None
        if until is not None and now > until:
            raise TooLate
        values: dict[str, Any] = {"unit": HOTLINE, "helpers": "", "assignee": None, "assigned_at": None}
        return self._do(ticket, "send_back", by.key, now, body=why, data={"unit": ticket.unit}, **values)

    def claim(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        """Take it from the pool; raises Taken when a colleague has it, Blamed."""
        self._open_still(ticket)
        if ticket.assignee == by.id:
            raise BadMove(ticket.state_name, "已经是您的了")
        if ticket.assignee is not None:
            raise Taken(ticket.state_name, ticket.assignee)
        self._not_blamed(ticket, by.id)
        return self._assign(ticket, "claim", by.key, by.id, now)

    def assign(self, ticket: Ticket, by: Actor, to: int, *, now: datetime) -> TicketEvent:
        """To a colleague of the unit that answers it, or a supervisor; raises BadMove for anybody else, Blamed when an
        agent gives a 整改 ticket to whoever was rated low."""
        self._open_still(ticket)
        staff = self._session.get(Staff, to)
        if staff is None or staff.disabled or staff.role not in AT_THE_DESK:
            raise BadMove(ticket.state_name, "这位同事现在不办工单")
        if staff.unit != ticket.unit and staff.role != "supervisor":
            raise BadMove(ticket.state_name, "这位同事不在承办单位，办不了")
        if to == ticket.assignee:
            raise BadMove(ticket.state_name, "已经是这位同事的了")
        if by.role == "agent":
            self._not_blamed(ticket, to)
        return self._assign(ticket, "assign", by.key, to, now)

    def give(self, ticket: Ticket, to: int, *, now: datetime) -> TicketEvent:
        """By turns (models/turns.py); raises Taken, Blamed."""
        if ticket.assignee is not None:
            raise Taken(ticket.state_name, ticket.assignee)
        self._not_blamed(ticket, to)
        return self._assign(ticket, "assign", "clock", to, now)

    def release(self, ticket: Ticket, by: str, *, why: str = "", now: datetime) -> TicketEvent:
        """Back to the pool. `by`: an Actor's key, or "clock" when it was left lying."""
        self._open_still(ticket)
        if ticket.assignee is None:
            raise BadMove(ticket.state_name, "本来就没有人认领")
        return self._do(
            ticket, "release", by, now, body=why, data={"was": ticket.assignee}, assignee=None, assigned_at=None
        )

    def ask_extension(self, ticket: Ticket, by: Actor, days: int, why: str, *, now: datetime) -> TicketEvent:
        """申请延期, in working days: only before it is due, and not for more than the rules give at once (BadMove)."""
        self._reason(ticket, why)
        if ticket.resolve_due is not None and now > ticket.resolve_due:
            raise BadMove(ticket.state_name, "已经超期，不能再申请延期")
        self._not_too_long(ticket, days)
        return self._do(ticket, "ask_extension", by.key, now, body=why, data={"days": days})

    def grant(self, ticket: Ticket, by: Actor, days: int, *, why: str = "", now: datetime) -> TicketEvent:
        """同意延期, for as many days as the supervisor thinks right; its card is the one it has then."""
        require(by, "grant")
        self._not_too_long(ticket, days)
        events = self.events(ticket)
        then = facts(ticket, events)
        card = self._card(ticket, events, then._replace(extra_days=then.extra_days + days), now)
        return self._do(ticket, "grant", by.key, now, body=why, public=True, data={"days": days}, card=card)

    def deny(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        require(by, "deny")
        self._reason(ticket, why)
        return self._do(ticket, "deny", by.key, now, body=why)

    def supervise(self, ticket: Ticket, by: Actor, on: bool, *, why: str = "", now: datetime) -> TicketEvent:
        """督办, a flag."""
        require(by, "supervise")
        self._open_still(ticket)
        if ticket.supervised == on:
            raise BadMove(ticket.state_name, "已经在督办了" if on else "本来就没有督办")
        return self._do(ticket, "supervise", by.key, now, body=why, data={"on": on}, supervised=on)

    def refuse(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        """不予受理; `why` tells the talent the lawful way to go instead."""
        self._reason(ticket, why)
        return self._do(ticket, "refuse", by.key, now, body=why, public=True)

    def card(self, ticket: Ticket, colour: str, *, now: datetime) -> TicketEvent:
        """黄牌 or 红牌; the clock gives it. Raises BadMove for one it has, and for a yellow one after a red one."""
        if ticket.state not in OPEN or colour not in COLOURS or ticket.card in (colour, "red"):
            raise BadMove(ticket.state_name)
        missed = _missed(ticket, now) if colour == "red" else ["resolve"]  # a yellow one is only given for the end
        return self._do(ticket, "card", "clock", now, data={"card": colour, "missed": missed}, card=colour)

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
        if UNKNOWN in (unit, *helpers):
            raise BadMove(ticket.state_name, "没有这个单位")
        if unit == HOTLINE or (unit == ticket.unit and verb == "dispatch"):
            raise BadMove(ticket.state_name, "要转给另一个单位")
        others = [each for each in dict.fromkeys(helpers) if each not in (unit, HOTLINE)]
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

    def _kept_by(self, ticket: Ticket, by: Actor, now: datetime) -> dict[str, Any]:
        if ticket.assignee is not None:
            return {}
        self._not_blamed(ticket, by.id)
        return {"assignee": by.id, "assigned_at": now}

    def _not_blamed(self, ticket: Ticket, staff_id: int) -> None:
        if ticket.kind == "rectify" and self._session.scalar(select(answered(f"staff:{staff_id}", ticket.follows))):
            raise Blamed(ticket.state_name)

    def _reason(self, ticket: Ticket, why: str) -> None:
        if not why.strip():
            raise BadMove(ticket.state_name, "要写明原因")

    def _not_too_long(self, ticket: Ticket, days: int) -> None:
        most = self._deadlines.longest_extension()
        if not 1 <= days <= most:
            raise BadMove(ticket.state_name, f"一次最多延 {most} 个工作日")


def answered(actor: str, ticket_id: Any) -> Exists:
    """Whether this actor answered that ticket (an id, or a column of such)."""
    return exists().where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == "answer", TicketEvent.actor == actor)


def _missed(ticket: Ticket, now: datetime) -> list[str]:
    """Which promises are broken: accept, first, resolve."""
    ends = {"accept": ticket.accept_due, "first": ticket.first_due, "resolve": ticket.resolve_due}
    return [name for name, end in ends.items() if end is not None and end <= now]
