"""Reading the audit: by who, what, on what and when; the newest first."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select

from models.audit import AuditRow, Entry
from models.base import OFFICE
from models.db import Unit


class Wanted(NamedTuple):
    """Empty: any. `action` and `object` may be the beginning of one (staff.); `day` is the office's."""

    actor: str = ""
    action: str = ""
    object: str = ""
    day: date | None = None


def rows(unit: Unit, wanted: Wanted, *, before: int = 0, limit: int = 50) -> list[Entry]:
    """At most so many, those older than the row `before` (0: from the newest)."""
    query = select(*(getattr(AuditRow, name) for name in Entry._fields)).order_by(AuditRow.seq.desc()).limit(limit)
    query = query.where(AuditRow.actor == wanted.actor) if wanted.actor else query
    query = query.where(AuditRow.action.startswith(wanted.action, autoescape=True)) if wanted.action else query
    query = query.where(AuditRow.object.startswith(wanted.object, autoescape=True)) if wanted.object else query
    query = query.where(AuditRow.seq < before) if before else query
    if wanted.day:
        start = datetime.combine(wanted.day, time(), OFFICE)
        query = query.where(AuditRow.at >= start, AuditRow.at < start + timedelta(days=1))
    return [Entry(*row) for row in unit.execute(query)]


def size(unit: Unit) -> int:
    """The newest row's number, which is how many there are while the chain holds."""
    return unit.execute(select(AuditRow.seq).order_by(AuditRow.seq.desc()).limit(1)).scalar() or 0
