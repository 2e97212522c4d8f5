"""What WeChat says later about a template it had taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from models import outbox, sending, talk
from models.db import Unit
from models.outbox import LONGEST, OutboxRow
from models.talent import all_of


def note(unit: Unit, msgid: str, outcome: str, now: datetime, *, openid: str = "") -> str:
    """Note it: "success", or why it did not arrive.

    Returns the row's new state when that changes it, else "". What loses its use with time is dead then, an answer
    waits for the person; of somebody who is in both accounts either is due again, for it may go by the other. WeChat
    may say so before the worker has noted the call: then the worker finds it said.
    """
    unit.lock()
    found = sending.by_msgid(unit, msgid, openid) or sending.template_under_way(unit, openid, msgid)
    if found is None:
        return ""
    unit.durable = True
    if outcome.lower() in ("success", "0", "ok"):
        sending.done(unit, found.id, sending.DELIVERED, msgid)
        return ""
    sending.done(unit, found.id, f"{sending.FAILED} {outcome.removeprefix(sending.FAILED).strip(': ')}", msgid)
    row = outbox.find(unit, found.outbox_id)
    if row is None or row.state != "sent" or row.way != found.way:
        return ""
    to = "dead" if row.until is not None else "waiting"
    if len(all_of(unit, row.openid)) > 1:
        to = "due"
    if to == "waiting":
        for each in sorted({found.openid, row.openid}):
            talk.owe(unit, each)
    values = {
        "state": to,
        "reason": f"微信说没有送到：{outcome}"[:LONGEST],
        "sent_at": None,
        "way": "",
        "due_at": now,
        "part": 0,
        "said": 0,
    }
    unit.execute(update(OutboxRow).where(OutboxRow.id == row.id, OutboxRow.state == "sent").values(values))
    return to
