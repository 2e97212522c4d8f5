"""What we owe people. A row is written in the transaction that causes it; it ends sent, or dead with a reason.

Here: owing, and what goes along with a reply. Workers send by models/leases.py, staff look on by models/outbox_desk.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Index,
    String,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Stale, Unit

# due: to be sent from due_at on. leased: a worker has it until lease_until. waiting: no way is open; it goes out when
# the person writes again. sent, dead: over, `reason` says how or why.
State = Literal["due", "leased", "sent", "waiting", "dead"]
PASSIVE = "passive"  # the way of what went out in front of a reply
LONGEST = 190  # of a reason
AT_ONCE = 500  # keys in one statement


# The order of other collations of PostgreSQL is of no use for "all that begin so".
_BY_BYTES = String(190).with_variant(String(190, collation="C"), "postgresql")


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = exact(
        Index("ix_outbox_openid_state", "openid", "state"),
        Index("ix_outbox_state_due_at_id", "state", "due_at", "id"),  # in the order of claim: it need not sort
        Index("ix_outbox_until", "until"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(16), default="service")  # service | miniapp: whose openid it is
    openid: Mapped[str] = mapped_column(OpenId)
    kind: Mapped[str] = mapped_column(String(32))  # reply: body is a dumped Reply; else a notice's name, body its data
    body: Mapped[str] = mapped_column(Text)
    dedup: Mapped[str] = mapped_column(_BY_BYTES, unique=True)  # one cause is owed one row
    state: Mapped[str] = mapped_column(String(16), default="due")
    reason: Mapped[str] = mapped_column(String(190), default="")
    dropped: Mapped[bool] = mapped_column(default=False)  # of a dead one: it was taken back, or is not true any more
    # How it went: service | subscription | template | passive. While it is due: the way of a call that got no answer.
    way: Mapped[str] = mapped_column(String(16), default="")
    tries: Mapped[int] = mapped_column(default=0)
    part: Mapped[int] = mapped_column(default=0)  # parts of a long text that are out already
    said: Mapped[int] = mapped_column(default=0)  # and its characters: what room the next part has may change meanwhile
    worker: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime | None] = mapped_column(UtcTime)  # of no use any more afterwards
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Row(NamedTuple):
    """A row as it stood when it was read. `worker` and `tries` are what a lease is known by."""

    id: int
    account: Literal["service", "miniapp"]
    openid: str
    kind: str
    body: str
    dedup: str
    state: str
    reason: str
    way: str
    tries: int
    part: int
    said: int
    worker: str
    due_at: datetime
    until: datetime | None
    created_at: datetime
    sent_at: datetime | None


COLUMNS = tuple(getattr(OutboxRow, name) for name in Row._fields)
OPEN = OutboxRow.state.in_(("due", "waiting"))


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
    values = {"openid": openid, "body": body, "dedup": dedup, "until": until}
    unit.execute(insert(OutboxRow), {**_fresh(account, kind, due_at or now, now), **values})


class New(NamedTuple):
    openid: str
    body: str
    dedup: str
    until: datetime | None
    account: str = "service"


def add_all(unit: Unit, kind: str, new: Sequence[New], *, now: datetime) -> list[str]:
    """`add` for many at once. Those owed already are left out; returns the dedups of the others."""
    unit.durable = True
    known: set[str] = set()
    for at in range(0, len(new), AT_ONCE):
        dedups = [each.dedup for each in new[at : at + AT_ONCE]]
        known.update(unit.execute(select(OutboxRow.dedup).where(OutboxRow.dedup.in_(dedups))).scalars())
    fresh = _fresh("service", kind, now, now)
    rows = [{**fresh, **each._asdict()} for each in new if each.dedup not in known]
    if rows:
        unit.execute(insert(OutboxRow), rows)
    return [str(row["dedup"]) for row in rows]


def _fresh(account: str, kind: str, due_at: datetime, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {"account": account, "kind": kind, "state": "due", "due_at": due_at, "created_at": now}
    values |= {"reason": "", "way": "", "tries": 0, "part": 0, "said": 0, "dropped": False}
    return values | {"worker": "", "lease_until": None, "sent_at": None}


def fallen(reason: str) -> dict[str, object]:
    """What becomes of a row that is not to be told any more."""
    return {"state": "dead", "reason": reason[:LONGEST], "dropped": True}


def drop_all(unit: Unit, dedups: Sequence[str], reason: str) -> int:
    """What is not on its way yet is not sent any more. Returns how many."""
    dropped = 0
    for at in range(0, len(dedups), AT_ONCE):
        gone = update(OutboxRow).where(OutboxRow.dedup.in_(dedups[at : at + AT_ONCE]), OPEN)
        dropped += int(unit.execute(gone.values(fallen(reason))).rowcount)
    return dropped


def drop_under(unit: Unit, prefix: str, reason: str) -> int:
    """`drop_all` for every dedup that begins so."""
    gone = update(OutboxRow).where(*_begins(prefix), OPEN)
    return int(unit.execute(gone.values(fallen(reason))).rowcount)


def people_under(unit: Unit, prefix: str) -> set[str]:
    """Who is owed something with such a dedup that is not on its way yet."""
    query = select(OutboxRow.openid).where(*_begins(prefix), OPEN)
    return set(unit.execute(query).scalars())


def dropped_under(unit: Unit, prefix: str, reason: str) -> list[int]:
    """What `drop_under` dropped for that reason, oldest first."""
    query = select(OutboxRow.id).where(*_begins(prefix), OutboxRow.state == "dead")
    return list(unit.execute(query.where(OutboxRow.reason == reason[:LONGEST]).order_by(OutboxRow.id)).scalars())


def revive(unit: Unit, ids: Sequence[int], *, now: datetime) -> None:
    """Up to AT_ONCE that were dropped are owed again, as if from now on."""
    again = update(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state == "dead")
    unit.execute(again.values(state="due", reason="", dropped=False, created_at=now, due_at=now, tries=0))


def count_under(unit: Unit, prefix: str, *, since: datetime) -> int:
    """How many with such a dedup were owed since."""
    query = select(func.count()).where(*_begins(prefix), OutboxRow.created_at > since)
    return int(unit.execute(query).scalar_one())


def sent_under(unit: Unit, prefix: str, *, said: str) -> int:
    """How many with such a dedup went out with a reason that contains `said`."""
    which = (*_begins(prefix), OutboxRow.state == "sent", OutboxRow.reason.contains(said, autoescape=True))
    return int(unit.execute(select(func.count()).where(*which)).scalar_one())


def _begins(prefix: str) -> tuple[ColumnElement[bool], ...]:
    """As a range, which every database finds in the index of `dedup`; a LIKE only some do."""
    behind = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return OutboxRow.dedup >= prefix, OutboxRow.dedup < behind


# What a message of the person takes along.


def owed(unit: Unit, openids: Sequence[str], now: datetime) -> list[Row]:
    """What may go out in front of a reply, oldest first: not what a worker has, nor what a template may have told.

    What has a reason was tried and put off: it has been due.
    """
    mine = (OutboxRow.openid.in_(openids), OutboxRow.way.in_(("", "service")))
    been_due = or_(OutboxRow.due_at <= now, OutboxRow.reason != "")
    query = select(*COLUMNS).where(*mine, OPEN, been_due, _useful(now))
    return [Row(*row) for row in unit.execute(query.order_by(OutboxRow.id))]


def take(unit: Unit, ids: Sequence[int], *, reason: str, now: datetime) -> None:
    """They go out with the reply of this unit. Raises Stale when a worker has begun to send one of them."""
    values = {"state": "sent", "way": PASSIVE, "reason": reason, "sent_at": now}
    if unit.execute(update(OutboxRow).where(OutboxRow.id.in_(ids), OPEN).values(values)).rowcount != len(ids):
        raise Stale


def wake(unit: Unit, openids: Sequence[str], now: datetime) -> int:
    """The person has opened a way: what waited is due. Returns how many."""
    mine = (OutboxRow.openid.in_(openids), OutboxRow.state == "waiting")
    changed = unit.execute(update(OutboxRow).where(*mine).values(state="due", due_at=now, tries=0))
    return int(changed.rowcount)


def readdress(unit: Unit, ids: Sequence[int], openid: str, account: str, now: datetime) -> None:
    """Up to AT_ONCE rows go to this openid instead, from now on; not what is on its way, or may have arrived."""
    these = update(OutboxRow).where(OutboxRow.id.in_(ids), OPEN, OutboxRow.way == "", OutboxRow.part == 0)
    unit.execute(these.values(openid=openid, account=account, state="due", due_at=now, tries=0))


def take_back(unit: Unit, dedup: str, reason: str) -> bool:
    """What is owed under `dedup` and `dedup`:... is not sent. False: some of it is out, under way, or may have arrived;
    the caller lets nothing of it stand then."""
    unit.durable = True
    which = or_(OutboxRow.dedup == dedup, and_(*_begins(f"{dedup}:")))
    rows = [Row(*row) for row in unit.execute(select(*COLUMNS).where(which).with_for_update())]
    untouched = [row.id for row in rows if row.state in ("due", "waiting") and not row.part and not row.way]
    unit.execute(update(OutboxRow).where(OutboxRow.id.in_(untouched)).values(fallen(reason)))
    return len(untouched) == len(rows)


def by_dedup(unit: Unit, dedups: Sequence[str]) -> list[Row]:
    """Oldest first; what was never owed is missing."""
    found: list[Row] = []
    for at in range(0, len(dedups), AT_ONCE):
        query = select(*COLUMNS).where(OutboxRow.dedup.in_(dedups[at : at + AT_ONCE])).order_by(OutboxRow.id)
        found += [Row(*row) for row in unit.execute(query)]
    return found


def find(unit: Unit, number: int) -> Row | None:
    row = unit.execute(select(*COLUMNS).where(OutboxRow.id == number)).first()
    return None if row is None else Row(*row)


def rows(unit: Unit, *, state: str = "", openid: str = "", limit: int = 50) -> list[Row]:
    """The newest first."""
    query = select(*COLUMNS).order_by(OutboxRow.id.desc()).limit(limit)
    query = query.where(OutboxRow.state == state) if state else query
    return [Row(*row) for row in unit.execute(query.where(OutboxRow.openid == openid) if openid else query)]


def _useful(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxRow.until.is_(None), OutboxRow.until > now)
