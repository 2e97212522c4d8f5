"""Every inbound message: the key that makes it one, what was answered, and the reply itself for repeated deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Index, String, Text, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Clash, Unit
from models.prepared import Prepared


class MessageRow(Base):
    __tablename__ = "message"
    __table_args__ = exact(Index("ix_message_openid_id", "openid", "id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(190), unique=True)
    openid: Mapped[str] = mapped_column(OpenId)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    route: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(190))
    score: Mapped[float | None]
    content: Mapped[str] = mapped_column(String(16))  # version of the content that answered
    reply: Mapped[str | None] = mapped_column(Text)  # plain reply as sent; NULL: told `success`
    owed: Mapped[bool] = mapped_column(default=False)  # the answer went into the outbox
    offers: Mapped[str | None] = mapped_column(Text)  # of a page: JSON, see bot/handling.py
    opens: Mapped[str] = mapped_column(String(8), default="")  # message | menu | follow | scan | session: we may write
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)  # WeChat's CreateTime: its windows count from there
    received_at: Mapped[datetime] = mapped_column(UtcTime)


FORGOTTEN: dict[str, object] = {"text": "", "reply": None, "offers": None}  # of a row whose words are deleted


class Taken(Exception):
    """This message has a row already."""


@dataclass(frozen=True, slots=True)
class Stored:
    reply: str | None
    owed: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A message of a page. `offers`: JSON {"state": of the talk afterwards, "choices": [[id, text], ...]}."""

    openid: str
    reply: str | None
    note: str
    offers: str
    at: datetime


_COLUMNS = [column.key for column in MessageRow.__table__.columns if column.key != "id"]
_INSERT = Prepared(insert(MessageRow), _COLUMNS)
_FIND = Prepared(select(MessageRow.reply, MessageRow.owed).where(MessageRow.key == bindparam("key")))
_ANSWERED = Prepared(
    select(*(getattr(MessageRow, name) for name in ("openid", "reply", "note", "offers", "received_at"))).where(
        MessageRow.key == bindparam("key")
    )
)
_FINISH = Prepared(update(MessageRow).where(MessageRow.key == bindparam("b_key")), _COLUMNS)


def add(unit: Unit, values: dict[str, object]) -> None:
    """Insert the row; raises Taken when the key is there. `values`: every column but `id`; `offers` only of a page."""
    try:
        unit.run(_INSERT, {"offers": None, **values})
    except Clash as error:
        raise Taken from error


def finish(unit: Unit, key: str, values: dict[str, object]) -> None:
    """Complete the row that add() made earlier in this unit."""
    unit.run(_FINISH, {"b_key": key, **values})


def find(unit: Unit, key: str) -> Stored | None:
    row = unit.run(_FIND, {"key": key}).row
    return None if row is None else Stored(*row)


def answered(unit: Unit, key: str) -> Answered | None:
    """How a page's message was answered; None: there is none (any more)."""
    row = unit.run(_ANSWERED, {"key": key}).row
    found = None if row is None else Answered(*row)
    return None if found is None or found.offers is None else found


class Opened(NamedTuple):
    kind: str
    sent_at: datetime
    received_at: datetime


def opened_by(unit: Unit, openids: Sequence[str], since: datetime) -> dict[str, list[Opened]]:
    """`opened` of many at once, as much as there is; who did nothing is missing."""
    query = select(MessageRow.openid, MessageRow.opens, MessageRow.sent_at, MessageRow.received_at)
    query = query.where(MessageRow.openid.in_(openids), MessageRow.opens != "", MessageRow.sent_at >= since)
    found: dict[str, list[Opened]] = {}
    for openid, *did in unit.execute(query.order_by(MessageRow.id.desc())):
        found.setdefault(openid, []).append(Opened(*did))
    return found


def opened(unit: Unit, openid: str, since: datetime, most: int = 500) -> list[Opened]:
    """What a person did that lets us write to them, the newest `most`, newest first."""
    query = select(MessageRow.opens, MessageRow.sent_at, MessageRow.received_at)
    query = query.where(MessageRow.openid == openid, MessageRow.opens != "", MessageRow.sent_at >= since)
    return [Opened(*row) for row in unit.execute(query.order_by(MessageRow.id.desc()).limit(most))]


def wrote(unit: Unit, openids: Sequence[str]) -> set[str]:
    """Those of them who wrote to us or tapped our menu, as far back as messages are kept."""
    if not openids:
        return set()
    query = select(MessageRow.openid).where(MessageRow.openid.in_(openids), MessageRow.opens.in_(("message", "menu")))
    return set(unit.execute(query.distinct()).scalars())
