"""Who comes in at the console: sessions of staff. Part of the caller's unit."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import insert, select, update

from models.db import Unit
from models.staff import Staff, StaffSession

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
WHOLE = "whole"


class Inside(NamedTuple):
    """Somebody with a session. `whole`: no second factor is missing still."""

    staff: Staff
    token: str  # as kept
    csrf: str
    whole: bool


class Entrance:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

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
        query = select(Staff, StaffSession).join(StaffSession, StaffSession.staff_id == Staff.id)
        row = self._unit.session.execute(query.where(StaffSession.token == kept(token))).first()
        if row is None:
            return None
        staff, session = row
        over = session.ended_at is not None or session.staff_version != staff.version or staff.disabled
        if over or now - session.seen_at > IDLE or now - session.created_at > LONGEST:
            return None
        return Inside(staff, session.token, session.csrf, session.stage == WHOLE)

    def end(self, token: str, now: datetime) -> None:
        self._unit.lock()
        this = update(StaffSession).where(StaffSession.token == kept(token), StaffSession.ended_at.is_(None))
        self._unit.execute(this.values(ended_at=now))


def kept(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
