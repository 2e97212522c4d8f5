"""The made-up staff, as accounts."""

from __future__ import annotations

from datetime import datetime

from bot import demo
from bot.kit import Kit
from models.access import Actor
from models.db import Unit
from models.roster import NewStaff, Roster
from models.seal import Seal

Cast = dict[str, Actor]  # by login, without what marks it


def engage(unit: Unit, kit: Kit, password: str, now: datetime) -> Cast:
    """`password`: as it is kept."""
    roster = Roster(unit, Seal(kit.settings.secret_key))
    cast: Cast = {}
    for each in demo.accounts(kit.settings):
        new = NewStaff(each.login, each.name, each.role, each.unit, password, demo=True)
        staff = roster.add("clock", new, now=now)
        cast[each.login.removeprefix("demo-")] = staff.actor
    return cast
