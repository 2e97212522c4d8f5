"""Ten thousand reminders due at once and two clocks in processes of their own: each in the outbox exactly once."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, insert, select

from bot.kit import Kit
from bot.reminding import remind
from models.db import Database
from models.event import ReminderRow, Signup
from models.events import Events, NewEvent
from models.outbox import OutboxRow

MANY = 10_000


def clock(kit: Kit) -> None:
    """One of the clocks: a connection pool of its own, until nothing is due any more."""
    database = Database(kit.db.url.render_as_string(hide_password=False), wait=30.0)
    own = replace(kit, db=database)
    while remind(own):
        pass
    database.close()


def test_two_clocks_and_ten_thousand_due_at_once(database: Database, kit: Kit) -> None:
    start = kit.now() + timedelta(hours=30)
    with database.writing(30.0) as unit:
        events = Events(unit)
        event = events.add(NewEvent("人才日", starts_at=start, remind="1d"), now=kit.now())
        events.open(event, now=kit.now())
        common = {"event_id": event.id, "state": "going", "remind": True, "signed_at": kit.now(), "comment": ""}
        unit.execute(insert(Signup), [{**common, "openid": f"o{n:05}", "turn": n} for n in range(MANY)])
        # One statement for all of them, as when an event is moved.
        later = start + timedelta(hours=1)
        events.edit(event, {"starts_at": later}, now=kit.now())
    kit = replace(kit, db=database, now=lambda: later - timedelta(days=1))
    database.engine.dispose()
    fork = multiprocessing.get_context("fork")
    clocks = [fork.Process(target=clock, args=(kit,)) for _ in range(2)]
    for each in clocks:
        each.start()
    for each in clocks:
        each.join()
    assert [each.exitcode for each in clocks] == [0, 0]
    with database.unit() as unit:
        owed, people = unit.execute(
            select(func.count(), func.count(OutboxRow.openid.distinct())).where(OutboxRow.kind == "reminder")
        ).one()
        counted = select(ReminderRow.state, func.count().label("rows")).group_by(ReminderRow.state)
        states = {row.state: row.rows for row in unit.execute(counted)}
    assert (owed, people) == (MANY, MANY)
    assert states == {"queued": MANY}
