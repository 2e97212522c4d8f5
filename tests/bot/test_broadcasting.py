"""Broadcasts: who gets one, so many a minute, never at night, each once, stopped and gone on with."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.broadcasting import broadcast, outlook, resume, stop
from bot.kit import Kit
from models.agreement import Agreements
from models.broadcast import Audience, Broadcasts
from models.event import Broadcast
from models.events import Events, NewEvent
from models.interest import Interests
from models.outbox import OutboxRow
from models.person import People
from talk import Clock

PEOPLE = [f"oPerson{number:02}" for number in range(10)]


@pytest.fixture
def people(kit: Kit) -> list[str]:
    """Ten who follow and agreed to news, but for the last two: one left, one did not agree."""
    with kit.db.writing() as unit:
        for openid in PEOPLE:
            People(unit).follow(openid, scene="qr-1" if openid < PEOPLE[5] else "", now=kit.now())
            if openid != PEOPLE[9]:
                Agreements(unit).give(openid, "news", how="chat", now=kit.now())
        People(unit).leave(PEOPLE[8], now=kit.now())
    return PEOPLE[:8]


def add(kit: Kit, audience: Audience | None = None, *, per_minute: int = 100, at_night: bool = False) -> int:
    with kit.db.writing() as unit:
        verbs = Broadcasts(unit)
        given = audience or Audience()
        return verbs.add(
            "人才公寓开放申请", "详情见公众号", given, per_minute=per_minute, at_night=at_night, now=kit.now()
        ).id


def owed(kit: Kit) -> dict[str, str]:
    with kit.db.unit() as unit:
        return {row.openid: row.state for row in unit.session.scalars(select(OutboxRow).order_by(OutboxRow.id))}


def row(kit: Kit, number: int) -> Broadcast:
    with kit.db.unit() as unit:
        found = unit.session.get(Broadcast, number)
        assert found is not None
        return found


def test_who_agreed_gets_it_once(kit: Kit, people: list[str]) -> None:
    number = add(kit)
    assert [broadcast(kit), broadcast(kit)] == ["群发 8 人", ""]
    assert list(owed(kit)) == people
    assert (row(kit, number).state, row(kit, number).queued) == ("done", 8)


def test_so_many_a_minute_and_on_from_there(kit: Kit, clock: Clock, people: list[str]) -> None:
    add(kit, per_minute=3)
    assert [broadcast(kit), broadcast(kit)] == ["群发 3 人", ""]
    clock.at += timedelta(seconds=61)
    broadcast(kit)
    assert list(owed(kit)) == people[:6]


def test_nobody_is_disturbed_at_night_unless_asked(kit: Kit, clock: Clock, people: list[str]) -> None:
    add(kit)
    add(kit, Audience(scene="qr-1"), at_night=True)
    clock.at = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 21:00 in the office
    assert broadcast(kit) == "群发 5 人"
    clock.at = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    assert broadcast(kit) == ""
    clock.at = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert broadcast(kit) == "群发 8 人"


def test_stopped_and_gone_on_with(kit: Kit, clock: Clock, people: list[str]) -> None:
    number = add(kit, per_minute=3)
    broadcast(kit)
    with kit.db.writing() as unit:
        unit.execute(update(OutboxRow).where(OutboxRow.openid == people[0]).values(state="sent"))
        assert stop(unit, number)[1] == 2
    clock.at += timedelta(minutes=2)
    assert broadcast(kit) == ""
    assert Counter(owed(kit).values()) == {"dead": 2, "sent": 1}
    with kit.db.writing() as unit:
        assert resume(unit, number, kit.now())[1] == 2
    for _ in range(3):
        broadcast(kit)
        clock.at += timedelta(minutes=2)
    assert list(owed(kit)) == people
    assert Counter(owed(kit).values()) == {"due": 7, "sent": 1}
    assert row(kit, number).state == "done"


def test_stopped_when_it_was_done_it_does_not_go_on_to_newcomers(kit: Kit, clock: Clock, people: list[str]) -> None:
    number = add(kit)
    broadcast(kit)
    with kit.db.writing() as unit:
        assert stop(unit, number)[1] == len(people)
        Agreements(unit).give("oQ", "news", how="chat", now=kit.now())
        assert resume(unit, number, kit.now())[1] == len(people)
    clock.at += timedelta(minutes=2)
    assert broadcast(kit) == ""
    assert list(owed(kit)) == people
    assert row(kit, number).state == "done"


def test_who_signed_up_may_be_written_to_about_that(kit: Kit, people: list[str]) -> None:
    start = kit.now() + timedelta(days=9)
    with kit.db.writing() as unit:
        events = Events(unit)
        event = events.add(NewEvent("沙龙", starts_at=start, capacity=1), now=kit.now())
        events.open(event, now=kit.now())
        for openid in (PEOPLE[9], PEOPLE[0], PEOPLE[1]):
            events.sign_up(event, openid, remind=False, now=kit.now())
        events.withdraw(event, PEOPLE[1], now=kit.now())
        number = event.number
    add(kit, Audience(event=number))
    broadcast(kit)
    assert list(owed(kit)) == [PEOPLE[0], PEOPLE[9]]


def test_narrowed_by_interest(kit: Kit, people: list[str]) -> None:
    with kit.db.writing() as unit:
        Interests(unit).register(people[3], "talent_apartment", note="", now=kit.now())
        Interests(unit).register(PEOPLE[9], "talent_apartment", note="", now=kit.now())
    add(kit, Audience(interest="talent_apartment"))
    broadcast(kit)
    assert list(owed(kit)) == [people[3]]


def test_the_outlook_sends_nothing_and_says_why(kit: Kit, people: list[str]) -> None:
    with kit.db.unit() as unit:
        found = list(outlook(kit, unit, Audience(), kit.now()))
        assert [each.openid for each in found] == people
        assert all(each.why for each in found)
        assert Broadcasts(unit).without_news(Audience()) == 1
    assert owed(kit) == {}


def test_withdrawn_news_are_respected(kit: Kit, people: list[str]) -> None:
    with kit.db.writing() as unit:
        Agreements(unit).withdraw(people[0], "news", now=kit.now())
    add(kit)
    broadcast(kit)
    assert list(owed(kit)) == people[1:]
