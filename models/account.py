"""What all processes must know of a WeChat account: its access token, and which of its APIs are stopped, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import String, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime, is_over, lasts
from models.db import Clash, Unit

EVERY = "*"  # stands for all APIs of an account
_LONGEST = timedelta(seconds=30)  # nobody keeps the lease of a token for longer


class TokenRow(Base):
    """`token` is sealed. Whoever refreshes holds the lease; the others go on with the old token while it is good."""

    __tablename__ = "token"

    appid: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str] = mapped_column(Text, default="")
    ends_at: Mapped[datetime | None] = mapped_column(UtcTime)
    worker: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)


class StopRow(Base):
    """One API of one account is not called before `until`."""

    __tablename__ = "stop"

    appid: Mapped[str] = mapped_column(String(64), primary_key=True)
    api: Mapped[str] = mapped_column(String(96), primary_key=True)  # its path, such as /cgi-bin/message/custom/send
    code: Mapped[int]
    times: Mapped[int] = mapped_column(default=1)  # in a row
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)


class Held(NamedTuple):
    """`sealed` is "" when there is no token yet."""

    sealed: str
    ends_at: datetime | None
    lease_until: datetime | None

    def leased(self, now: datetime) -> bool:
        return lasts(self.lease_until, now, _LONGEST)


class Tokens:
    """The one token of an account, in the caller's unit. To write, the unit must hold the lock."""

    def __init__(self, unit: Unit, appid: str) -> None:
        self._unit, self._appid = unit, appid

    def held(self) -> Held | None:
        row = TokenRow.__table__.c
        found = self._unit.execute(
            select(row.token, row.ends_at, row.lease_until).where(row.appid == self._appid)
        ).first()
        return None if found is None else Held(*found)

    def take(self, worker: str, *, seen: Held | None, now: datetime, until: datetime) -> bool:
        """The lease: True for one of any number of workers, until it ends or is given back.

        False too when the token is not the one `seen` any more: somebody has been faster, there is nothing to fetch.
        """
        free = is_over(TokenRow.lease_until, now, _LONGEST)
        same = (TokenRow.appid == self._appid, TokenRow.token == (seen.sealed if seen else ""))
        mine = update(TokenRow).where(*same, free).values(worker=worker, lease_until=until)
        if self._unit.execute(mine).rowcount == 1:
            return True
        if self.held() is not None:
            return False
        try:
            self._unit.execute(
                insert(TokenRow).values(appid=self._appid, token="", ends_at=None, worker=worker, lease_until=until)
            )
        except Clash:
            self._unit.rollback()
            return False
        return True

    def keep(self, worker: str, sealed: str, ends_at: datetime, *, until: datetime | None = None) -> bool:
        """The new token; `until`: nobody need ask again before. False, and nothing kept: the lease went to another."""
        values = {"token": sealed, "ends_at": ends_at, "lease_until": until}
        return self._mine(worker, values)

    def give_back(self, worker: str, *, until: datetime | None = None) -> bool:
        """Nothing was got; `until`: nobody should try before."""
        return self._mine(worker, {"lease_until": until})

    def _mine(self, worker: str, values: dict[str, object]) -> bool:
        own = update(TokenRow).where(TokenRow.appid == self._appid, TokenRow.worker == worker)
        return bool(self._unit.execute(own.values(**values)).rowcount == 1)


def any_stopped(unit: Unit, appids: Sequence[str]) -> bool:
    """Whether any API of these accounts is stopped."""
    return unit.execute(select(StopRow.api).where(StopRow.appid.in_(appids)).limit(1)).first() is not None


class Stop(NamedTuple):
    api: str
    code: int
    times: int
    since: datetime
    until: datetime

    def stands(self, now: datetime, longest: timedelta) -> bool:
        """One that would last for longer than the `longest` was made by a clock that ran ahead."""
        return lasts(self.until, now, longest)


class Stops:
    """Which APIs of an account are stopped, in the caller's unit. To write, the unit must hold the lock."""

    def __init__(self, unit: Unit, appid: str) -> None:
        self._unit, self._appid = unit, appid

    def on(self, *apis: str) -> list[Stop]:
        """Those of `apis` that are stopped; of all when none is named. The longest stands first."""
        row = StopRow.__table__.c
        query = select(row.api, row.code, row.times, row.since, row.until).where(row.appid == self._appid)
        if apis:
            query = query.where(row.api.in_(apis))
        return [Stop(*found) for found in self._unit.execute(query.order_by(row.until.desc(), row.api))]

    def add(self, stop: Stop) -> bool:
        """False when there is one already: it stays as it is."""
        if self.on(stop.api):
            return False
        try:
            self._unit.execute(insert(StopRow).values(appid=self._appid, **stop._asdict()))
        except Clash:
            self._unit.rollback()
            return False
        return True

    def move(self, seen: Stop, new: Stop) -> bool:
        """Compare-and-set: False when somebody else has changed it since it was `seen`."""
        same = (StopRow.appid == self._appid, StopRow.api == seen.api, StopRow.until == seen.until)
        values = {"code": new.code, "times": new.times, "since": new.since, "until": new.until}
        return bool(self._unit.execute(update(StopRow).where(*same).values(**values)).rowcount == 1)

    def clear(self, api: str) -> bool:
        gone = delete(StopRow).where(StopRow.appid == self._appid, StopRow.api == api)
        return bool(self._unit.execute(gone).rowcount)
