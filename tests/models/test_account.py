"""Stops of an account on every database: added once, changed by whoever saw them last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.account import EVERY, Stop, Stops
from models.db import Database

NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
STOP = Stop("/cgi-bin/x", 48001, 1, NOW, NOW + timedelta(minutes=1))


def test_a_stop_is_added_once(database: Database) -> None:
    for expected in (True, False):
        with database.writing() as unit:
            assert Stops(unit, "wx1").add(STOP) is expected
    with database.unit() as unit:
        assert Stops(unit, "wx1").on("/cgi-bin/x", EVERY) == [STOP]
        assert Stops(unit, "wx1").on("/cgi-bin/y") == Stops(unit, "wx2").on() == []


def test_of_two_who_try_again_one_may(database: Database) -> None:
    with database.writing() as unit:
        Stops(unit, "wx1").add(STOP)
    later = STOP._replace(until=NOW + timedelta(minutes=5))
    for expected in (True, False):
        with database.writing() as unit:
            assert Stops(unit, "wx1").move(STOP, later) is expected
    with database.unit() as unit:
        assert Stops(unit, "wx1").on() == [later]


def test_clearing_opens_one_api(database: Database) -> None:
    every = STOP._replace(api=EVERY, until=NOW)
    with database.writing() as unit:
        Stops(unit, "wx1").add(STOP)
        Stops(unit, "wx1").add(every)
    with database.writing() as unit:
        assert Stops(unit, "wx1").clear("/cgi-bin/x")
        assert not Stops(unit, "wx1").clear("/cgi-bin/x")
    with database.unit() as unit:
        assert Stops(unit, "wx1").on("/cgi-bin/x", EVERY) == [every]
