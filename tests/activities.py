"""Events for the talks: made and opened as staff would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.events import Announcing
from bot.kit import Kit
from models.event import Event
from models.events import Events, NewEvent
from models.programme import Programme

IN_ELEVEN_DAYS = timedelta(days=11, hours=4)  # a Friday, 14:00, when it is Monday 10:00


def hold(kit: Kit, title: str = "医疗人才专场", after: timedelta = IN_ELEVEN_DAYS, **fields: Any) -> str:
    """The number of an open event that starts `after` now."""
    fields = {"place": "人才之家", "remind": "7d 1d 2h", "contact": "综合科", **fields}
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        event = events.add(NewEvent(title, starts_at=kit.now() + after, **fields), now=kit.now())
        events.open(event, now=kit.now())
        return event.number


def fill(kit: Kit, number: str) -> None:
    """Somebody takes a seat."""
    with kit.db.writing() as unit:
        events = Events(unit)
        events.sign_up(events.find(number), "oSomebody", remind=False, now=kit.now())


def propose(kit: Kit, title: str = "2027年人才日", named: str = "talent_day", year: int = 2027) -> str:
    """A named day whose date is not settled."""
    with kit.db.writing() as unit:
        new = NewEvent(title, kind="day", named=named, year=year, remind="7d 1d")
        return Events(unit).add(new, now=kit.now()).number


def settle(kit: Kit, number: str, at: datetime) -> None:
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        events.confirm(events.find(number), at, now=kit.now())


def cancel(kit: Kit, number: str, why: str = "") -> None:
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        events.cancel(events.find(number), why, now=kit.now())


def code_of(kit: Kit, number: str) -> str:
    return found(kit, number).code


def found(kit: Kit, number: str) -> Event:
    with kit.db.unit() as unit:
        return Programme(unit).find(number)


def standing(kit: Kit, number: str, openid: str) -> tuple[str, bool]:
    """going, waiting, cancelled or "" for who never signed up; and whether they are to be reminded."""
    with kit.db.unit() as unit:
        programme = Programme(unit)
        signup = programme.signup(programme.find(number), openid)
        return (signup.state, signup.remind) if signup else ("", False)
