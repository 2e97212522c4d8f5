"""Calls to WeChat for what we owe, each noted before it is made: the ledger of what was used, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Index, String, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Unit

# Outcomes of a call. Anything else is WeChat's errcode.
UNDER_WAY = ""  # or its worker died
OK = "ok"
DELIVERED = "delivered"  # a template of which WeChat said so later
UNSURE = "unsure"  # no answer came: it may have arrived
FORGIVEN = "forgiven"  # one of these, and staff had it sent again all the same
FAILED = "failed"  # and why: a template that was taken and did not arrive
ARRIVED = (OK, DELIVERED)
BEGUN = (UNDER_WAY, UNSURE, *ARRIVED)  # these have settled to which of a person's openids the row goes
USED = (UNDER_WAY, OK, DELIVERED, UNSURE, FORGIVEN)  # these may have used up what WeChat allows


Way = Literal["service", "subscription", "template", ""]
WAY_NAMES = {"service": "客服消息", "subscription": "订阅通知", "template": "模板消息"}


class SendingRow(Base):
    """One call for one part of an outbox row."""

    __tablename__ = "sending"
    __table_args__ = exact(Index("ix_sending_openid_at", "openid", "at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    outbox_id: Mapped[int] = mapped_column(RowId, index=True)
    part: Mapped[int]
    openid: Mapped[str] = mapped_column(OpenId)
    way: Mapped[str] = mapped_column(String(16))
    template: Mapped[str] = mapped_column(String(64), default="")
    msgid: Mapped[str] = mapped_column(String(32), default="", index=True)  # WeChat's, of templates
    outcome: Mapped[str] = mapped_column(String(16), default="")
    at: Mapped[datetime] = mapped_column(UtcTime)


class Sending(NamedTuple):
    id: int
    outbox_id: int
    part: int
    way: Way
    template: str
    msgid: str
    outcome: str
    at: datetime
    openid: str = ""


_COLUMNS = tuple(getattr(SendingRow, name) for name in Sending._fields)


def begin(unit: Unit, outbox_id: int, openid: str, *, part: int, way: str, template: str = "", now: datetime) -> int:
    """Note a call that is about to be made; its id."""
    values = {"outbox_id": outbox_id, "openid": openid, "part": part, "way": way, "template": template}
    done = unit.execute(insert(SendingRow), {**values, "msgid": "", "outcome": UNDER_WAY, "at": now})
    return int(done.inserted_primary_key[0])


def done(unit: Unit, number: int, outcome: str, msgid: str = "") -> None:
    change = update(SendingRow).where(SendingRow.id == number)
    unit.execute(change.values(outcome=outcome[:16], msgid=msgid[:32]))


def unmade(unit: Unit, number: int) -> None:
    """The call was never made: there is nothing to note."""
    unit.execute(delete(SendingRow).where(SendingRow.id == number))


def taken(unit: Unit, number: int, msgid: str) -> bool:
    """WeChat took the call. False: it has said already, before we could note its `msgid`, that it did not arrive."""
    told = and_(SendingRow.msgid == msgid, SendingRow.msgid != "")
    this = update(SendingRow).where(SendingRow.id == number, ~told)
    if unit.execute(this.values(outcome=OK, msgid=msgid[:32])).rowcount:
        return True
    outcome = unit.execute(select(SendingRow.outcome).where(SendingRow.id == number)).scalar()
    return not (outcome or "").startswith(FAILED)


def under_way(unit: Unit, outbox_ids: Sequence[int]) -> set[int]:
    """Those of these rows of which a call is being made, as far as we know."""
    mine = (SendingRow.outbox_id.in_(outbox_ids), SendingRow.outcome == UNDER_WAY)
    return set(unit.execute(select(SendingRow.outbox_id).where(*mine)).scalars())


def lost(unit: Unit, outbox_ids: Sequence[int]) -> dict[Way, list[int]]:
    """Whoever made the calls of these rows died: nobody knows whether they arrived. The rows by the way of those."""
    mine = (SendingRow.outbox_id.in_(outbox_ids), SendingRow.outcome == UNDER_WAY)
    found: dict[Way, list[int]] = {}
    for number, way in unit.execute(select(SendingRow.outbox_id, SendingRow.way).where(*mine)):
        found.setdefault(way, []).append(number)
    unit.execute(update(SendingRow).where(*mine).values(outcome=UNSURE))
    return found


def forgive(unit: Unit, outbox_ids: Sequence[int]) -> None:
    """They are to be sent again whatever came of earlier calls; what those used up stays used up."""
    which = (SendingRow.outbox_id.in_(outbox_ids), SendingRow.outcome.in_((UNSURE, *ARRIVED)))
    change = update(SendingRow).where(*which)
    unit.execute(change.values(outcome=FORGIVEN))


def of(unit: Unit, outbox_id: int) -> list[Sending]:
    query = select(*_COLUMNS).where(SendingRow.outbox_id == outbox_id).order_by(SendingRow.id)
    return [Sending(*row) for row in unit.execute(query)]


def since(unit: Unit, openid: str, moment: datetime) -> list[Sending]:
    """Calls made to a person, oldest first."""
    query = select(*_COLUMNS).where(SendingRow.openid == openid, SendingRow.at >= moment)
    return [Sending(*row) for row in unit.execute(query.order_by(SendingRow.at, SendingRow.id))]


def since_by(unit: Unit, openids: Sequence[str], moment: datetime) -> dict[str, list[Sending]]:
    """`since` of many at once; to whom no call was made is missing."""
    query = select(SendingRow.openid, *_COLUMNS).where(SendingRow.openid.in_(openids), SendingRow.at >= moment)
    found: dict[str, list[Sending]] = {}
    for openid, *call in unit.execute(query.order_by(SendingRow.at, SendingRow.id)):
        found.setdefault(openid, []).append(Sending(*call))
    return found


class Made(NamedTuple):
    """Calls of one way that came out alike; `outcome`: one of the above, or WeChat's errcode."""

    way: Way
    outcome: str
    calls: int


def made_since(unit: Unit, moment: datetime) -> list[Made]:
    """The most frequent first. Reads all calls since: of a day, not of a year."""
    query = select(SendingRow.way, SendingRow.outcome, func.count()).where(SendingRow.at >= moment)
    rows = unit.execute(query.group_by(SendingRow.way, SendingRow.outcome))
    return sorted((Made(*row) for row in rows), key=lambda made: (-made.calls, made.way, made.outcome))


def by_msgid(unit: Unit, msgid: str, openid: str = "") -> Sending | None:
    query = select(*_COLUMNS).where(SendingRow.msgid == msgid).order_by(SendingRow.id.desc())
    query = query.where(SendingRow.openid == openid) if openid else query
    row = unit.execute(query.limit(1)).first() if msgid else None
    return None if row is None else Sending(*row)


def template_under_way(unit: Unit, openid: str, msgid: str) -> Sending | None:
    """The template call to a person whose answer we have not noted: one at most, as of a person one row is under way.
    Waits for who is noting it, and then it has this `msgid` or none of it is meant."""
    mine = (SendingRow.openid == openid, SendingRow.way.in_(("template", "subscription")))
    meant = or_(SendingRow.outcome == UNDER_WAY, SendingRow.msgid == msgid)
    query = select(*_COLUMNS).where(*mine, meant).order_by(SendingRow.id.desc()).limit(1)
    row = unit.execute(query.with_for_update()).first() if openid and msgid else None
    return None if row is None else Sending(*row)
