"""What only the demo does to the tables: once a database, and what it made as if sent long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from models import counter
from models.db import Unit
from models.outbox import OutboxRow
from models.ticket import Counter, Ticket

_ONCE = "demo seed"


def done(unit: Unit) -> bool:
    """A look, without the lock: a database filled before is left alone."""
    return unit.session.get(Counter, _ONCE) is not None


def first(unit: Unit) -> bool:
    """True once a database, for the unit that commits."""
    unit.lock()
    return counter.take(unit, _ONCE) == 1


def settle(unit: Unit, openids: Sequence[str], *, waiting: str, dead: str) -> None:
    """What these made-up people are owed counts as sent, so that no worker tries; what `waiting` and `dead` are owed
    shows how it looks when it is not."""
    mine = update(OutboxRow).where(OutboxRow.openid.in_(openids), OutboxRow.state == "due")
    for openid, values in ((waiting, _WAITS), (dead, _DIED)):
        unit.execute(mine.where(OutboxRow.openid == openid, OutboxRow.kind == "ticket_answer").values(values))
    unit.execute(mine.values(state="sent", way="service", tries=1, sent_at=OutboxRow.due_at))


def touch(unit: Unit, at: datetime) -> None:
    """Whoever holds a made-up ticket last did something to it then, so that it does not go back to the pool at once."""
    held = (Ticket.demo, Ticket.assignee.is_not(None))
    unit.execute(update(Ticket).where(*held, Ticket.touched_at < at).values(touched_at=at))
    unit.execute(update(Ticket).where(*held, Ticket.touched_at.is_(None)).values(touched_at=at))


_WAITS = {"state": "waiting", "reason": "没有能用的路：对方 48 小时没有来过（演示）"}
_DIED = {"state": "dead", "tries": 3, "reason": "演示：微信没有收下"}
