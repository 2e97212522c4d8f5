"""注销: everything of a talent that has to be seen to before they are forgotten, in one transaction."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import NamedTuple

from bot.events import Announcing
from bot.kit import Kit
from bot.taking import ahead
from models import erasing
from models.agreement import Agreements
from models.db import Unit
from models.event import Event
from models.programme import Programme
from models.seating import Refused
from models.talent import Talent
from models.ticket import Ticket


class Standing(NamedTuple):
    """What would end with them."""

    tickets: list[Ticket]
    events: list[Event]


class Erased(NamedTuple):
    """`tickets`: numbers of those withdrawn; `events`: titles of those whose seat was given back."""

    tickets: list[str]
    events: list[str]


def standing(kit: Kit, unit: Unit, talent: Talent, now: datetime) -> Standing:
    """A look; takes no lock."""
    events = [event for openid in talent.all for event, _ in ahead(Programme(unit), openid, now)]
    return Standing(kit.desk(unit).ending(talent.all), events)


def erase(kit: Kit, unit: Unit, talent: Talent, now: datetime) -> Erased:
    """Raises Stale (run again)."""
    unit.lock()
    # First of all: who takes something of theirs at the moment holds their agreement, and is waited for.
    Agreements(unit).end(talent.all, now)
    left = _leave(Announcing(unit, kit.library.phrase), unit, talent, now)
    withdrawn = kit.desk(unit).erase(talent.id, talent.all, now=now)
    erasing.erase(unit, talent, now)
    return Erased(withdrawn, left)


def _leave(events: Announcing, unit: Unit, talent: Talent, now: datetime) -> list[str]:
    """The seats go to who waits. Who has checked in keeps theirs, without a name."""
    left = []
    for openid in talent.all:
        for event, _ in sorted(
            ahead(events, openid, now), key=lambda pair: pair[0].id
        ):  # held in the same order by all
            with contextlib.suppress(Refused):
                events.withdraw(event, openid, now=now)
                left.append(event.title)
    return left
