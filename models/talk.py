"""Where a person stands in the conversation: one row a person, its version moved by compare-and-set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime
from models.db import Stale, Unit


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


_LOAD = select(TalkRow.state, TalkRow.data, TalkRow.owed, TalkRow.version, TalkRow.updated_at).where(
    TalkRow.openid == bindparam("openid")
)
_INSERT = insert(TalkRow.__table__)  # type: ignore[arg-type]
_SAVE = (
    update(TalkRow.__table__)  # type: ignore[arg-type]
    .where(TalkRow.openid == bindparam("b_openid"), TalkRow.version == bindparam("b_version"))
)


def load(unit: Unit, openid: str) -> Talk:
    row = unit.execute(_LOAD, {"openid": openid}).first()
    if row is None:
        return Talk(openid)
    return Talk(openid, row.state, row.data, bool(row.owed), row.version, row.updated_at)


def save(unit: Unit, seen: Talk, *, state: str, data: str, owed: bool, now: datetime) -> Talk:
    """Write the next standing; raises Stale unless the row is still as `seen`."""
    values = {"state": state, "data": data, "owed": owed, "version": seen.version + 1, "updated_at": now}
    if seen.version == 0:
        try:
            unit.execute(_INSERT, {"openid": seen.openid, **values})
        except IntegrityError as error:
            raise Stale from error
    elif unit.execute(_SAVE, {"b_openid": seen.openid, "b_version": seen.version, **values}).rowcount != 1:
        raise Stale
    return Talk(seen.openid, state, data, owed, seen.version + 1, now)
