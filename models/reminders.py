"""Reminders as rows: which an event asks for, what keeps its rows fitting to it, and which are due."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, insert, select, update

from models import outbox
from models.base import OFFICE
from models.db import Unit
from models.event import SHOWN, Event, ReminderRow, Signup, midnight

_BEFORE = re.compile(r"(\d{1,3})(d|h|m|天|小时|分钟)")
_UNITS = {"d": "d", "h": "h", "m": "m", "天": "d", "小时": "h", "分钟": "m"}
_LENGTHS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_MORNING = timedelta(hours=9)  # when one is reminded of a day whose hour is not known
_MOST = 6
_AT_ONCE = 500  # ids in one statement
_KEY = ("openid", "kind", "due_at")
_COLUMNS = (ReminderRow.id, ReminderRow.openid, ReminderRow.kind, ReminderRow.due_at, ReminderRow.state)
_Where = list[ColumnElement[bool]]


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
    # Compared here and not by the database: its plan for a table it has no numbers of takes the square of the people.
    asked = times(event) if event.state in SHOWN else {}
    people = unit.execute(select(Signup.openid).where(*theirs)).scalars() if asked else ()
    wanted = {(person, kind, at) for person in people for kind, at in asked.items()}
    due = _rows(unit, select(*_COLUMNS).where(*mine, ReminderRow.state == "due").with_for_update())
    # Read after the lock: a clock that held one of them has queued it by now.
    over = _rows(unit, select(*_COLUMNS).where(*mine, ReminderRow.state != "due"))
    _set(unit, [row.id for key, row in due.items() if key not in wanted], "cancelled", why)
    ahead = {key for key in wanted - due.keys() if key[2] > now}
    _set(unit, [over[key].id for key in ahead & over.keys() if over[key].state == "cancelled"], "due", "")
    new = [dict(zip(_KEY, key, strict=True)) for key in sorted(ahead - over.keys())]
    if new:
        unit.execute(
            insert(ReminderRow), [{**each, "event_id": event.id, "state": "due", "reason": ""} for each in new]
        )


def _rows(unit: Unit, query: Any) -> dict[tuple[str, str, datetime], Any]:
    """Rows of _COLUMNS by what makes them one."""
    return {(row.openid, row.kind, row.due_at): row for row in unit.execute(query)}


def _set(unit: Unit, ids: Sequence[int], state: str, why: str) -> None:
    for at in range(0, len(ids), _AT_ONCE):
        some = update(ReminderRow).where(ReminderRow.id.in_(ids[at : at + _AT_ONCE]))
        unit.execute(some.values(state=state, reason=why))


def take_back(unit: Unit, event: Event, *, why: str, openid: str = "") -> None:
    """Drop reminders that are in the outbox and have not gone out: what they say is not true any more."""
    query = select(ReminderRow.id).where(ReminderRow.event_id == event.id, ReminderRow.state == "queued")
    if openid:
        query = query.where(ReminderRow.openid == openid)
    outbox.drop_all(unit, [dedup(number) for number in unit.execute(query).scalars()], why)


def dedup(number: int) -> str:
    """The key in the outbox of the reminder with this id."""
    return f"reminder:{number}"


class Due(NamedTuple):
    """A reminder whose time has come. `spent`: why it is of no use any more, in Chinese, or empty."""

    id: int
    openid: str
    event: Event
    kind: str
    spent: str


def due(unit: Unit, limit: int, now: datetime) -> list[Due]:
    """Up to `limit` reminders that are due, held until the unit ends; what another clock holds is passed over.

    The event, the sign-up and the wish to be reminded are read anew.
    """
    unit.lock()
    query = select(ReminderRow).where(ReminderRow.state == "due", ReminderRow.due_at <= now)
    query = query.order_by(ReminderRow.due_at, ReminderRow.id).limit(limit)
    rows = list(unit.session.scalars(query.with_for_update(skip_locked=True)))
    if not rows:
        return []
    about = select(Event).where(Event.id.in_({row.event_id for row in rows}))
    events = {event.id: event for event in unit.session.scalars(about)}
    wanted = _wanted(unit, rows)
    nearest = _nearest(unit, rows, now)
    return [_due(row, events[row.event_id], wanted, nearest, now) for row in rows]


def queued(unit: Unit, ids: Sequence[int]) -> None:
    _set(unit, ids, "queued", "")


def expired(unit: Unit, ids: Sequence[int], why: str) -> None:
    _set(unit, ids, "expired", why)


_Key = tuple[int, str]


def _due(row: ReminderRow, event: Event, wanted: set[_Key], nearest: dict[_Key, datetime], now: datetime) -> Due:
    key = row.event_id, row.openid
    spent = ""
    if event.state not in SHOWN or event.starts_at is None:
        spent = f"活动{event.state_name}"
    elif now >= event.starts_at:
        spent = "活动已经开始"
    elif key not in wanted:
        spent = "没有报名或不要提醒"
    elif times(event).get(row.kind) != row.due_at:
        spent = "活动改期"
    elif nearest[key] > row.due_at:
        spent = "有离得更近的提醒"
    return Due(row.id, row.openid, event, row.kind, spent)


def _wanted(unit: Unit, rows: Sequence[ReminderRow]) -> set[_Key]:
    query = select(Signup.event_id, Signup.openid).where(
        Signup.event_id.in_({row.event_id for row in rows}),
        Signup.openid.in_({row.openid for row in rows}),
        Signup.state == "going",
        Signup.remind.is_(True),
    )
    return {(event, openid) for event, openid in unit.execute(query)}


def _nearest(unit: Unit, rows: Sequence[ReminderRow], now: datetime) -> dict[_Key, datetime]:
    """Of each person and event, the latest time that has come; also of one that another clock holds or has queued."""
    query = select(ReminderRow.event_id, ReminderRow.openid, func.max(ReminderRow.due_at)).where(
        ReminderRow.event_id.in_({row.event_id for row in rows}),
        ReminderRow.openid.in_({row.openid for row in rows}),
        ReminderRow.state.in_(("due", "queued")),
        ReminderRow.due_at <= now,
    )
    query = query.group_by(ReminderRow.event_id, ReminderRow.openid)
    return {(event, openid): at for event, openid, at in unit.execute(query)}


def off(unit: Unit, number: str, openid: str, starts_at: str) -> str:
    """Why a reminder in the outbox is not to go out any more, of the event with that number; empty: it is.

    `starts_at`: the ISO time, or day, that the reminder says.
    """
    query = select(Event.state, Event.starts_at, Signup.state, Signup.remind)
    query = query.join(Signup, Signup.event_id == Event.id)
    row = unit.execute(query.where(Event.number == number, Signup.openid == openid)).first()
    if row is None or row[2] != "going":
        return "没有报名"
    if row[0] not in SHOWN:
        return "活动取消或已结束"
    if row[1] is None or not _is_same(starts_at, row[1]):
        return "活动改期"
    return "" if row[3] else "不要提醒"


def _is_same(said: str, start: datetime) -> bool:
    if len(said) == len("2027-04-23"):
        return start.astimezone(OFFICE).date().isoformat() == said
    return not said or datetime.fromisoformat(said) == start
