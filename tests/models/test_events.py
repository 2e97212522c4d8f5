"""Events: what may be signed up for and when, who gets a seat, who waits, and the reminders that follow."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from models.db import Database, Stale
from models.event import Event, ReminderRow, Signup
from models.events import Changed, Events, NewEvent, NoSuchEvent, Refused

Result = TypeVar("Result")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10:00 in the office
START = datetime(2026, 12, 4, 6, 0, tzinfo=UTC)  # 14:00, a Friday
SALON = NewEvent("高层次人才沙龙", place="人才之家", starts_at=START, remind="7d 1d 2h", contact="演示")


def opened(database: Database, new: NewEvent = SALON, **fields: object) -> str:
    with database.writing() as unit:
        events = Events(unit)
        event = events.add(NewEvent(**{**{n: getattr(new, n) for n in new.__slots__}, **fields}), now=NOW)
        events.open(event, now=NOW)
        return event.number


def do(database: Database, number: str, verb: Callable[[Events, Event], Result]) -> Result:
    with database.writing() as unit:
        events = Events(unit)
        return verb(events, events.find(number))


def sign_up(database: Database, number: str, openid: str, *, remind: bool = True, now: datetime = NOW) -> str:
    return do(database, number, lambda events, event: events.sign_up(event, openid, remind=remind, now=now)).state


def withdraw(database: Database, number: str, openid: str, now: datetime = NOW) -> str:
    promoted = do(database, number, lambda events, event: events.withdraw(event, openid, now=now))
    return promoted.openid if promoted else ""


def edit(database: Database, number: str, **changes: object) -> Changed:
    return do(database, number, lambda events, event: events.edit(event, changes, now=NOW))


def rows(database: Database, number: str) -> list[tuple[str, str, datetime, str]]:
    with database.unit() as unit:
        query = select(ReminderRow).where(ReminderRow.event_id == Events(unit).find(number).id)
        found = unit.session.scalars(query.order_by(ReminderRow.openid, ReminderRow.due_at))
        return [(row.openid, row.kind, row.due_at, row.state) for row in found]


def due(database: Database, number: str) -> list[tuple[str, str]]:
    return [(openid, kind) for openid, kind, _, state in rows(database, number) if state == "due"]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.why


def test_a_draft_is_not_shown_and_takes_nobody(database: Database) -> None:
    with database.writing() as unit:
        number = Events(unit).add(SALON, now=NOW).number
    with database.unit() as unit:
        assert Events(unit).upcoming(NOW) == []
    assert refused(lambda: sign_up(database, number, "o1")) == "没有这场活动"


def test_numbers_carry_the_day_in_the_office(database: Database) -> None:
    late = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)  # 01:00 on the 4th in the office
    assert [opened(database), opened(database, starts_at=late)] == ["H20261204-01", "H20261204-02"]


def test_nobody_finds_what_is_not_there(database: Database) -> None:
    with database.unit() as unit, pytest.raises(NoSuchEvent):
        Events(unit).find("H20261204-09")


def test_the_last_seat_then_the_waiting_list(database: Database) -> None:
    number = opened(database, capacity=1)
    assert sign_up(database, number, "o1") == "going"
    assert sign_up(database, number, "o2") == "waiting"
    assert sign_up(database, number, "o2") == "waiting"  # twice changes nothing
    with database.unit() as unit:
        event = Events(unit).find(number)
        assert event.state_name == "名额已满"
        assert Events(unit).seats(event).waiting == 1


def test_who_waited_first_is_promoted_and_who_comes_back_stands_at_the_end(database: Database) -> None:
    number = opened(database, capacity=1)
    for openid in ("o1", "o2", "o3"):
        sign_up(database, number, openid)
    assert withdraw(database, number, "o1") == "o2"
    assert sign_up(database, number, "o1") == "waiting"
    assert withdraw(database, number, "o2") == "o3"
    assert withdraw(database, number, "o3") == "o1"
    assert withdraw(database, number, "o1") == ""
    assert refused(lambda: withdraw(database, number, "o1")) == "您没有报名这场活动"


def test_more_seats_go_to_as_many_as_fit(database: Database) -> None:
    number = opened(database, capacity=1)
    for openid in ("o1", "o2", "o3", "o4"):
        sign_up(database, number, openid)
    assert edit(database, number, capacity=3).promoted == ("o2", "o3")
    assert "不能少于 3" in refused(lambda: edit(database, number, capacity=2))
    assert edit(database, number, capacity=0).promoted == ("o4",)


def test_the_window_of_the_sign_up(database: Database) -> None:
    opens, closes = NOW + timedelta(days=1), NOW + timedelta(days=3)
    number = opened(database, opens_at=opens, closes_at=closes)
    assert refused(lambda: sign_up(database, number, "o1")) == "报名还没有开始，11月23日 10:00 开始"
    assert sign_up(database, number, "o1", now=opens) == "going"
    assert refused(lambda: sign_up(database, number, "o2", now=closes)) == "报名已经截止"
    do(database, number, lambda events, event: events.cancel(event, "场地有变", now=NOW))
    assert refused(lambda: sign_up(database, number, "o2")) == "这场活动已取消"


def test_reminders_are_made_for_who_agreed_and_has_a_seat(database: Database) -> None:
    number = opened(database, capacity=2)
    sign_up(database, number, "o1")
    sign_up(database, number, "o2", remind=False)
    sign_up(database, number, "o3")
    assert due(database, number) == [("o1", "7d"), ("o1", "1d"), ("o1", "2h")]
    withdraw(database, number, "o1")
    assert due(database, number) == [("o3", "7d"), ("o3", "1d"), ("o3", "2h")]


def test_what_is_past_at_sign_up_is_not_made(database: Database) -> None:
    number = opened(database)
    sign_up(database, number, "o1", now=START - timedelta(hours=20))
    assert due(database, number) == [("o1", "2h")]


def test_a_move_makes_them_anew_and_tells_who_signed_up(database: Database) -> None:
    number = opened(database)
    sign_up(database, number, "o1")
    later = START + timedelta(days=2)
    assert edit(database, number, starts_at=later).people == ("o1",)
    assert [(at, state) for _, kind, at, state in rows(database, number) if kind == "1d"] == [
        (START - timedelta(days=1), "cancelled"),
        (later - timedelta(days=1), "due"),
    ]
    assert edit(database, number, starts_at=START).people == ("o1",)
    assert [(at, state) for _, kind, at, state in rows(database, number) if kind == "1d"] == [
        (START - timedelta(days=1), "due"),
        (later - timedelta(days=1), "cancelled"),
    ]
    assert edit(database, number, agenda="茶歇").people == ()


def test_moved_back_what_went_out_is_not_due_again(database: Database) -> None:
    number = opened(database)
    sign_up(database, number, "o1")
    with database.writing() as unit:
        row = unit.session.scalars(select(ReminderRow).where(ReminderRow.kind == "7d")).one()
        row.state = "queued"
    edit(database, number, starts_at=START + timedelta(days=2))
    edit(database, number, starts_at=START)
    assert due(database, number) == [("o1", "1d"), ("o1", "2h")]


def test_an_edit_a_moment_after_a_reminder_was_due_does_not_lose_it(database: Database) -> None:
    number = opened(database)
    sign_up(database, number, "o1")
    moment = START - timedelta(days=7) + timedelta(seconds=2)
    do(database, number, lambda events, event: events.edit(event, {"agenda": "茶歇"}, now=moment))
    assert due(database, number) == [("o1", "7d"), ("o1", "1d"), ("o1", "2h")]


def test_cancelling_takes_the_reminders_along(database: Database) -> None:
    number = opened(database)
    sign_up(database, number, "o1")
    changed = do(database, number, lambda events, event: events.cancel(event, "场地有变", now=NOW))
    assert changed.people == ("o1",)
    assert due(database, number) == []
    assert do(database, number, lambda events, event: events.cancel(event, "", now=NOW)).people == ()


def test_an_edit_of_what_changed_meanwhile_is_stale(database: Database) -> None:
    number = opened(database)
    with database.unit() as unit:
        read = Events(unit).find(number)
    edit(database, number, place="二楼")
    with pytest.raises(Stale), database.writing() as unit:
        Events(unit).edit(read, {"place": "三楼"}, now=NOW)


def test_a_named_day_is_wished_for_and_then_confirmed(database: Database) -> None:
    day = NewEvent("人才日", kind="day", remind="7d 1d 2h", named="talent_day", year=2027)
    with database.writing() as unit:
        number = Events(unit).add(day, now=NOW).number
    assert number == "H2027-01"
    assert sign_up(database, number, "o1") == "going"
    assert rows(database, number) == []
    friday = datetime(2027, 4, 23, 3, 0, tzinfo=UTC)
    changed = do(database, number, lambda events, event: events.confirm(event, friday, now=NOW))
    assert changed.people == ("o1",)
    at_nine = datetime(2027, 4, 22, 1, 0, tzinfo=UTC)
    assert [row[:3] for row in rows(database, number)] == [
        ("o1", "7d", at_nine - timedelta(days=6)),
        ("o1", "1d", at_nine),
    ]
    assert "已经定了" in refused(lambda: do(database, number, lambda e, event: e.confirm(event, friday, now=NOW)))


def test_check_in_with_the_code_on_the_day(database: Database) -> None:
    number = opened(database, capacity=1)
    sign_up(database, number, "o1")
    sign_up(database, number, "o2")

    def check_in(openid: str, code: str = "", now: datetime = START) -> Signup:
        return do(database, number, lambda e, event: e.check_in(event, openid, code or event.code.lower(), now=now))

    assert refused(lambda: check_in("o1", now=START - timedelta(days=1))) == "只能在活动当天签到"
    assert "签到码不对" in refused(lambda: check_in("o1", "000000"))
    assert "候补" in refused(lambda: check_in("o2"))
    assert "没有报名" in refused(lambda: check_in("o9"))
    assert check_in("o1").checked_in_at == START
    assert check_in("o1", now=START + timedelta(minutes=5)).checked_in_at == START
    assert "已经签到" in refused(lambda: withdraw(database, number, "o1", START))


def test_walking_in_where_there_is_no_limit(database: Database) -> None:
    number = opened(database)
    signup = do(database, number, lambda e, event: e.check_in(event, "o9", event.code, now=START))
    assert (signup.state, signup.checked_in_at) == ("going", START)


def test_who_walks_in_after_cancelling_has_asked_for_no_reminder(database: Database) -> None:
    number = opened(database)
    sign_up(database, number, "o1")
    assert do(database, number, lambda e, event: e.remind(event, "o1", True, now=NOW)).remind
    withdraw(database, number, "o1")
    signup = do(database, number, lambda e, event: e.check_in(event, "o1", event.code, now=START))
    assert (signup.state, signup.remind) == ("going", False)


def test_rated_by_who_was_there_and_changed_later(database: Database) -> None:
    number = opened(database)
    sign_up(database, number, "o1")

    def rate(openid: str, stars: int, now: datetime = START) -> int | None:
        return do(database, number, lambda e, event: e.rate(event, openid, stars, "好", now=now)).rating

    assert "还没有开始" in refused(lambda: rate("o1", 5, NOW))
    assert "没有您参加" in refused(lambda: rate("o9", 5))
    assert "1 到 5" in refused(lambda: rate("o1", 6))
    assert [rate("o1", 4), rate("o1", 5)] == [4, 5]


def test_found_by_words_and_by_sentences(database: Database) -> None:
    number = opened(database)
    opened(database, title="青年人才招聘会", place="区体育馆")
    with database.unit() as unit:
        events = Events(unit)
        assert [event.number for event in events.search("沙龙 人才之家", events.upcoming(NOW))] == [number]
        assert [event.number for event in events.search("高层次人才沙龙怎么报名", events.upcoming(NOW))] == [number]
        assert events.search("住房", events.upcoming(NOW)) == []
        assert [event.number for event, _ in events.of("o1")] == []


def test_wrong_fields_are_told(database: Database) -> None:
    assert "结束时间" in refused(lambda: opened(database, ends_at=START))
    assert "名称" in refused(lambda: opened(database, title=" "))
    assert "看不懂提醒时间“三天”" in refused(lambda: opened(database, remind="三天"))
    assert "时间还没有定" in refused(lambda: opened(database, starts_at=None))


def test_the_last_seats_are_given_once_when_many_come_at_the_same_moment(database: Database) -> None:
    number = opened(database, capacity=5)

    def one(place: int) -> str:
        return sign_up(database, number, f"o{place:02}")

    with ThreadPoolExecutor(4) as threads:
        states = list(threads.map(one, range(20)))
    assert (states.count("going"), states.count("waiting")) == (5, 15)
    with database.unit() as unit:
        event = Events(unit).find(number)
        turns = [(each.turn, each.state) for each in Events(unit).signups(event)]
    assert turns == [(turn, "going" if turn <= 5 else "waiting") for turn in range(1, 21)]
