"""Taking back what somebody agreed to hear unasked, by whatever door: 退订 in the chat, the switch on the page."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot import taking, timely
from bot.events import Announcing
from models.agreement import Agreements
from models.broadcast import NEWS
from models.db import Unit
from models.event import NO_SEATS, Event
from models.programme import Programme


class Stopped(NamedTuple):
    """`was`: they had agreed to news. `told`: events they were to be told of, and are not any more; `forgotten`: those
    of them they had only wanted to hear of."""

    was: bool
    told: list[Event]
    forgotten: list[Event]


def stop(unit: Unit, events: Announcing, openid: str, *, now: datetime) -> Stopped:
    """News and reminders, also what is owed already. Seats stay; days that were only to be told of are forgotten.

    Raises Stale (run again).
    """
    was = Agreements(unit).withdraw(openid, NEWS, now=now)
    timely.drop_of(unit, openid, NEWS, "对方退订了")
    told = [
        each for each, signup in taking.ahead(Programme(unit), openid, now) if signup.remind or each.state == "draft"
    ]
    forgotten = [event for event in told if event.state == "draft" or event.kind in NO_SEATS]
    for event in told:
        if event in forgotten:
            events.withdraw(event, openid, now=now)
        else:
            events.remind(event, openid, False, now=now)
    return Stopped(was, told, forgotten)
