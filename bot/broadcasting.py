"""Broadcasts: who would get one and by which way, and the outbox rows of those that run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import notices
from bot.events import start_of
from bot.kit import Kit
from bot.reach import reach_all
from config.calendar import SHANGHAI
from models import outbox
from models.broadcast import NEWS, Audience, Broadcast, Broadcasts, audience_of
from models.db import Unit
from models.events import Events

NOTICE = "broadcast"
STOPPED = "群发已停止"
_FROM, _TO = 8, 21  # hours of the office between which nobody is disturbed by one
_MINUTE = timedelta(minutes=1)
_USEFUL = timedelta(days=7)  # for who can't be reached now and may write by then
_MOST = 500  # people in one transaction


@dataclass(frozen=True, slots=True)
class Outlook:
    """`way` is empty when the person can't be reached now; `why` is for staff."""

    openid: str
    way: str
    why: str


def outlook(kit: Kit, unit: Unit, audience: Audience, now: datetime) -> Iterator[Outlook]:
    """What would become of a broadcast, person by person. Reads only."""
    for openid, found in reach_all(kit, unit, Broadcasts(unit).people(audience), NOTICE, now=now):
        yield Outlook(openid, found.way, found.why)


def is_quiet(now: datetime) -> bool:
    return not _FROM <= now.astimezone(SHANGHAI).hour < _TO


def morning(now: datetime) -> datetime:
    """When the quiet hours that `now` is in are over."""
    here = now.astimezone(SHANGHAI)
    start = here.replace(hour=_FROM, minute=0, second=0, microsecond=0)
    return start if here < start else start + timedelta(days=1)


def broadcast(kit: Kit) -> str:
    """Owe the next people of every running broadcast their text, as many as a minute allows."""
    with kit.db.unit() as unit:
        running = Broadcasts(unit).running()
    queued = 0
    for number in running:
        with kit.db.writing() as unit:
            row = Broadcasts(unit).try_hold(number)
            if row is not None and row.state == "running":
                queued += _go_on(kit, unit, row, kit.now())
    return f"群发 {queued} 人" if queued else ""


def _go_on(kit: Kit, unit: Unit, row: Broadcast, now: datetime) -> int:
    if is_quiet(now) and not row.at_night:
        return 0
    room = min(_MOST, row.per_minute - outbox.count_under(unit, prefix(row), since=now - _MINUTE))
    if room <= 0:
        return 0
    again = outbox.dropped_under(unit, prefix(row), STOPPED)[:room]
    outbox.revive(unit, again, now=now)
    room -= len(again)
    new = _queue(unit, row, room, now) if room and row.ended_at is None else 0
    if room and row.ended_at is not None:
        row.state = "done"  # nobody new: it had been through when it was stopped
    unit.session.flush()
    return len(again) + new


def _queue(unit: Unit, row: Broadcast, room: int, now: datetime) -> int:
    audience = audience_of(row)
    people = Broadcasts(unit).people(audience, after=row.cursor, limit=room)
    owed = {f"{prefix(row)}{openid}": openid for openid in people}
    new = notices.owe_all(unit, NOTICE, owed, _data(unit, row, audience), now=now, until=now + _USEFUL)
    row.queued, row.skipped = row.queued + len(new), row.skipped + len(people) - len(new)
    row.cursor = people[-1] if people else row.cursor
    if len(people) < room:
        row.state, row.ended_at = "done", now
    return len(new)


def _data(unit: Unit, row: Broadcast, audience: Audience) -> dict[str, Any]:
    """`broadcast` and `by_day` are asked before each send: bot/timely.py."""
    short = row.title[: notices.LONGEST_TITLE]
    data: dict[str, Any] = {"title": short, "when": "", "note": short, "text": row.body}
    data |= {"broadcast": row.id, "by_day": not row.at_night}
    if audience.needs_news:
        # Templates want a time: that of the news itself, for what it tells may have none.
        return {**data, "purpose": NEWS, "when": row.made_at.isoformat()}
    return {**data, "event": audience.event, "when": start_of(Events(unit).find(audience.event))}


def stop(unit: Unit, number: int) -> tuple[Broadcast, int]:
    """Nobody more is owed it, and what has not gone out is dropped: how many. Raises NoSuchBroadcast."""
    row = Broadcasts(unit).hold(number)
    row.state = "stopped"
    unit.session.flush()
    return row, outbox.drop_under(unit, prefix(row), STOPPED)


def resume(unit: Unit, number: int) -> tuple[Broadcast, int]:
    """It goes on, so many a minute: with whom the stop dropped, how many these are, then behind the last person.

    One that had come to its end does not go on to those who have joined since.
    """
    row = Broadcasts(unit).hold(number)
    if row.state != "stopped":
        return row, 0
    row.state = "running"
    unit.session.flush()
    return row, len(outbox.dropped_under(unit, prefix(row), STOPPED))


def prefix(row: Broadcast) -> str:
    """Of the dedup of its rows; the openid follows."""
    return f"broadcast:{row.id}:"
