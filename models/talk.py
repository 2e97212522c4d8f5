"""Where a person stands in the conversation: one row a person, its version moved by compare-and-set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import String, Text, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime
from models.db import Clash, Stale, Unit
from models.prepared import Prepared


class TalkRow(Base):
    __tablename__ = "talk"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    state: Mapped[str] = mapped_column(String(64))
    data: Mapped[str] = mapped_column(Text)  # JSON of the state's data and of what may be referred to
    owed: Mapped[bool] = mapped_column(default=False)  # the outbox holds answers for this person
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Talk:
    """`version` 0: no row yet."""

    openid: str
    state: str = ""
    data: str = ""
    owed: bool = False
    version: int = 0
    updated_at: datetime | None = None


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # nobody has said anything yet
_COLUMNS = (TalkRow.state, TalkRow.data, TalkRow.owed, TalkRow.version, TalkRow.updated_at)
_NAMES = [column.key for column in _COLUMNS]
_SAME = (TalkRow.openid == bindparam("b_openid"), TalkRow.version == bindparam("b_version"))
_LOAD = Prepared(select(*_COLUMNS).where(TalkRow.openid == bindparam("openid")))
_INSERT = Prepared(insert(TalkRow), ["openid", *_NAMES])
_SAVE = Prepared(update(TalkRow).where(*_SAME), _NAMES)


def load(unit: Unit, openid: str) -> Talk:
    row = unit.run(_LOAD, {"openid": openid}).row
    return Talk(openid) if row is None else Talk(openid, *row)


def save(unit: Unit, seen: Talk, *, state: str, data: str, owed: bool, now: datetime) -> Talk:
    """Write the next standing; raises Stale unless the row is still as `seen`."""
    values = {"state": state, "data": data, "owed": owed, "version": seen.version + 1, "updated_at": now}
    if seen.version == 0:
        try:
            unit.run(_INSERT, {"openid": seen.openid, **values})
        except Clash as error:
            raise Stale from error
    elif unit.run(_SAVE, {"b_openid": seen.openid, "b_version": seen.version, **values}).changed != 1:
        raise Stale
    return Talk(seen.openid, state, data, owed, seen.version + 1, now)


def owe(unit: Unit, openid: str) -> None:
    """The outbox holds something for this person. A message under way is made anew, so that it cannot miss it; the
    row stays locked until this unit ends."""
    unit.lock()
    values = {"owed": True, "version": TalkRow.version + 1}
    if unit.execute(update(TalkRow).where(TalkRow.openid == openid).values(values)).rowcount:
        return
    try:
        first = {"openid": openid, "state": "", "data": "", "owed": True, "version": 1, "updated_at": _LONG_AGO}
        unit.execute(insert(TalkRow), first)
    except Clash as error:
        raise Stale from error
