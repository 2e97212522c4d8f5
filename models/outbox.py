"""What we owe people. A row is written in the transaction that causes it; it ends sent, or dead with a reason.

A worker holds a row by its lease. Every verb of a worker asks for that lease again, so that one who was away for too
long changes nothing any more. Of one person one row at a time is under way: order holds, and counting is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Index,
    Integer,
    String,
    Text,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models import sending, talk
from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Stale, Unit

# due: to be sent from due_at on. leased: a worker has it until lease_until. waiting: no way is open; it goes out when
# the person writes again. sent, dead: over, `reason` says how or why.
State = Literal["due", "leased", "sent", "waiting", "dead"]
PASSIVE = "passive"  # the way of what went out in front of a reply
_LONGEST = 190  # of a reason
_AT_ONCE = 500  # keys in one statement


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = exact(
        Index("ix_outbox_openid_state", "openid", "state"), Index("ix_outbox_state_due_at", "state", "due_at")
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(16), default="service")  # service | miniapp: whose openid it is
    openid: Mapped[str] = mapped_column(OpenId)
    kind: Mapped[str] = mapped_column(String(32))  # reply: body is a dumped Reply; else a notice's name, body its data
    body: Mapped[str] = mapped_column(Text)
    dedup: Mapped[str] = mapped_column(String(190), unique=True)  # one cause is owed one row
    state: Mapped[str] = mapped_column(String(16), default="due")
    reason: Mapped[str] = mapped_column(String(190), default="")
    # How it went: service | subscription | template | passive. While it is due: the way of a call that got no answer.
    way: Mapped[str] = mapped_column(String(16), default="")
    tries: Mapped[int] = mapped_column(default=0)
    part: Mapped[int] = mapped_column(default=0)  # parts of a long text that are out already
    worker: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime | None] = mapped_column(UtcTime)  # of no use any more afterwards
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Row(NamedTuple):
    """A row as it stood when it was read. `worker` and `tries` are what a lease is known by."""

    id: int
    account: str
    openid: str
    kind: str
    body: str
    dedup: str
    state: str
    reason: str
    way: str
    tries: int
    part: int
    worker: str
    due_at: datetime
    until: datetime | None
    created_at: datetime
    sent_at: datetime | None


_COLUMNS = tuple(getattr(OutboxRow, name) for name in Row._fields)
_OPEN = OutboxRow.state.in_(("due", "waiting"))


def add(
    unit: Unit,
    openid: str,
    kind: str,
    body: str,
    *,
    dedup: str,
    now: datetime,
    account: str = "service",
    due_at: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Owe `body` to a person from `due_at` (now) on, until `until`. Raises Clash when `dedup` is owed already."""
    unit.durable = True
    values: dict[str, object] = {"account": account, "openid": openid, "kind": kind, "body": body, "dedup": dedup}
    values |= {"state": "due", "due_at": due_at or now, "until": until, "created_at": now}
    values |= {"reason": "", "way": "", "tries": 0, "part": 0, "worker": "", "lease_until": None, "sent_at": None}
    unit.execute(insert(OutboxRow), values)


class New(NamedTuple):
    openid: str
    body: str
    dedup: str
    until: datetime | None


def add_all(unit: Unit, kind: str, new: Sequence[New], *, now: datetime) -> list[str]:
    """`add` for many at once. Those owed already are left out; returns the dedups of the others."""
    unit.durable = True
    known: set[str] = set()
    for at in range(0, len(new), _AT_ONCE):
        dedups = [each.dedup for each in new[at : at + _AT_ONCE]]
        known.update(unit.execute(select(OutboxRow.dedup).where(OutboxRow.dedup.in_(dedups))).scalars())
    fixed: dict[str, object] = {"account": "service", "kind": kind, "state": "due", "due_at": now, "created_at": now}
    fixed |= {"reason": "", "way": "", "tries": 0, "part": 0, "worker": "", "lease_until": None, "sent_at": None}
    rows = [{**fixed, **each._asdict()} for each in new if each.dedup not in known]
    if rows:
        unit.execute(insert(OutboxRow), rows)
    return [str(row["dedup"]) for row in rows]


def drop_all(unit: Unit, dedups: Sequence[str], reason: str) -> int:
    """What is not on its way yet is not sent any more. Returns how many."""
    dropped = 0
    for at in range(0, len(dedups), _AT_ONCE):
        gone = update(OutboxRow).where(OutboxRow.dedup.in_(dedups[at : at + _AT_ONCE]), _OPEN)
        dropped += int(unit.execute(gone.values(state="dead", reason=reason[:_LONGEST])).rowcount)
    return dropped


def drop_under(unit: Unit, prefix: str, reason: str) -> int:
    """`drop_all` for every dedup that begins so."""
    gone = update(OutboxRow).where(OutboxRow.dedup.startswith(prefix, autoescape=True), _OPEN)
    return int(unit.execute(gone.values(state="dead", reason=reason[:_LONGEST])).rowcount)


def revive_under(unit: Unit, prefix: str, reason: str, *, now: datetime) -> int:
    """What `drop_under` dropped for that reason is owed again."""
    again = update(OutboxRow).where(OutboxRow.dedup.startswith(prefix, autoescape=True), OutboxRow.state == "dead")
    again = again.where(OutboxRow.reason == reason[:_LONGEST])
    return int(unit.execute(again.values(state="due", reason="", due_at=now, tries=0)).rowcount)


def count_under(unit: Unit, prefix: str, *, since: datetime) -> int:
    """How many with such a dedup were owed since."""
    query = select(func.count()).where(OutboxRow.dedup.startswith(prefix, autoescape=True))
    return int(unit.execute(query.where(OutboxRow.created_at > since)).scalar_one())


# What a message of the person takes along.


def owed(unit: Unit, openid: str, now: datetime) -> list[Row]:
    """What may go out in front of a reply, oldest first: not what a worker has, nor what a template may have told."""
    mine = (OutboxRow.openid == openid, OutboxRow.way.in_(("", "service")))
    query = select(*_COLUMNS).where(*mine, _OPEN, OutboxRow.due_at <= now, _useful(now))
    return [Row(*row) for row in unit.execute(query.order_by(OutboxRow.id))]


def take(unit: Unit, ids: Sequence[int], *, reason: str, now: datetime) -> None:
    """They go out with the reply of this unit. Raises Stale when a worker has begun to send one of them."""
    values = {"state": "sent", "way": PASSIVE, "reason": reason, "sent_at": now}
    if unit.execute(update(OutboxRow).where(OutboxRow.id.in_(ids), _OPEN).values(values)).rowcount != len(ids):
        raise Stale


def wake(unit: Unit, openid: str, now: datetime) -> int:
    """The person has opened a way: what waited is due. Returns how many."""
    mine = (OutboxRow.openid == openid, OutboxRow.state == "waiting")
    changed = unit.execute(update(OutboxRow).where(*mine).values(state="due", due_at=now, tries=0))
    return int(changed.rowcount)


# What workers do.


def any_due(unit: Unit, now: datetime) -> bool:
    """Whether there is anything to claim or to recover; a look, takes no lock."""
    due = and_(OutboxRow.state == "due", OutboxRow.due_at <= now)
    over = and_(OutboxRow.state == "leased", OutboxRow.lease_until <= now)
    return any(unit.execute(select(OutboxRow.id).where(which).limit(1)).first() for which in (due, over))


def _free() -> Any:
    """Built once: that costs more than a small database takes to answer it."""
    other, now = aliased(OutboxRow), bindparam("now", type_=UtcTime)
    older = and_(other.state == "due", other.due_at <= now, other.id < OutboxRow.id)
    busy = exists().where(other.openid == OutboxRow.openid, or_(other.state == "leased", older))
    query = select(*_COLUMNS).where(OutboxRow.state == "due", OutboxRow.due_at <= now, ~busy)
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


def recover(unit: Unit, now: datetime) -> int:
    """Rows whose worker died or hangs are due again; nobody knows what became of their calls. Returns how many."""
    unit.lock()
    over = select(OutboxRow.id).where(OutboxRow.state == "leased", OutboxRow.lease_until <= now)
    ids = list(unit.execute(over.with_for_update(skip_locked=True)).scalars())
    if ids:
        values: dict[str, Any] = {"state": "due", "worker": "", "lease_until": None}
        for way, those in sending.lost(unit, ids).items():
            unit.execute(update(OutboxRow).where(OutboxRow.id.in_(those)).values({**values, "way": way}))
        unit.execute(update(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state == "leased").values(values))
    return len(ids)


def hold(unit: Unit, row: Row, now: datetime, lease: timedelta) -> Row | None:
    """The row as it is now, its lease renewed; None when it is not ours any more, or an older one of the person is
    under way: two claims at the same moment may take one each, and the younger is given back."""
    unit.lock()
    query = select(*_COLUMNS).where(OutboxRow.openid == row.openid, OutboxRow.state == "leased")
    held = [Row(*found) for found in unit.execute(query.order_by(OutboxRow.id).with_for_update())]
    mine = next((each for each in held if _lease(each) == _lease(row)), None)
    if mine is None:
        return None
    if held[0].id != mine.id:
        later(unit, mine, due_at=now, reason=mine.reason, counted=False)
        return None
    unit.execute(update(OutboxRow).where(*_mine(row)).values(lease_until=now + lease))
    return mine


def _lease(row: Row) -> tuple[int, str, int]:
    return row.id, row.worker, row.tries


def progress(unit: Unit, row: Row, part: int) -> bool:
    """So many parts are out. This and the verbs below: False when the row is not ours any more."""
    return bool(unit.execute(update(OutboxRow).where(*_mine(row)).values(part=part)).rowcount)


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
    return _end(unit, row, {"state": "dead", "reason": reason})


def expire(unit: Unit, now: datetime, reason: str) -> int:
    """What is of no use any more is dead. Returns how many."""
    unit.lock()
    gone = update(OutboxRow).where(_OPEN, OutboxRow.until <= now)
    return int(unit.execute(gone.values(state="dead", reason=reason[:_LONGEST])).rowcount)


def result(unit: Unit, msgid: str, outcome: str, now: datetime, *, openid: str = "") -> str:
    """What WeChat said later about a template it had taken: "success", or why it did not arrive.

    Returns the row's new state when that changes it, else "". What loses its use with time is dead then, an answer
    waits for the person.
    """
    unit.lock()
    found = sending.by_msgid(unit, msgid, openid)
    if found is None:
        return ""
    unit.durable = True
    if outcome.lower() in ("success", "0", "ok"):
        sending.done(unit, found.id, sending.DELIVERED, msgid)
        return ""
    sending.done(unit, found.id, f"{sending.FAILED} {outcome.removeprefix(sending.FAILED).strip(': ')}", msgid)
    row = find(unit, found.outbox_id)
    if row is None or row.state != "sent" or row.way != found.way:
        return ""
    to = "dead" if row.until is not None else "waiting"
    if to == "waiting":
        talk.owe(unit, row.openid)
    values = {
        "state": to,
        "reason": f"微信说没有送到：{outcome}"[:_LONGEST],
        "sent_at": None,
        "way": "",
        "due_at": now,
        "part": 0,
    }
    unit.execute(update(OutboxRow).where(OutboxRow.id == row.id, OutboxRow.state == "sent").values(values))
    return to


# What staff do.


def find(unit: Unit, number: int) -> Row | None:
    row = unit.execute(select(*_COLUMNS).where(OutboxRow.id == number)).first()
    return None if row is None else Row(*row)


def rows(unit: Unit, *, state: str = "", openid: str = "", limit: int = 50) -> list[Row]:
    """The newest first."""
    query = select(*_COLUMNS).order_by(OutboxRow.id.desc()).limit(limit)
    query = query.where(OutboxRow.state == state) if state else query
    return [Row(*row) for row in unit.execute(query.where(OutboxRow.openid == openid) if openid else query)]


def resend(unit: Unit, ids: Sequence[int], now: datetime) -> int:
    """Send them again, whatever became of them; not what a worker has. A long text goes on where it stopped, unless it
    was out whole."""
    unit.lock()
    unit.durable = True
    again = update(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state != "leased")
    free = select(OutboxRow.id).where(OutboxRow.id.in_(ids), OutboxRow.state != "leased")
    ids = list(unit.execute(free.with_for_update()).scalars())
    sending.forgive(unit, ids)
    unit.execute(again.where(OutboxRow.state == "sent").values(part=0))
    values: dict[str, Any] = {"state": "due", "due_at": now, "tries": 0, "until": None, "sent_at": None, "way": ""}
    return int(unit.execute(again.values({**values, "reason": "人工重发"})).rowcount)


def dead_since(unit: Unit, moment: datetime) -> list[int]:
    """Ids of rows that died and were owed at that time or later."""
    query = select(OutboxRow.id).where(OutboxRow.state == "dead", OutboxRow.created_at >= moment)
    return list(unit.execute(query.order_by(OutboxRow.id)).scalars())


def drop(unit: Unit, number: int, reason: str) -> bool:
    """It is not sent any more. False: it is over, or a worker has it."""
    unit.lock()
    unit.durable = True
    gone = update(OutboxRow).where(OutboxRow.id == number, _OPEN)
    return bool(unit.execute(gone.values(state="dead", reason=reason[:_LONGEST])).rowcount)


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


def _useful(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxRow.until.is_(None), OutboxRow.until > now)


def _mine(row: Row) -> tuple[ColumnElement[bool], ...]:
    lease = (OutboxRow.worker == row.worker, OutboxRow.tries == row.tries)
    return (OutboxRow.id == row.id, OutboxRow.state == "leased", *lease)


def _end(unit: Unit, row: Row, values: dict[str, Any]) -> bool:
    unit.durable = True
    values = {**values, "reason": values["reason"][:_LONGEST], "worker": "", "lease_until": None}
    return bool(unit.execute(update(OutboxRow).where(*_mine(row)).values(values)).rowcount)
