"""Every verb on an event: what staff do and what talents do, with the reminders that follow, in the caller's unit.

Nobody is told anything here: bot/events.py owes the notices.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models import counter, reminders
from models.base import OFFICE
from models.db import Stale
from models.event import SHOWN, Event, Signup, midnight
from models.programme import NoSuchEvent
from models.seating import Refused, Seating

__all__ = ["EDITABLE", "Changed", "Events", "NewEvent", "NoSuchEvent", "Refused"]

_CODE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
_CODE_LENGTH = 6
_KINDS = ("day", "activity", "deadline", "call")
_LONGEST = {"title": ("名称", 64), "place": ("地点", 190), "audience": ("对象", 190), "contact": ("联系方式", 190)}
_MOVED = ("starts_at", "ends_at", "all_day", "place")  # a change of these is told to everybody who signed up


@dataclass(frozen=True, slots=True)
class NewEvent:
    """See Event for the fields; times are aware."""

    title: str
    kind: str = "activity"
    place: str = "unknown"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    capacity: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    audience: str = ""
    contact: str = "unknown"
    agenda: str = ""
    materials: str = ""
    remind: str = ""
    remind_text: str = ""
    demo: bool = False
    named: str | None = None
    year: int | None = None


EDITABLE = tuple(each.name for each in fields(NewEvent) if each.name not in ("kind", "demo", "named", "year"))


@dataclass(frozen=True, slots=True)
class Changed:
    """What an edit means to people: those to be told of a move or cancellation, and those who got a seat by it."""

    event: Event
    people: tuple[str, ...] = ()
    promoted: tuple[str, ...] = ()


class Events(Seating):
    """Works inside `unit`. Staff's verbs raise Stale when the event was changed since it was read."""

    def add(self, new: NewEvent, *, now: datetime) -> Event:
        """A draft, with a number and a check-in code."""
        self._unit.lock()
        self._unit.durable = True
        values = asdict(new)
        sound(values)
        event = Event(
            **values,
            number=self._number(new, now),
            state="draft",
            why="",
            code=self._code(),
            version=1,
            created_at=now,
            updated_at=now,
        )
        self._session.add(event)
        self._session.flush()
        return event

    def open(self, event: Event, *, now: datetime) -> Changed:
        """Show a draft and let people sign up. Its date must be known."""
        if event.state != "draft":
            raise Refused(f"这场活动是“{event.state_name}”，不是草稿")
        return self._change(event, {"state": "open"}, now)

    def confirm(self, event: Event, starts_at: datetime, *, all_day: bool = True, now: datetime) -> Changed:
        """The date of a named day is settled: open it. Who asked to be reminded of it is told and reminded."""
        if event.state != "draft":
            raise Refused(f"它的日期已经定了（{event.state_name}），改期请用 edit")
        return self._change(event, {"state": "open", "starts_at": starts_at, "all_day": all_day}, now)

    def unsettle(self, event: Event, *, now: datetime) -> Changed:
        """The date of a named day is open again: a draft, with those who signed up waiting to hear of it."""
        held = self._hold(event)
        if held.named is None or held.state not in SHOWN:
            raise Refused(f"这场活动是“{held.state_name}”，日期没有可收回的")
        people = self._people(held)
        held.state, held.starts_at, held.ends_at, held.opens_at, held.closes_at = "draft", None, None, None, None
        held.all_day, held.by_content = True, False
        held.version, held.updated_at = held.version + 1, now
        self._settle(held, now, why="日期待定")
        reminders.take_back(self._unit, held, why="日期待定")
        return Changed(held, people=people)

    def carry_over(self, event: Event, year: int, *, now: datetime) -> Event:
        """The draft of a named day waits for its date in another year, with who waits for it."""
        held = self._hold(event)
        held.year, held.version, held.updated_at = year, held.version + 1, now
        self._session.flush()
        return held

    def edit(self, event: Event, changes: Mapping[str, object], *, now: datetime) -> Changed:
        """Change fields of EDITABLE. More seats go to those who wait; a move makes all reminders anew."""
        unknown = set(changes) - set(EDITABLE)
        if unknown:
            raise Refused(f"没有这一栏：{'、'.join(sorted(unknown))}")
        if event.state in ("cancelled", "done"):
            raise Refused(f"活动{event.state_name}，不能再改")
        return self._change(event, changes, now)

    def close(self, event: Event, *, now: datetime) -> Changed:
        """Nobody signs up any more."""
        if event.state not in ("open", "full"):
            raise Refused(f"这场活动是“{event.state_name}”，没有在报名")
        return self._change(event, {"closes_at": now}, now)

    def cancel(self, event: Event, why: str, *, now: datetime) -> Changed:
        """Reminders not sent yet are cancelled with it. Cancelling twice changes nothing."""
        held = self._hold(event)
        if held.state == "cancelled":
            return Changed(held)
        if held.state_at(now, 0) == "done":
            raise Refused("活动已经结束，不能取消")
        people = self._people(held)
        held.state, held.why = "cancelled", why[:190]
        self._settle(held, now, why="活动取消")
        reminders.take_back(self._unit, held, why="活动取消")
        return Changed(held, people=people)

    def finish(self, event: Event, *, now: datetime) -> bool:
        """Bring the state to what time and seats make of it. False when it was that already."""
        held = self._hold(event)
        state = held.state_at(now, self.seats(held).going)
        if state == held.state:
            return False
        held.state, held.updated_at = state, now
        self._session.flush()
        return True

    def _change(self, event: Event, changes: Mapping[str, object], now: datetime) -> Changed:
        version, held = event.version, self._hold(event)
        if held.version != version:
            raise Stale
        values = {name: getattr(held, name) for name in EDITABLE} | {"kind": held.kind} | dict(changes)
        self._is_sound(values, held)
        was_draft = held.state == "draft"
        moved = not was_draft and any(getattr(held, name) != values[name] for name in _MOVED)
        for name, value in values.items():
            setattr(held, name, value)
        held.version, held.updated_at = held.version + 1, now
        if was_draft and held.state != "draft":
            self._seat(held)
        self._settle(held, now, why="活动改期")
        if moved:
            reminders.take_back(self._unit, held, why="活动改期")
        promoted = tuple(each.openid for each in self._promote(held, now))
        tell = moved or (was_draft and held.state != "draft")
        people = tuple(openid for openid in self._people(held) if openid not in promoted) if tell else ()
        return Changed(held, people, promoted)

    def _is_sound(self, values: dict[str, object], held: Event) -> None:
        sound(values)
        going = self.seats(held).going
        capacity = values["capacity"]
        if held.state != "draft" and isinstance(capacity, int) and 0 < capacity < going:
            raise Refused(f"已有 {going} 人报上名，名额不能少于 {going}")
        if values.get("state", held.state) != "draft" and values["starts_at"] is None:
            raise Refused("时间还没有定，不能发布")

    def _seat(self, held: Event) -> None:
        """Wishes of a draft become seats, in the order they came; the others wait."""
        if not held.capacity:
            return
        query = select(Signup).where(Signup.event_id == held.id, Signup.state == "going").order_by(Signup.turn)
        for late in list(self._session.scalars(query))[held.capacity :]:
            late.state = "waiting"

    def _people(self, held: Event) -> tuple[str, ...]:
        query = select(Signup.openid).where(Signup.event_id == held.id, Signup.state.in_(("going", "waiting")))
        return tuple(self._session.scalars(query.order_by(Signup.turn)))

    def _number(self, new: NewEvent, now: datetime) -> str:
        """H20270423-01 by its day, H2027-01 when that is not known yet. It stays when the event is moved."""
        day = new.starts_at.astimezone(OFFICE).strftime("%Y%m%d") if new.starts_at else ""
        day = day or str(new.year or now.astimezone(OFFICE).year)
        return f"H{day}-{counter.take(self._unit, f'event:{day}'):02d}"

    def _code(self) -> str:
        while True:
            code = "".join(secrets.choice(_CODE) for _ in range(_CODE_LENGTH))
            if self._session.scalar(select(Event.id).where(Event.code == code)) is None:
                return code


def sound(values: dict[str, Any]) -> None:
    """Put an event's fields into the form they are kept in. Raises Refused, naming what is wrong with them."""
    values["title"] = str(values["title"]).strip()
    if not values["title"]:
        raise Refused("活动要有名称")
    for name, (title, longest) in _LONGEST.items():
        if len(str(values[name])) > longest:
            raise Refused(f"{title}有 {len(str(values[name]))} 个字，最多 {longest} 个")
    if values["kind"] not in _KINDS:
        raise Refused(f"不认识活动类型 {values['kind']}，可用的：{'、'.join(_KINDS)}")
    if values["capacity"] < 0:
        raise Refused("名额不能小于 0（0 表示不限）")
    try:
        values["remind"] = reminders.spelled(values["remind"])
    except ValueError as error:
        raise Refused(f"看不懂提醒时间“{error}”，写成 7d 1d 2h 这样，最多 6 个") from None
    if values["all_day"] and values["starts_at"] is not None:
        values["starts_at"] = midnight(values["starts_at"])
    _in_order(values, "starts_at", "ends_at", "结束时间要在开始时间以后")
    _in_order(values, "opens_at", "closes_at", "报名截止要在报名开始以后")
    _in_order(values, "opens_at", "starts_at", "报名开始要在活动开始以前")


def _in_order(values: dict[str, Any], first: str, last: str, fault: str) -> None:
    if values[first] is not None and values[last] is not None and values[first] >= values[last]:
        raise Refused(fault)
