"""What staff do with what we owe: see how much stands how, have it sent again, have it dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from models import sending
from models.db import Unit
from models.outbox import AT_ONCE, OPEN, OutboxRow, fallen


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
    """Ids of rows that died and were owed at that time or later."""
    query = select(OutboxRow.id).where(OutboxRow.state == "dead", OutboxRow.created_at >= moment)
    return list(unit.execute(query.order_by(OutboxRow.id)).scalars())


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
    state: str
    way: str
    reason: str
    rows: int
    oldest: datetime


def counts(unit: Unit) -> list[Count]:
    """How many rows stand how, by way and reason."""
    by = (OutboxRow.state, OutboxRow.way, OutboxRow.reason)
    query = select(*by, func.count(), func.min(OutboxRow.due_at)).group_by(*by).order_by(*by)
    return [Count(*row) for row in unit.execute(query)]
