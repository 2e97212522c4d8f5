"""What workers do with what we owe: take rows, send, and say what came of it.

A worker holds a row by its lease. Every verb of a worker asks for that lease again, so that one who was away for too
long changes nothing any more. Of one person one row at a time is under way: order holds, and counting is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, select, update
from sqlalchemy.orm import aliased

from models import sending
from models.base import UtcTime, is_over
from models.db import Unit
from models.outbox import COLUMNS, LONGEST, OPEN, OutboxRow, Row, fallen

_TURN = timedelta(seconds=1)  # claim() would give out again at once what waits for the person's other openid
_BUSY = "同一个人还有一条正在发"


def any_due(unit: Unit, now: datetime, lease: timedelta) -> bool:
    """Whether there is anything to claim or to recover; a look, takes no lock."""
    due = and_(OutboxRow.state == "due", OutboxRow.due_at <= now)
    over = and_(OutboxRow.state == "leased", is_over(OutboxRow.lease_until, now, lease))
    return any(unit.execute(select(OutboxRow.id).where(which).limit(1)).first() for which in (due, over))


def _free() -> Any:
    """Built once: that costs more than a small database takes to answer it."""
    other, now = aliased(OutboxRow), bindparam("now", type_=UtcTime)
    theirs = other.openid == OutboxRow.openid
    busy = exists().where(theirs, other.state == "leased")
    older = exists().where(theirs, other.state == "due", other.due_at <= now, other.id < OutboxRow.id)
    # Two questions, not one with an OR: PostgreSQL would read everything that is due for the one.
    query = select(*COLUMNS).where(OutboxRow.state == "due", OutboxRow.due_at <= now, ~busy, ~older)
    query = query.order_by(OutboxRow.due_at, OutboxRow.id).limit(bindparam("most", type_=Integer))
    return query.with_for_update(skip_locked=True)


_FREE = _free()


def claim(unit: Unit, worker: str, limit: int, now: datetime, lease: timedelta) -> list[Row]:
    """Lease up to `limit` due rows, the oldest of their person each, and none of whom somebody has a row already."""
    unit.lock()
    rows = [Row(*row) for row in unit.execute(_FREE, {"now": now, "most": limit})]
    values: dict[str, Any] = {"state": "leased", "worker": worker, "lease_until": now + lease}
    if rows:
        change = update(OutboxRow).where(OutboxRow.id.in_([row.id for row in rows]))
        unit.execute(change.values({**values, "tries": OutboxRow.tries + 1}))
    return [row._replace(state="leased", worker=worker, tries=row.tries + 1) for row in rows]


def recover(unit: Unit, now: datetime, lease: timedelta) -> int:
    """Rows whose worker died or hangs are due again; nobody knows what became of their calls. Returns how many.

    `lease` is what claim gives: what lasts longer was given by a clock that ran ahead.
    """
    unit.lock()
    over = select(OutboxRow.id).where(OutboxRow.state == "leased", is_over(OutboxRow.lease_until, now, lease))
    ids = list(unit.execute(over.with_for_update(skip_locked=True)).scalars())
    if ids:
        values: dict[str, Any] = {"state": "due", "worker": "", "lease_until": None}
        for way, those in sending.lost(unit, ids).items():
            unit.execute(update(OutboxRow).where(OutboxRow.id.in_(those)).values({**values, "way": way}))
        unit.execute(update(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state == "leased").values(values))
    return len(ids)


def hold(unit: Unit, row: Row, now: datetime, lease: timedelta, openids: Sequence[str] = ()) -> Row | None:
    """The row as it is now, its lease renewed; None when it is not ours any more, or another one of the person goes
    first, and it is given back: claims at the same moment may take one each, and claim() looks at one openid.
    `openids`: all of the person's; by default that of the row."""
    unit.lock()
    query = select(*COLUMNS).where(OutboxRow.openid.in_(openids or [row.openid]), OutboxRow.state == "leased")
    held = [Row(*found) for found in unit.execute(query.order_by(OutboxRow.id).with_for_update())]
    mine = next((each for each in held if _lease(each) == _lease(row)), None)
    if mine is None:
        return None
    if first := _first(unit, mine, held):
        wait, why = (_TURN, _BUSY) if any(each.openid != mine.openid for each in first) else (timedelta(0), "")
        later(unit, mine, due_at=now + wait, reason=mine.reason or why, counted=False)
        return None
    unit.execute(update(OutboxRow).where(*_mine(row)).values(lease_until=now + lease))
    return mine


def _first(unit: Unit, mine: Row, held: Sequence[Row]) -> list[Row]:
    """Who goes first of those that are held of a person: the older ones, and whose call is being made."""
    others = [each for each in held if each.id != mine.id]
    calling = sending.under_way(unit, [each.id for each in others]) if others else set()
    return [each for each in others if each.id < mine.id or each.id in calling]


def _lease(row: Row) -> tuple[int, str, int]:
    return row.id, row.worker, row.tries


def progress(unit: Unit, row: Row) -> bool:
    """So many parts and characters are out. This and the verbs below: False when the row is not ours any more."""
    return bool(unit.execute(update(OutboxRow).where(*_mine(row)).values(part=row.part, said=row.said)).rowcount)


def sent(unit: Unit, row: Row, *, way: str, reason: str = "", now: datetime) -> bool:
    return _end(unit, row, {"state": "sent", "way": way, "reason": reason, "sent_at": now})


def later(unit: Unit, row: Row, *, due_at: datetime, reason: str, counted: bool = True, in_doubt: str = "") -> bool:
    """Not `counted`: it was no fault of the row, and takes none of its tries. `in_doubt`: the way of a call that got no
    answer."""
    tries = row.tries if counted else row.tries - 1
    way = in_doubt or row.way
    return _end(unit, row, {"state": "due", "due_at": due_at, "reason": reason, "tries": tries, "way": way})


def waiting(unit: Unit, row: Row, *, reason: str) -> bool:
    """Until the person opens a way. Call talk.owe() before you look whether there is one."""
    return _end(unit, row, {"state": "waiting", "reason": reason, "way": ""})


def dead(unit: Unit, row: Row, *, reason: str) -> bool:
    """It cannot be sent; it is true all the same."""
    return _end(unit, row, {"state": "dead", "reason": reason})


def drop(unit: Unit, row: Row, *, reason: str) -> bool:
    """It is not true any more."""
    return _end(unit, row, fallen(reason))


def expire(unit: Unit, now: datetime, reason: str) -> int:
    """What is of no use any more is dead. Returns how many."""
    unit.lock()
    gone = update(OutboxRow).where(OPEN, OutboxRow.until <= now)
    return int(unit.execute(gone.values(fallen(reason))).rowcount)


def _mine(row: Row) -> tuple[ColumnElement[bool], ...]:
    lease = (OutboxRow.worker == row.worker, OutboxRow.tries == row.tries)
    return (OutboxRow.id == row.id, OutboxRow.state == "leased", *lease)


def _end(unit: Unit, row: Row, values: dict[str, Any]) -> bool:
    unit.durable = True
    values = {**values, "reason": values["reason"][:LONGEST], "worker": "", "lease_until": None}
    return bool(unit.execute(update(OutboxRow).where(*_mine(row)).values(values)).rowcount)
