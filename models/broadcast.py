"""Broadcasts: one text to many who agreed, in the order of their openids, so that it can go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Text, and_, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.agreement import AgreementRow
from models.base import Base, RowId, UtcTime
from models.db import Unit
from models.event import Event, Signup
from models.interest import Interest
from models.person import Person

NEWS = "news"
STATE_NAMES = {"running": "正在发", "stopped": "已停止", "done": "发完了"}


class Broadcast(Base):
    """One text to many. `cursor` is the last person it was queued for: it goes on from there."""

    __tablename__ = "broadcast"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)  # JSON
    state: Mapped[str] = mapped_column(String(16), default="running")  # running | stopped | done
    per_minute: Mapped[int]
    at_night: Mapped[bool] = mapped_column(default=False)  # also between 21:00 and 08:00
    cursor: Mapped[str] = mapped_column(String(64), default="")
    queued: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Audience:
    """Narrowed by each that is not empty. Who signed up for `event` may be written about it without more; all others
    must have agreed to news."""

    interest: str = ""  # a service item they registered for
    event: str = ""  # number of the event they signed up for
    scene: str = ""  # the QR code they came by

    @property
    def needs_news(self) -> bool:
        return not self.event


class NoSuchBroadcast(Exception):
    """There is none of that id."""


class Broadcasts:
    """Works inside `unit`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def add(
        self, title: str, body: str, audience: Audience, *, per_minute: int, at_night: bool, now: datetime
    ) -> Broadcast:
        self._unit.lock()
        self._unit.durable = True
        row = Broadcast(
            title=title,
            body=body,
            audience=json.dumps(asdict(audience), ensure_ascii=False),
            state="running",
            per_minute=per_minute,
            at_night=at_night,
            cursor="",
            queued=0,
            skipped=0,
            made_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row

    def listed(self, limit: int = 20) -> list[Broadcast]:
        """The newest first."""
        return list(self._session.scalars(select(Broadcast).order_by(Broadcast.id.desc()).limit(limit)))

    def running(self) -> list[int]:
        return list(self._session.scalars(select(Broadcast.id).where(Broadcast.state == "running")))

    def hold(self, number: int) -> Broadcast:
        """Nobody else's until the unit ends. Raises NoSuchBroadcast."""
        self._unit.lock()
        self._unit.durable = True
        row = self._session.get(Broadcast, number, with_for_update=True, populate_existing=True)
        if row is None:
            raise NoSuchBroadcast(number)
        return row

    def try_hold(self, number: int) -> Broadcast | None:
        """`hold`; None when somebody else has it."""
        self._unit.lock()
        query = select(Broadcast).where(Broadcast.id == number).with_for_update(skip_locked=True)
        return self._session.scalar(query.execution_options(populate_existing=True))

    def people(self, audience: Audience, *, after: str = "", limit: int | None = None) -> list[str]:
        """Who may be written to, by openid."""
        query = _people(audience)
        openid = query.selected_columns[0]
        query = query.where(openid > after).order_by(openid)
        return list(self._session.scalars(query.limit(limit) if limit is not None else query))

    def is_stopped(self, number: int) -> bool:
        return self._session.scalar(select(Broadcast.state).where(Broadcast.id == number)) == "stopped"

    def is_signed_up(self, event: str, openid: str) -> bool:
        """Whether a broadcast about the event with that number concerns them still."""
        return self._session.scalar(_signed_up(event).where(Signup.openid == openid)) is not None

    def count(self, audience: Audience) -> int:
        """How many `people` there are."""
        return int(self._session.scalars(select(func.count()).select_from(_people(audience).subquery())).one())

    def without_news(self, audience: Audience) -> int:
        """How many of the audience follow, but have not agreed."""
        if not audience.needs_news:
            return 0
        agreed = select(AgreementRow.openid).where(_agreed())
        query = select(func.count()).select_from(Person).where(Person.following, Person.openid.not_in(agreed))
        return int(self._session.scalars(query.where(*_narrowed(Person.openid, audience))).one())


def audience_of(row: Broadcast) -> Audience:
    return Audience(**json.loads(row.audience))


def _people(audience: Audience) -> Select[Any]:
    if audience.event:
        query = _signed_up(audience.event)
        openid: Any = Signup.openid
    else:
        query, openid = select(AgreementRow.openid).where(_agreed()), AgreementRow.openid
    left = select(Person.openid).where(Person.following.is_(False))
    return query.where(openid.not_in(left), *_narrowed(openid, audience))


def _signed_up(event: str) -> Select[Any]:
    signed = and_(Signup.event_id == Event.id, Event.number == event)
    return select(Signup.openid).join(Event, signed).where(Signup.state.in_(("going", "waiting")))


def _agreed() -> ColumnElement[bool]:
    return and_(AgreementRow.purpose == NEWS, AgreementRow.withdrawn_at.is_(None))


def _narrowed(openid: Any, audience: Audience) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if audience.interest:
        found.append(openid.in_(select(Interest.openid).where(Interest.item == audience.interest)))
    if audience.scene:
        found.append(openid.in_(select(Person.openid).where(Person.scene == audience.scene)))
    return found
