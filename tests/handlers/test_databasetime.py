"""The time of the database is carried on between two questions, through a sleep of the machine too."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.kit import Kit
from handlers.databasetime import DatabaseTime, seconds_passed
from handlers.jobs import Job
from handlers.lateness import DeadMan
from models.db import Database
from talk import Clock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Machine:
    """A host whose clock, count of seconds and database go apart as told."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.host = self.server = NOON
        self.passed = 100.0
        self.asked = 0
        monkeypatch.setattr(database, "time", self._ask)
        self.time = DatabaseTime(database, lambda: self.host, lambda: self.passed)
        self.time.ask()

    def _ask(self) -> datetime:
        self.asked += 1
        return self.server

    def go(self, seconds: float, *, host: float | None = None) -> None:
        """`host`: what its clock makes of it."""
        self.server += timedelta(seconds=seconds)
        self.host += timedelta(seconds=seconds if host is None else host)
        self.passed += seconds if host is None else min(seconds, 1.0)


@pytest.fixture
def machine(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(kit.db, monkeypatch)


def test_it_is_asked_once_in_a_while_and_goes_on_between(machine: Machine) -> None:
    machine.go(9)
    machine.time.ask()
    assert (machine.asked, machine.time()) == (1, NOON + timedelta(seconds=9))
    machine.go(1)
    machine.time.ask()
    assert machine.asked == 2


def test_a_clock_that_jumps_is_a_reason_to_ask(machine: Machine) -> None:
    """A machine that was stopped for three hours has counted one second of them."""
    machine.go(10_800, host=10_800)
    assert machine.time() == NOON + timedelta(seconds=1)
    machine.time.ask()
    assert machine.time() == machine.server


def test_seconds_of_sleep_are_counted_where_the_system_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)
    monkeypatch.setattr(time, "clock_gettime", {7: 11_000.0}.__getitem__, raising=False)
    assert seconds_passed() == 11_000.0


def test_two_who_ask_at_once_whether_all_is_well_set_their_time_once(
    kit: Kit, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice, and whoever has served for a minute would wait another hour before they call a job late."""
    monkeypatch.setattr(kit.db, "time", clock)
    meet, together = threading.Barrier(2), []

    def host() -> datetime:
        if together:
            with contextlib.suppress(threading.BrokenBarrierError):
                meet.wait(0.3)
        return clock() - timedelta(hours=1)

    job = Job("one", 60, "…", lambda _: "")
    dead_man = DeadMan(replace(kit, now=host), [job], lambda: clock().timestamp())
    together.append(True)
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda _: dead_man.late(), range(2))) == [[], []]
    together.clear()
    clock.wait("181秒")
    assert [each.name for each in dead_man.late()] == ["one"]
