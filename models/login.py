"""Logins of talents: random tokens, kept as hashes, that last thirty days after they were last used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, String, and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Stale, Unit
from models.linking import LinkCodeRow
from models.prepared import Prepared
from models.talent import IdentityRow, Talent, TalentRow, Talents

IDLE = timedelta(days=30)
OVER = timedelta(minutes=10)
_SEEN_EVERY = timedelta(hours=1)


class LoginRow(Base):
    __tablename__ = "login"
    __table_args__ = exact(Index("ix_login_talent_id", "talent_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)  # its sha256, hex
    talent_id: Mapped[int] = mapped_column(ForeignKey("talent.id"))
    openid: Mapped[str] = mapped_column(OpenId)  # by which they came in
    app: Mapped[str] = mapped_column(String(16))
    agent: Mapped[str] = mapped_column(String(190), default="")  # the User-Agent, to know it again in the list
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Login(NamedTuple):
    """By which openid of which app they came in, and when."""

    id: int
    openid: str
    app: str
    created_at: datetime
    seen_at: datetime


class Session(NamedTuple):
    login: Login
    talent: Talent


_SERVICE, _MINIAPP = aliased(IdentityRow), aliased(IdentityRow)
# Every request to the API asks.
_FIND = Prepared(
    select(
        LoginRow.id,
        LoginRow.openid,
        LoginRow.app,
        LoginRow.created_at,
        LoginRow.seen_at,
        TalentRow.id,
        TalentRow.elder,
        _SERVICE.openid,
        _MINIAPP.openid,
    )
    .join_from(LoginRow, TalentRow, TalentRow.id == LoginRow.talent_id)
    .outerjoin(_SERVICE, and_(_SERVICE.talent_id == TalentRow.id, _SERVICE.app == bindparam("service")))
    .outerjoin(_MINIAPP, and_(_MINIAPP.talent_id == TalentRow.id, _MINIAPP.app == bindparam("miniapp")))
    .where(LoginRow.token == bindparam("token"), LoginRow.ended_at.is_(None))
)


class Logins:
    """Verbs on logins; part of the caller's unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def begin(self, token: str, talent: Talent, openid: str, app: str, *, agent: str, now: datetime) -> None:
        """`token`: 128 random bits or more, made by the caller and kept nowhere. Raises Stale when the talent is
        somebody else by now (run again)."""
        self._unit.lock()
        self._unit.durable = True
        values = {
            "token": kept(token),
            "talent_id": talent.id,
            "openid": openid,
            "app": app,
            "agent": agent[:190],
            "created_at": now,
            "seen_at": now,
            "ended_at": None,
        }
        theirs = update(TalentRow).where(TalentRow.id == talent.id)
        if self._unit.execute(theirs.values(seen_at=now)).rowcount != 1:
            raise Stale
        self._unit.execute(insert(LoginRow), values)

    def find(self, token: str, now: datetime) -> Session | None:
        """None: unknown, ended, or not used for too long. A look; takes no lock."""
        row = self._unit.run(_FIND, {"token": kept(token), "service": "service", "miniapp": "miniapp"}).row
        if row is None:
            return None
        login, (talent, elder, service, miniapp) = Login(*row[:5]), row[5:]
        if now - login.seen_at > IDLE:
            return None
        openids = {"service": service, "miniapp": miniapp}
        return Session(login, Talent(talent, {app: each for app, each in openids.items() if each}, elder))

    def over(self, token: str, now: datetime) -> Session | None:
        """Whose login it was that has ended within OVER: what ended it may be sent again. A look; takes no lock."""
        query = select(LoginRow).where(LoginRow.token == kept(token), LoginRow.ended_at > now - OVER)
        row = self._session.scalar(query)
        if row is None:
            return None
        login = Login(row.id, row.openid, row.app, row.created_at, row.seen_at)
        return Session(login, Talents(self._unit).get(row.talent_id))

    def seen(self, login: Login, now: datetime, wait: float | None = None) -> bool:
        """It goes on lasting; written once an hour. True: something is to be committed. `wait` as of Unit.lock."""
        if now - login.seen_at < _SEEN_EVERY:
            return False
        self._unit.lock(wait)
        whose = select(LoginRow.talent_id).where(LoginRow.id == login.id).scalar_subquery()
        self._unit.execute(update(TalentRow).where(TalentRow.id == whose).values(seen_at=now))
        this = update(LoginRow).where(LoginRow.id == login.id, LoginRow.ended_at.is_(None))
        self._unit.execute(this.values(seen_at=now))
        return True

    def of(self, talent: Talent, now: datetime) -> Sequence[LoginRow]:
        """Those that last, the freshest first."""
        query = select(LoginRow).where(LoginRow.talent_id == talent.id, LoginRow.ended_at.is_(None))
        found = self._session.scalars(query.order_by(LoginRow.seen_at.desc()))
        return [each for each in found if now - each.seen_at <= IDLE]

    def end(self, talent: Talent, now: datetime, *, only: int | None = None, besides: int | None = None) -> int:
        """End all logins of a person, or `only` one of them, or all `besides` one; how many that were. With more than
        one go the codes by which somebody could still come in as them."""
        self._unit.lock()
        self._unit.durable = True
        these = update(LoginRow).where(LoginRow.talent_id == talent.id, LoginRow.ended_at.is_(None))
        if only is not None:
            these = these.where(LoginRow.id == only)
        if besides is not None:
            these = these.where(LoginRow.id != besides)
        if only is None:
            self._unit.execute(delete(LinkCodeRow).where(LinkCodeRow.talent_id == talent.id))
        return int(self._unit.execute(these.values(ended_at=now)).rowcount)


def kept(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
