"""Broadcasts: who gets one, so many a minute, never at night, each once, stopped and gone on with."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.broadcasting import broadcast, outlook, resume, stop
from bot.kit import Kit
from bot.reach import reach, reach_all
from models import sending
from models.agreement import Agreements
from models.broadcast import Audience, Broadcast, Broadcasts
from models.consent import Consents
from models.events import Events, NewEvent
from models.interest import Interests
from models.message import MessageRow
from models.outbox import OutboxRow
from models.person import People
from outgoing import arrived, deliver
from talk import Clock
from wechat_api import Recorder, no

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
        assert resume(unit, number)[1] == 2
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
        assert resume(unit, number)[1] == len(people)
    clock.at += timedelta(minutes=2)
    broadcast(kit)
    assert owed(kit) == dict.fromkeys(people, "due")
    assert row(kit, number).state == "done"


def test_who_signed_up_may_be_written_to_about_that(kit: Kit, people: list[str]) -> None:
    start = kit.now() + timedelta(days=9)
    with kit.db.writing() as unit:
        events = Events(unit)
        salon = events.add(NewEvent("沙龙", starts_at=start, capacity=1), now=kit.now())
        events.open(salon, now=kit.now())
        for openid in (PEOPLE[9], PEOPLE[0], PEOPLE[1]):
            events.sign_up(salon, openid, remind=False, now=kit.now())
        events.withdraw(salon, PEOPLE[1], now=kit.now())
        number = salon.number
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
        assert Broadcasts(unit).count(Audience()) == len(people)
    assert owed(kit) == {}


def test_the_outlook_of_many_is_that_of_each(kit: Kit, clock: Clock, people: list[str]) -> None:
    with kit.db.writing() as unit:
        Consents(unit).accept(people[1], "emu-lasting-notice", lasting=True, now=kit.now())
        Consents(unit).refuse(people[2], "emu-lasting-notice", now=kit.now())
        People(unit).leave(people[3], now=kit.now())
        for number in range(5):
            sending.begin(unit, number, people[4], part=0, way="service", now=kit.now())
        for openid in (people[0], people[4]):
            wrote = MessageRow(key=openid, openid=openid, opens="message", sent_at=kit.now(), received_at=kit.now())
            wrote.kind = wrote.text = wrote.route = wrote.note = wrote.content = ""
            unit.session.add(wrote)
    with kit.db.unit() as unit:
        each = [(openid, reach(kit, unit, openid, "broadcast", now=kit.now())) for openid in people]
        assert list(reach_all(kit, unit, people, "broadcast", now=kit.now())) == each
    assert len({found.why for _, found in each}) > 2


def test_the_outlook_takes_as_many_statements_for_many_as_for_few(kit: Kit, people: list[str]) -> None:
    asked: list[str] = []

    def note(*call: Any) -> None:
        asked.append(call[2])

    event.listen(kit.db.engine, "before_cursor_execute", note)
    counts = []
    for audience in (Audience(scene="qr-1"), Audience()):
        asked.clear()
        with kit.db.unit() as unit:
            found = list(outlook(kit, unit, audience, kit.now()))
        counts.append((len(found), len(asked)))
    event.remove(kit.db.engine, "before_cursor_execute", note)
    (few, _), (many, _) = counts
    assert (few, many) == (5, 8)
    assert counts[0][1] == counts[1][1]


def test_withdrawn_news_are_respected(kit: Kit, people: list[str]) -> None:
    with kit.db.writing() as unit:
        Agreements(unit).withdraw(people[0], "news", now=kit.now())
    add(kit)
    broadcast(kit)
    assert list(owed(kit)) == people[1:]


def reachable(kit: Kit, openid: str) -> None:
    """Agrees to news, and to a template that goes at any time."""
    with kit.db.writing() as unit:
        Agreements(unit).give(openid, "news", how="chat", now=kit.now())
        Consents(unit).accept(openid, "emu-lasting-notice", lasting=True, now=kit.now())


def test_stopped_while_a_worker_had_it_it_does_not_go_out_after_all(kit: Kit, clock: Clock) -> None:
    reachable(kit, "o1")
    number = add(kit)
    broadcast(kit)
    recorder = kit.wechat
    assert isinstance(recorder, Recorder)

    def stopped_meanwhile(*_: Any, **__: Any) -> str:
        with kit.db.writing() as unit:
            assert stop(unit, number)[1] == 0, "a worker has it"
        raise no("later", -1)

    recorder.send_subscription = stopped_meanwhile  # type: ignore[method-assign]
    deliver(kit)
    del recorder.send_subscription
    clock.wait("15分钟")
    assert deliver(kit) == "放弃 1"
    assert arrived(kit, "o1") == []
    with kit.db.writing() as unit:
        assert resume(unit, number)[1] == 1
    broadcast(kit)
    deliver(kit)
    assert len(arrived(kit, "o1")) == 1


def test_what_could_not_go_out_by_day_waits_for_the_morning(kit: Kit, clock: Clock) -> None:
    for openid in ("o1", "o2"):
        reachable(kit, openid)
    clock.at = datetime(2026, 11, 23, 12, 59, tzinfo=UTC)  # 20:59 in the office
    add(kit)
    broadcast(kit)
    clock.at = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # half past two
    assert deliver(kit) == "稍后再发 2"
    clock.at = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    assert deliver(kit) == ""
    clock.at = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert deliver(kit) == "发送 2"


def test_one_that_may_go_at_night_does(kit: Kit, clock: Clock) -> None:
    reachable(kit, "o1")
    clock.at = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    add(kit, at_night=True)
    broadcast(kit)
    assert deliver(kit) == "发送 1"


def test_gone_on_with_it_keeps_to_so_many_a_minute(kit: Kit, clock: Clock, people: list[str]) -> None:
    number = add(kit, per_minute=3)
    for _ in range(2):
        broadcast(kit)
        clock.at += timedelta(minutes=2)
    with kit.db.writing() as unit:
        assert stop(unit, number)[1] == 6
    with kit.db.writing() as unit:
        assert resume(unit, number)[1] == 6
    counts = []
    for _ in range(4):
        broadcast(kit)
        counts.append(Counter(owed(kit).values())["due"])
        clock.at += timedelta(minutes=2)
    assert counts == [3, 6, 8, 8]
    assert row(kit, number).state == "done"


def test_about_an_event_it_does_not_reach_who_has_left_meanwhile(kit: Kit) -> None:
    with kit.db.writing() as unit:
        events = Events(unit)
        event = events.add(NewEvent("沙龙", starts_at=kit.now() + timedelta(days=9)), now=kit.now())
        events.open(event, now=kit.now())
        for openid in ("oStays", "oLeaves"):
            events.sign_up(event, openid, remind=False, now=kit.now())
            Consents(unit).accept(openid, "emu-lasting-notice", lasting=True, now=kit.now())
        number = event.number
    add(kit, Audience(event=number))
    broadcast(kit)
    with kit.db.writing() as unit:
        events = Events(unit)
        events.withdraw(events.find(number), "oLeaves", now=kit.now())
    deliver(kit)
    assert owed(kit) == {"oStays": "sent", "oLeaves": "dead"}
