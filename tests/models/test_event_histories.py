"""Random histories of events: sign-ups, edits, moves, cancellations and a clock that steps both ways.

After every step: nobody beyond the seats, the waiting list in its order, every reminder that is due fits what is now
true, and nothing is owed after the start or twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.events import Announcing
from bot.kit import Kit
from bot.reminding import finish, remind
from models.db import Database
from models.event import SHOWN, Event, ReminderRow, Signup
from models.events import NewEvent, Refused
from models.outbox import OutboxRow
from models.reminders import times
from talk import Clock

PEOPLE = [f"o{n}" for n in range(8)]
STEPS = 40


class History:
    """One event and those who come and go; `dice` alone decides."""

    def __init__(self, kit: Kit, clock: Clock, dice: random.Random) -> None:
        self.kit, self.clock, self.dice = kit, clock, dice
        self.turns: dict[str, int] = {}
        self.ahead = clock.at
        start = clock.at + timedelta(days=dice.randint(1, 10), minutes=dice.randint(0, 600))
        with kit.db.writing() as unit:
            events = Announcing(unit, kit.library.phrase)
            new = NewEvent("沙龙", starts_at=start, capacity=dice.choice([0, 1, 2, 4]), remind="3d 1d 2h")
            event = events.add(replace(new, all_day=dice.random() < 0.2), now=clock.at)
            events.open(event, now=clock.at)
            self.number = event.number

    def step(self) -> None:
        # Mostly sign-ups and time; now and then something that changes everything.
        acts = [self.sign_up] * 6 + [self.withdraw] * 3 + [self.wish] * 2 + [self.wait] * 5 + [self.tick] * 4
        acts += [self.move] * 3 + [self.seats] * 2 + [self.kinds] + [self.step_back]
        acts += [self.cancel] if self.dice.random() < 0.1 else []
        with suppress(Refused):
            self.dice.choice(acts)()
        self.look()

    def act(self, verb: Callable[[Announcing, Event], object]) -> None:
        with self.kit.db.writing() as unit:
            events = Announcing(unit, self.kit.library.phrase)
            verb(events, events.find(self.number))

    def sign_up(self) -> None:
        who, wanted = self.dice.choice(PEOPLE), self.dice.random() < 0.8
        self.act(lambda events, event: events.sign_up(event, who, remind=wanted, now=self.clock.at))

    def withdraw(self) -> None:
        who = self.dice.choice(PEOPLE)
        self.act(lambda events, event: events.withdraw(event, who, now=self.clock.at))

    def wish(self) -> None:
        who, wanted = self.dice.choice(PEOPLE), self.dice.random() < 0.5
        self.act(lambda events, event: events.remind(event, who, wanted, now=self.clock.at))

    def move(self) -> None:
        by = timedelta(minutes=self.dice.choice([-2880, -600, -90, 90, 600, 2880]))
        self.act(
            lambda events, event: events.edit(
                event, {"starts_at": (event.starts_at or self.clock.at) + by}, now=self.clock.at
            )
        )

    def seats(self) -> None:
        capacity = self.dice.choice([0, 1, 2, 3, 5])
        self.act(lambda events, event: events.edit(event, {"capacity": capacity}, now=self.clock.at))

    def kinds(self) -> None:
        kinds = self.dice.choice(["3d 1d 2h", "1d", "2h 30m", ""])
        self.act(lambda events, event: events.edit(event, {"remind": kinds}, now=self.clock.at))

    def cancel(self) -> None:
        self.act(lambda events, event: events.cancel(event, "停电", now=self.clock.at))

    def wait(self) -> None:
        self.clock.at += timedelta(minutes=self.dice.choice([5, 60, 600, 1440]))

    def step_back(self) -> None:
        self.clock.at -= timedelta(minutes=self.dice.choice([1, 60, 120]))

    def tick(self) -> None:
        before = self.owed()
        remind(self.kit)
        finish(self.kit)
        with self.kit.db.unit() as unit:
            event = Announcing(unit, self.kit.library.phrase).find(self.number)
            for row in unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "reminder")):
                if row.dedup not in before:
                    assert event.state in SHOWN
                    assert event.starts_at is not None
                    assert self.clock.at < event.starts_at == row.until
                    mine = unit.session.get(ReminderRow, int(row.dedup.split(":")[1]))
                    assert mine is not None
                    assert mine.due_at <= self.clock.at

    def owed(self) -> set[str]:
        with self.kit.db.unit() as unit:
            return set(unit.session.scalars(select(OutboxRow.dedup)))

    def look(self) -> None:
        with self.kit.db.unit() as unit:
            event = Announcing(unit, self.kit.library.phrase).find(self.number)
            signups = list(unit.session.scalars(select(Signup)))
            rows = list(unit.session.scalars(select(ReminderRow)))
            sent = list(unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "reminder")))
        going = [each for each in signups if each.state == "going"]
        waiting = [each for each in signups if each.state == "waiting"]
        assert not event.capacity or len(going) <= event.capacity
        if waiting and event.state in SHOWN and event.starts_at and self.clock.at < event.starts_at:
            assert event.capacity
            assert len(going) == event.capacity
        self.is_fair(going, waiting)
        self.fits(event, {each.openid for each in going if each.remind}, rows)
        assert len({(row.openid, row.kind, row.due_at) for row in rows}) == len(rows)
        queued = [row.id for row in rows if row.state == "queued"]
        assert sorted(row.dedup for row in sent) == sorted(f"reminder:{number}" for number in queued)

    def is_fair(self, going: list[Signup], waiting: list[Signup]) -> None:
        """Nobody has got a seat since the last look before somebody who waited longer."""
        seated = {each.openid: each.turn for each in going}
        for other in waiting:
            earlier = self.turns.get(other.openid) == other.turn
            overtook = [turn for openid, turn in seated.items() if self.turns.get(openid) == turn and turn > other.turn]
            assert not (earlier and overtook)
        self.turns = {each.openid: each.turn for each in waiting}

    def fits(self, event: Event, wanting: set[str], rows: list[ReminderRow]) -> None:
        due = {(row.openid, row.kind, row.due_at) for row in rows if row.state == "due"}
        asked = times(event).items() if event.state in SHOWN else ()
        wanted = {(openid, kind, at) for openid in wanting for kind, at in asked}
        assert due <= wanted
        ended = {(row.openid, row.kind, row.due_at) for row in rows if row.state in ("queued", "expired")}
        missing = {each for each in wanted - due - ended if each[2] > max(self.clock.at, self.ahead)}
        assert not missing
        self.ahead = max(self.ahead, self.clock.at)


def run(kit: Kit, clock: Clock, seed: int) -> None:
    history = History(kit, clock, random.Random(seed))
    try:
        for _ in range(STEPS):
            history.step()
    except AssertionError as error:
        raise AssertionError(f"history {seed}") from error


@pytest.mark.parametrize("seed", range(24))
def test_a_history(kit: Kit, clock: Clock, seed: int) -> None:
    run(kit, clock, seed)


@pytest.mark.parametrize("seed", range(1000, 1002))
def test_a_history_on_every_database(database: Database, kit: Kit, clock: Clock, seed: int) -> None:
    run(replace(kit, db=database), clock, seed)
