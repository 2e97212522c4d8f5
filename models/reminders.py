"""Reminders as rows: which an event asks for, and the statements that keep its rows fitting to it.

Every statement works on all people of an event at once, so that an edit costs the same for ten and ten thousand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, insert, literal, or_, select, update

from models.db import Unit
from models.event import SHOWN, Event, ReminderRow, Signup, midnight
from models.outbox import OutboxRow

_BEFORE = re.compile(r"(\d{1,3})(d|h|m|天|小时|分钟)")
_UNITS = {"d": "d", "h": "h", "m": "m", "天": "d", "小时": "h", "分钟": "m"}
_LENGTHS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_MORNING = timedelta(hours=9)  # when one is reminded of a day whose hour is not known
_MOST = 6
_Where = list[ColumnElement[bool]]
_AT_ONCE = 500  # ids in one statement


def spelled(text: str) -> str:
    """ "7天，2小时" as it is kept, longest first: "7d 2h". Raises ValueError."""
    found: dict[str, timedelta] = {}
    for word in re.split(r"[\s,，、]+", text.strip()):
        match = _BEFORE.fullmatch(word)
        if word and (match is None or not int(match[1])):
            raise ValueError(word)
        if match:
            unit = _UNITS[match[2]]
            found[f"{int(match[1])}{unit}"] = int(match[1]) * _LENGTHS[unit]
    if len(found) > _MOST:
        raise ValueError(text)
    return " ".join(sorted(found, key=lambda kind: found[kind], reverse=True))


def times(event: Event) -> dict[str, datetime]:
    """When each kind of reminder is due. Of a day without an hour: at nine in the morning, whole days before."""
    if event.starts_at is None:
        return {}
    due = {}
    for kind in event.remind.split():
        number, unit = int(kind[:-1]), kind[-1]
        if not event.all_day:
            due[kind] = event.starts_at - number * _LENGTHS[unit]
        elif unit == "d":
            due[kind] = midnight(event.starts_at) - number * _LENGTHS[unit] + _MORNING
    return due


def fit(unit: Unit, event: Event, *, why: str, now: datetime, openid: str = "") -> None:
    """Make the event's rows (of one person, or of all) what its times and sign-ups now ask for.

    What does not fit any more is cancelled, saying `why`; what is missing and still ahead is made. A row that went out
    once is never due again. The event's row must be held.
    """
    mine: _Where = [ReminderRow.event_id == event.id]
    theirs: _Where = [Signup.event_id == event.id, Signup.state == "going", Signup.remind.is_(True)]
    if openid:
        mine.append(ReminderRow.openid == openid)
        theirs.append(Signup.openid == openid)
    gone = {"state": "cancelled", "reason": why}
    unit.execute(update(ReminderRow).where(*mine, ReminderRow.state == "due").values(gone))
    if event.state not in SHOWN:
        return
    for kind, due in times(event).items():
        if due > now:
            _owe(unit, event, kind, due, [*mine, ReminderRow.state == "cancelled"], theirs)


def _owe(unit: Unit, event: Event, kind: str, due: datetime, cancelled: _Where, theirs: _Where) -> None:
    asked = select(Signup.openid).where(*theirs)
    again = and_(*cancelled, ReminderRow.kind == kind, ReminderRow.due_at == due)
    back = update(ReminderRow).where(again, ReminderRow.openid.in_(asked))
    unit.execute(back.values({"state": "due", "reason": ""}))
    known = exists().where(
        ReminderRow.event_id == event.id,
        ReminderRow.openid == Signup.openid,
        ReminderRow.kind == kind,
        ReminderRow.due_at == due,
    )
    due_at = literal(due, ReminderRow.due_at.type)
    new = select(Signup.event_id, Signup.openid, literal(kind), due_at, literal("due"), literal(""))
    new = new.where(*theirs, ~known)
    unit.execute(insert(ReminderRow).from_select(["event_id", "openid", "kind", "due_at", "state", "reason"], new))


def take_back(unit: Unit, event: Event, *, why: str, openid: str = "") -> None:
    """Drop reminders that are in the outbox and have not gone out: what they say is not true any more."""
    query = select(ReminderRow.id).where(ReminderRow.event_id == event.id, ReminderRow.state == "queued")
    if openid:
        query = query.where(ReminderRow.openid == openid)
    ids = list(unit.execute(query).scalars())
    for at in range(0, len(ids), _AT_ONCE):
        drop(unit, [dedup(number) for number in ids[at : at + _AT_ONCE]], why=why)


def drop(unit: Unit, dedups: Sequence[str], *, why: str) -> None:
    unsent = or_(OutboxRow.state == "due", OutboxRow.state == "waiting")
    unit.execute(update(OutboxRow).where(OutboxRow.dedup.in_(dedups), unsent).values(state="dead", reason=why))


def dedup(number: int) -> str:
    """The key in the outbox of the reminder with this id."""
    return f"reminder:{number}"
