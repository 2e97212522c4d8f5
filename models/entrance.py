"""Who is inside the console: sessions of staff. Part of the caller's unit. How they come in is models/knock.py."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, update

from models.db import Unit
from models.prepared import Prepared
from models.staff import Staff, StaffSession

WHOLE = "whole"
HALF = "password"  # the second factor is missing still
_SEEN_EVERY = timedelta(minutes=1)
# Read with every request, and a few hundred open consoles make many of those.
_STAFF, _SESSION = Staff.__table__.c.keys(), StaffSession.__table__.c.keys()
_INSIDE = Prepared(
    select(*Staff.__table__.c, *StaffSession.__table__.c)
    .join_from(StaffSession, Staff, StaffSession.staff_id == Staff.id)
    .where(StaffSession.token == bindparam("token"))
)


class Limits(NamedTuple):
    """How long a session lasts without anything done in it, and at most."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=8)


class Inside(NamedTuple):
    """Somebody with a session. `whole`: no second factor is missing still."""

    staff: Staff
    token: str  # as kept
    csrf: str
    whole: bool
    seen_at: datetime


class Entrance:
    def __init__(self, unit: Unit, limits: Limits = Limits()) -> None:  # noqa: B008 - a value that never changes
        self._unit = unit
        self._limits = limits

    def begin(self, staff: Staff, stage: str, *, address: str, agent: str, now: datetime) -> str:
        """A new session; the value of its cookie, which is kept nowhere."""
        self._unit.lock()
        token = secrets.token_urlsafe(32)
        values = {
            "token": kept(token),
            "staff_id": staff.id,
            "staff_version": staff.version,
            "csrf": secrets.token_urlsafe(32),
            "stage": stage,
            "address": address[:64],
            "agent": agent[:190],
            "created_at": now,
            "seen_at": now,
        }
        self._unit.execute(insert(StaffSession), values)
        return token

    def inside(self, token: str, now: datetime) -> Inside | None:
        """Whose session it is; None when it is over, or the account has changed. A look; takes no lock."""
        row = self._unit.run(_INSIDE, {"token": kept(token)}).row
        if row is None:
            return None
        staff = Staff(**dict(zip(_STAFF, row, strict=False)))
        session = StaffSession(**dict(zip(_SESSION, row[len(_STAFF) :], strict=True)))
        if not self._lasts(staff, session, now):
            return None
        return Inside(staff, session.token, session.csrf, session.stage == WHOLE, session.seen_at)

    def seen(self, inside: Inside, now: datetime, wait: float | None = None) -> bool:
        """Something was done in it: it goes on being fresh. Written at most once a minute. `wait` as of Unit.lock."""
        if now - inside.seen_at < _SEEN_EVERY:
            return False
        self._unit.lock(wait)
        this = update(StaffSession).where(StaffSession.token == inside.token, StaffSession.ended_at.is_(None))
        self._unit.execute(this.values(seen_at=now))
        return True

    def of(self, staff: Staff, now: datetime) -> Sequence[StaffSession]:
        """The account's sessions that last, the freshest first."""
        query = select(StaffSession).where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
        found = self._unit.session.scalars(query.order_by(StaffSession.seen_at.desc()))
        return [each for each in found if each.stage == WHOLE and self._lasts(staff, each, now)]

    def end(self, token: str, now: datetime) -> None:
        """`token`: the cookie's value."""
        self.close(kept(token), now)

    def close(self, token: str, now: datetime) -> None:
        """`token`: as kept."""
        self._unit.lock()
        this = update(StaffSession).where(StaffSession.token == token, StaffSession.ended_at.is_(None))
        self._unit.execute(this.values(ended_at=now))

    def close_others(self, inside: Inside, now: datetime) -> int:
        """Every session of the account but this one; how many."""
        self._unit.lock()
        others = update(StaffSession).where(
            StaffSession.staff_id == inside.staff.id,
            StaffSession.token != inside.token,
            StaffSession.ended_at.is_(None),
        )
        return int(self._unit.execute(others.values(ended_at=now)).rowcount)

    def _lasts(self, staff: Staff, session: StaffSession, now: datetime) -> bool:
        if session.ended_at is not None or session.staff_version != staff.version or staff.disabled:
            return False
        return now - session.seen_at <= self._limits.idle and now - session.created_at <= self._limits.longest


def kept(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
