"""Broadcasts on every database: the audience, and that two clocks do not go on with one at the same time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.agreement import Agreements
from models.broadcast import Audience, Broadcasts, NoSuchBroadcast
from models.db import Database
from models.events import Events, NewEvent
from models.person import People

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_the_audience(database: Database) -> None:
    with database.writing() as unit:
        for openid in ("oA", "oa", "ob"):
            People(unit).follow(openid, scene="qr" if openid == "oA" else "", now=NOW)
            Agreements(unit).give(openid, "news", how="chat", now=NOW)
        People(unit).leave("ob", now=NOW)
        Agreements(unit).give("oWroteOnly", "news", how="chat", now=NOW)
        events = Events(unit)
        event = events.add(NewEvent("沙龙", starts_at=NOW.replace(year=2027)), now=NOW)
        events.open(event, now=NOW)
        events.sign_up(event, "oSigned", remind=False, now=NOW)
        number = event.number
    with database.unit() as unit:
        people = Broadcasts(unit).people
        assert set(people(Audience())) == {"oA", "oa", "oWroteOnly"}
        assert people(Audience(scene="qr")) == ["oA"]
        assert people(Audience(event=number)) == ["oSigned"]
        first, *others = people(Audience())
        assert people(Audience(), after=first) == others
        assert people(Audience(), limit=1) == [first]


def test_one_clock_at_a_time(database: Database) -> None:
    with database.writing() as unit:
        number = Broadcasts(unit).add("题", "文", Audience(), per_minute=1, at_night=False, now=NOW).id
    if database.kind == "sqlite":
        return  # it lets one write at a time anyway
    with database.writing() as first:
        assert Broadcasts(first).try_hold(number) is not None
        with database.writing() as other:
            assert Broadcasts(other).try_hold(number) is None


def test_none_of_that_number(database: Database) -> None:
    with pytest.raises(NoSuchBroadcast), database.writing() as unit:
        Broadcasts(unit).hold(9)
