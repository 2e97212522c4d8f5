"""Whether what is owed may still be said. Asked by whoever is about to: a worker, or a reply that takes it along."""

from __future__ import annotations

from datetime import datetime

from bot import notices
from models import outbox, reminders
from models.agreement import Agreements
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
    return ""


def drop_of(unit: Unit, openid: str, purpose: str, reason: str) -> int:
    """Nothing that needs this agreement goes out to the person any more; not counted is what a worker has. How many."""
    found = (row for state in ("due", "waiting") for row in outbox.rows(unit, state=state, openid=openid, limit=_MOST))
    asked = [row.dedup for row in found if notices.data_of(row).get("purpose") == purpose]
    return outbox.drop_all(unit, asked, reason)
