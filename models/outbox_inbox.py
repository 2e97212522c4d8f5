"""What we told a person, for them to read again on a page: the notices of models/outbox.py, whatever way they took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, or_, select

from models.base import UtcTime
from models.db import Unit
from models.outbox import COLUMNS, OutboxRow, Row
from models.ticket import Ticket, TicketEvent

_HELD = and_(OutboxRow.reason == "", OutboxRow.due_at > OutboxRow.created_at)  # a later try has a reason
_FROM = case((_HELD, OutboxRow.due_at), else_=OutboxRow.created_at)


def readable(row: Row) -> datetime:
    """From when on it could be read: not while it was held back."""
    return row.due_at if not row.reason and row.due_at > row.created_at else row.created_at


def told(
    unit: Unit, openids: Sequence[str], kinds: Sequence[str], now: datetime, *, before: int | None = None, limit: int
) -> list[Row]:
    """Newest first; `kinds`: empty for all; `before`: owed before the row of that id."""
    given: dict[str, object] = {"openids": list(openids), "now": now, "before": before or _NEWEST, "most": limit}
    given |= {"kinds": list(kinds)} if kinds else {}
    return [Row(*row) for row in unit.execute(_ALL if not kinds else _TOLD, given)]


def count_since(unit: Unit, openids: Sequence[str], kinds: Sequence[str], now: datetime, since: datetime) -> int:
    given = {"openids": list(openids), "kinds": list(kinds), "now": now, "since": since}
    return int(unit.execute(_COUNT, given).scalar_one())


class Happened(NamedTuple):
    """An event of the ticket of that number. `seen`: its talent has seen it on a page."""

    ticket: str
    seen: bool


def tickets_of(unit: Unit, events: Sequence[int]) -> dict[int, Happened]:
    """By event."""
    if not events:
        return {}
    query = select(TicketEvent.id, Ticket.number, Ticket.seen).join(Ticket, Ticket.id == TicketEvent.ticket_id)
    found = unit.execute(query.where(TicketEvent.id.in_(events)))
    return {event: Happened(number, event <= seen) for event, number, seen in found}


def _told() -> ColumnElement[bool]:
    """Not what is still held back, so that it can be taken back, nor what was dropped; what could not be sent, too."""
    now = bindparam("now", type_=UtcTime)
    state, useful = OutboxRow.state, or_(OutboxRow.until.is_(None), OutboxRow.until > now)
    due = and_(state == "due", or_(OutboxRow.due_at <= now, OutboxRow.reason != ""))
    open_ = and_(or_(due, state.in_(("leased", "waiting"))), useful)
    over = or_(state == "sent", and_(state == "dead", ~OutboxRow.dropped))
    return and_(OutboxRow.openid.in_(bindparam("openids", expanding=True)), or_(open_, over))


# Built once: that costs more than a small database takes to answer them.
_NEWEST = 2**62  # before it come all
_KINDS = OutboxRow.kind.in_(bindparam("kinds", expanding=True))
_ALL = (
    select(*COLUMNS)
    .where(_told(), OutboxRow.id < bindparam("before"))
    .order_by(OutboxRow.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_TOLD = _ALL.where(_KINDS)
_COUNT = select(func.count()).where(_told(), _KINDS, bindparam("since", type_=UtcTime) < _FROM)
