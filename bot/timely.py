"""Whether what is owed may still be said. Asked by whoever is about to: a worker, or a reply that takes it along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import notices
from bot.broadcasting import NOTICE, STOPPED, is_quiet, morning
from models import outbox, reminders
from models.agreement import Agreements
from models.broadcast import Broadcasts
from models.db import Unit
from models.outbox import Row

_MOST = 1000  # open rows of one person


def over(unit: Unit, row: Row, now: datetime) -> str:
    """Why it is not to be said any more, for staff; empty: it is."""
    data = notices.data_of(row)
    if row.until is not None and row.until <= now:
        return "过了有效时间，没有再发"
    purpose = str(data.get("purpose") or "")
    if purpose and not Agreements(unit).has(row.openid, purpose):
        return "对方没有同意或撤回了同意"
    event = str(data.get("event") or "")
    if event and row.kind == "reminder":
        return reminders.off(unit, event, row.openid, str(data["when"]))
    return _over_broadcast(unit, row.openid, data) if row.kind == NOTICE else ""


def _over_broadcast(unit: Unit, openid: str, data: Mapping[str, Any]) -> str:
    broadcasts, event = Broadcasts(unit), str(data.get("event") or "")
    if broadcasts.is_stopped(int(data.get("broadcast") or 0)):
        return STOPPED
    return "没有报名" if event and not broadcasts.is_signed_up(event, openid) else ""


def not_before(row: Row, now: datetime) -> datetime | None:
    """Until when it is kept though it could go out unasked now; None: it need not be."""
    by_day = row.kind == NOTICE and notices.data_of(row).get("by_day")
    return morning(now) if by_day and is_quiet(now) else None


def drop_of(unit: Unit, openid: str, purpose: str, reason: str) -> int:
    """Nothing that needs this agreement goes out to the person any more; not counted is what a worker has. How many."""
    found = (row for state in ("due", "waiting") for row in outbox.rows(unit, state=state, openid=openid, limit=_MOST))
    asked = [row.dedup for row in found if notices.data_of(row).get("purpose") == purpose]
    return outbox.drop_all(unit, asked, reason)
