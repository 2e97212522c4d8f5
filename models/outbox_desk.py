"""What staff do with what we owe: see how much stands how, have it sent again, have it dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select, update

from models import sending
from models.db import Unit
from models.outbox import AT_ONCE, COLUMNS, OPEN, OutboxRow, Row, fallen

_FAILED = and_(OutboxRow.state == "dead", ~OutboxRow.dropped)


def resend(unit: Unit, ids: Sequence[int], now: datetime) -> int:
    """Send them again, whatever became of them; not what a worker has. A long text goes on where it stopped, unless it
    was out whole."""
    unit.lock()
    unit.durable = True
    return sum(_resend(unit, ids[at : at + AT_ONCE], now) for at in range(0, len(ids), AT_ONCE))


def _resend(unit: Unit, ids: Sequence[int], now: datetime) -> int:
    again = update(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state != "leased")
    free = select(OutboxRow.id).where(OutboxRow.id.in_(ids), OutboxRow.state != "leased")
    sending.forgive(unit, list(unit.execute(free.with_for_update()).scalars()))
    unit.execute(again.where(OutboxRow.state == "sent").values(part=0, said=0))
    values: dict[str, Any] = {"state": "due", "due_at": now, "tries": 0, "until": None, "sent_at": None, "way": ""}
    values |= {"dropped": False}
    return int(unit.execute(again.values({**values, "reason": "人工重发"})).rowcount)


def dead_since(unit: Unit, moment: datetime) -> list[int]:
    """Ids of rows that could not be sent and were owed at that time or later; not what was taken back or is not true
    any more."""
    query = select(OutboxRow.id).where(_FAILED, OutboxRow.created_at >= moment)
    return list(unit.execute(query.order_by(OutboxRow.id)).scalars())


def failed(unit: Unit, limit: int) -> list[Row]:
    """What could not be sent, the newest first."""
    query = select(*COLUMNS).where(_FAILED).order_by(OutboxRow.id.desc()).limit(limit)
    return [Row(*row) for row in unit.execute(query)]


def drop(unit: Unit, number: int, reason: str) -> bool:
    """It is not sent any more. False: it is over, or a worker has it."""
    unit.lock()
    unit.durable = True
    gone = update(OutboxRow).where(OutboxRow.id == number, OPEN)
    return bool(unit.execute(gone.values(fallen(reason))).rowcount)


def hurry(unit: Unit, now: datetime) -> int:
    """What was put off is due at once; not what may have arrived already. Returns how many."""
    unit.lock()
    unit.durable = True
    put_off = (OutboxRow.state == "due", OutboxRow.due_at > now, OutboxRow.reason != "", OutboxRow.way == "")
    return int(unit.execute(update(OutboxRow).where(*put_off).values(due_at=now)).rowcount)


class Count(NamedTuple):
    """`state`: as of a row, and `dropped` of a dead one that nobody wants sent any more."""

    state: str
    way: str
    reason: str
    rows: int
    oldest: datetime


def counts(unit: Unit) -> list[Count]:
    """How many rows stand how, by way and reason."""
    state = case((and_(OutboxRow.state == "dead", OutboxRow.dropped), "dropped"), else_=OutboxRow.state)
    by = (state, OutboxRow.way, OutboxRow.reason)
    query = select(*by, func.count(), func.min(OutboxRow.due_at)).group_by(*by).order_by(*by)
    return [Count(*row) for row in unit.execute(query)]
