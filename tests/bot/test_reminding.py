"""Reminders move to the outbox when they are due, once, and never after the start; named days become events."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import select

from bot.days import confirm, days
from bot.events import Announcing
from bot.kit import Kit
from bot.reminding import finish, remind
from knowledge.library import Library
from models.event import Event, ReminderRow
from models.events import NewEvent
from models.outbox import OutboxRow
from talk import Clock

START = datetime(2026, 12, 4, 6, 0, tzinfo=UTC)
SALON = NewEvent("高层次人才沙龙", place="人才之家", starts_at=START, remind="7d 1d 2h")


def do(kit: Kit, number: str, verb: Callable[[Announcing, Event], object]) -> None:
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        verb(events, events.find(number))


def opened(kit: Kit, new: NewEvent = SALON, *people: str) -> str:
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        event = events.add(new, now=kit.now())
        events.open(event, now=kit.now())
        for openid in people:
            events.sign_up(event, openid, remind=True, now=kit.now())
        return event.number


def owed(kit: Kit, state: str = "due") -> list[tuple[str, str]]:
    with kit.db.unit() as unit:
        rows = unit.session.scalars(select(OutboxRow).where(OutboxRow.state == state).order_by(OutboxRow.id))
        return [(row.kind, row.openid) for row in rows]


def reminders(kit: Kit) -> list[tuple[str, str, str]]:
    with kit.db.unit() as unit:
        rows = unit.session.scalars(select(ReminderRow).order_by(ReminderRow.due_at))
        return [(row.kind, row.state, row.reason) for row in rows]


def at(clock: Clock, moment: datetime) -> None:
    clock.at = moment


def test_each_goes_out_once_and_on_time(kit: Kit, clock: Clock) -> None:
    opened(kit, SALON, "o1", "o2")
    at(clock, START - timedelta(days=7, seconds=1))
    assert remind(kit) == ""
    at(clock, START - timedelta(days=7))
    assert [remind(kit), remind(kit)] == ["提醒 2，过期 0", ""]
    assert owed(kit) == [("reminder", "o1"), ("reminder", "o2")]
    with kit.db.unit() as unit:
        row = unit.session.scalars(select(OutboxRow)).first()
        assert row is not None
        assert row.until == START
        data = json.loads(row.body)
    assert data["when"] == "2026-12-04T14:00:00+08:00"
    assert "2026年12月4日（星期五）14:00" in data["text"]
    assert "人才之家" in data["text"]


def test_after_an_outage_only_the_nearest_goes_out(kit: Kit, clock: Clock) -> None:
    opened(kit, SALON, "o1")
    at(clock, START - timedelta(hours=3))
    assert remind(kit) == "提醒 1，过期 1"
    assert reminders(kit) == [("7d", "expired", "有离得更近的提醒"), ("1d", "queued", ""), ("2h", "due", "")]


def test_nothing_goes_out_after_the_start(kit: Kit, clock: Clock) -> None:
    opened(kit, SALON, "o1")
    at(clock, START)
    assert remind(kit) == "提醒 0，过期 3"
    assert owed(kit) == []
    assert {reason for _, _, reason in reminders(kit)} == {"活动已经开始"}


def test_a_clock_that_steps_back_sends_nothing_twice(kit: Kit, clock: Clock) -> None:
    number = opened(kit, SALON, "o1")
    at(clock, START - timedelta(days=7))
    remind(kit)
    at(clock, START - timedelta(days=8))
    do(kit, number, lambda events, event: events.edit(event, {"starts_at": START + timedelta(days=1)}, now=kit.now()))
    do(kit, number, lambda events, event: events.edit(event, {"starts_at": START}, now=kit.now()))
    at(clock, START - timedelta(days=7))
    assert remind(kit) == ""


def test_what_is_queued_is_taken_back_by_a_move(kit: Kit, clock: Clock) -> None:
    number = opened(kit, SALON, "o1")
    at(clock, START - timedelta(days=1))
    remind(kit)
    later = START + timedelta(days=3)
    do(kit, number, lambda events, event: events.edit(event, {"starts_at": later}, now=kit.now()))
    assert owed(kit, "dead") == [("reminder", "o1")]
    assert owed(kit) == [("event_changed", "o1")]


def test_only_the_last_of_two_moves_is_told(kit: Kit) -> None:
    number = opened(kit, SALON, "o1")
    for place in ("二楼", "三楼"):
        do(kit, number, lambda events, event, to=place: events.edit(event, {"place": to}, now=kit.now()))  # type: ignore[misc]
    assert owed(kit, "dead") == [("event_changed", "o1")]
    do(kit, number, lambda events, event: events.cancel(event, "场地停电", now=kit.now()))
    assert owed(kit) == [("event_cancelled", "o1")]


def test_who_gets_a_seat_is_told(kit: Kit) -> None:
    number = opened(kit, replace(SALON, capacity=1), "o1", "o2", "o3")
    do(kit, number, lambda events, event: events.withdraw(event, "o1", now=kit.now()))
    do(kit, number, lambda events, event: events.edit(event, {"capacity": 2}, now=kit.now()))
    assert owed(kit) == [("promoted", "o2"), ("promoted", "o3")]


def test_time_closes_and_ends_it(kit: Kit, clock: Clock) -> None:
    number = opened(kit)

    def state() -> str:
        finish(kit)
        with kit.db.unit() as unit:
            return Announcing(unit, kit.library.phrase).find(number).state

    assert state() == "open"
    at(clock, START)
    assert state() == "closed"
    at(clock, datetime(2026, 12, 4, 16, 0, tzinfo=UTC))  # midnight in the office
    assert state() == "done"


@pytest.fixture
def confirmed(kit: Kit) -> Callable[..., Kit]:
    """The kit with a talent day that has these dates in the content."""

    def give(**dates: str) -> Kit:
        library = kit.library
        settled = {int(name[1:]): day for name, day in dates.items()}
        own = (replace(library.days[0], confirmed=settled),)
        return replace(kit, library=cast(Library, SimpleNamespace(days=own, phrase=library.phrase)))

    return give


def talent_day(kit: Kit, year: int) -> Event:
    with kit.db.unit() as unit:
        found = Announcing(unit, kit.library.phrase).named("talent_day", year)
        assert found is not None
        return found


def test_a_named_day_is_a_draft_until_its_date_is_confirmed(
    kit: Kit, clock: Clock, confirmed: Callable[..., Kit]
) -> None:
    days(kit)
    draft = talent_day(kit, 2027)
    assert (draft.state, draft.starts_at) == ("draft", None)
    do(kit, draft.number, lambda events, event: events.sign_up(event, "o1", remind=True, now=kit.now()))
    at(clock, datetime(2027, 4, 23, 0, 0, tzinfo=UTC))
    assert remind(kit) == ""
    at(clock, datetime(2026, 12, 1, tzinfo=UTC))
    assert "已确认" in days(confirmed(y2027="2027-04-23"))
    assert owed(kit) == [("event_changed", "o1")]
    assert talent_day(kit, 2027).starts_at == datetime(2027, 4, 22, 16, 0, tzinfo=UTC)
    assert days(confirmed(y2027="2027-04-23")) == ""
    at(clock, datetime(2027, 4, 16, 1, 0, tzinfo=UTC))  # nine in the morning, seven days before
    assert remind(kit) == "提醒 1，过期 0"


def test_a_date_changed_in_the_content_moves_the_event(kit: Kit, confirmed: Callable[..., Kit]) -> None:
    days(confirmed(y2027="2027-04-23"))
    assert "改到 2027-04-30" in days(confirmed(y2027="2027-04-30"))
    assert talent_day(kit, 2027).starts_at == datetime(2027, 4, 29, 16, 0, tzinfo=UTC)


def test_the_end_moves_along_with_the_day(kit: Kit, confirmed: Callable[..., Kit]) -> None:
    days(confirmed(y2027="2027-04-23"))
    end = datetime(2027, 4, 23, 15, 59, tzinfo=UTC)
    do(kit, talent_day(kit, 2027).number, lambda events, it: events.edit(it, {"ends_at": end}, now=kit.now()))
    assert "改到 2027-04-30" in days(confirmed(y2027="2027-04-30"))
    assert talent_day(kit, 2027).ends_at == end + timedelta(days=7)


def test_a_day_that_can_not_be_moved_holds_up_no_other(kit: Kit, confirmed: Callable[..., Kit]) -> None:
    days(confirmed(y2027="2027-04-23"))
    opens = datetime(2027, 4, 10, tzinfo=UTC)
    do(kit, talent_day(kit, 2027).number, lambda events, it: events.edit(it, {"opens_at": opens}, now=kit.now()))
    earlier = confirmed(y2027="2027-04-02")
    other = replace(earlier.library.days[0], id="other", name="别的日子", confirmed={})
    both = cast(Library, SimpleNamespace(days=(*earlier.library.days, other), phrase=kit.library.phrase))
    told = days(replace(kit, library=both))
    assert "没有改成：报名开始要在活动开始以前" in told
    assert "别的日子 2027 待确认" in told
    assert talent_day(kit, 2027).starts_at == datetime(2027, 4, 22, 16, 0, tzinfo=UTC)


def test_a_date_taken_back_in_the_content_is_told_and_waited_for(
    kit: Kit, clock: Clock, confirmed: Callable[..., Kit]
) -> None:
    days(confirmed(y2027="2027-04-23"))
    number = talent_day(kit, 2027).number
    do(kit, number, lambda events, event: events.sign_up(event, "o1", remind=True, now=kit.now()))
    assert days(confirmed()) == "人才日 2027 不再确认，等日期"
    assert days(confirmed()) == ""
    assert (talent_day(kit, 2027).state, talent_day(kit, 2027).starts_at) == ("draft", None)
    assert "待定" in texts(kit)["event_changed", "o1"]
    assert {state for _, state, _ in reminders(kit)} == {"cancelled"}
    days(confirmed(y2027="2027-04-30"))
    assert "4月30日" in texts(kit)["event_changed", "o1"]
    at(clock, datetime(2027, 4, 29, 1, 0, tzinfo=UTC))
    assert remind(kit) == "提醒 1，过期 1"


def test_a_date_that_staff_have_set_is_not_taken_back(kit: Kit, confirmed: Callable[..., Kit]) -> None:
    days(confirmed())
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        confirm(events, kit.library.days[0], 2027, datetime(2027, 4, 23, 1, tzinfo=UTC), all_day=True, now=kit.now())
    assert days(confirmed()) == ""
    assert talent_day(kit, 2027).state == "open"


def test_days_are_made_once_and_calls_wait_from_year_to_year(kit: Kit, clock: Clock) -> None:
    assert "区管专家评选 2026 待确认" in days(kit)
    assert days(kit) == ""
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        call = events.named("district_expert_call", 2026)
        assert call is not None
        events.sign_up(call, "o1", remind=True, now=kit.now())
    at(clock, datetime(2027, 1, 2, tzinfo=UTC))
    days(kit)
    with kit.db.unit() as unit:
        events = Announcing(unit, kit.library.phrase)
        [(event, _)] = events.of("o1")
        assert (event.named, event.year) == ("district_expert_call", 2027)
        assert events.named("district_expert_call", 2026) is None


def test_who_waited_in_vain_waits_for_the_next_year(kit: Kit, clock: Clock) -> None:
    days(kit)
    number = talent_day(kit, 2027).number
    do(kit, number, lambda events, event: events.sign_up(event, "o1", remind=True, now=kit.now()))
    at(clock, datetime(2027, 4, 30, tzinfo=UTC))
    days(kit)
    with kit.db.unit() as unit:
        [(event, signup)] = Announcing(unit, kit.library.phrase).of("o1")
    assert (event.year, signup.remind) == (2028, True)
    assert owed(kit) == []
    assert days(kit) == ""


def test_a_call_confirmed_for_another_year_takes_along_who_waits(
    kit: Kit, clock: Clock, confirmed: Callable[..., Kit]
) -> None:
    call = replace(kit.library.days[0], id="call", kind="call", date="unknown", name="评选")
    own = replace(kit, library=cast(Library, SimpleNamespace(days=(call,), phrase=kit.library.phrase)))
    days(own)
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        draft = events.named("call", 2026)
        assert draft is not None
        events.sign_up(draft, "o1", remind=True, now=kit.now())
        settled = confirm(events, call, 2027, datetime(2027, 6, 30, 1, tzinfo=UTC), all_day=True, now=kit.now())
        assert settled.people == ("o1",)
    assert days(own) == "评选 2026 待确认"
    at(clock, datetime(2027, 1, 2, tzinfo=UTC))
    assert days(own) == "评选 等下一年"
    with kit.db.unit() as unit:
        assert [event.year for event in Announcing(unit, kit.library.phrase).every("call")] == [2027, 2028]


def test_the_demo_has_one_event_and_a_real_installation_none(kit: Kit) -> None:
    days(kit)
    demo = replace(kit, settings=replace(kit.settings, demo=True))
    for each in (kit, demo, demo):
        days(each)
    with kit.db.unit() as unit:
        assert [event.title for event in Announcing(unit, kit.library.phrase).upcoming(kit.now())] == ["演示：人才沙龙"]


def texts(kit: Kit, state: str = "due") -> dict[tuple[str, str], str]:
    with kit.db.unit() as unit:
        rows = unit.session.scalars(select(OutboxRow).where(OutboxRow.state == state))
        return {(row.kind, row.openid): json.loads(row.body)["text"] for row in rows}


def test_who_got_a_seat_hears_of_it_although_it_is_moved_right_after(kit: Kit) -> None:
    number = opened(kit, replace(SALON, capacity=2), "o1", "o2", "o3", "o4")
    do(kit, number, lambda events, event: events.withdraw(event, "o1", now=kit.now()))
    for place in ("二楼", "三楼"):
        do(kit, number, lambda events, event, to=place: events.edit(event, {"place": to}, now=kit.now()))  # type: ignore[misc]
    told = texts(kit)
    assert sorted(told) == [("event_changed", "o2"), ("event_changed", "o4"), ("promoted", "o3")]
    assert "三楼" in told["promoted", "o3"]


def test_who_gave_the_seat_back_is_not_told_of_it_anew(kit: Kit) -> None:
    number = opened(kit, replace(SALON, capacity=1), "o1", "o2")
    for openid in ("o1", "o2"):
        do(kit, number, lambda events, event, who=openid: events.withdraw(event, who, now=kit.now()))  # type: ignore[misc]
    do(kit, number, lambda events, event: events.sign_up(event, "o3", remind=True, now=kit.now()))
    do(kit, number, lambda events, event: events.edit(event, {"place": "二楼"}, now=kit.now()))
    assert owed(kit) == [("event_changed", "o3")]


def test_what_a_clock_that_ran_ahead_has_ended_goes_on(kit: Kit, clock: Clock) -> None:
    number, begun = opened(kit), kit.now()
    at(clock, START + timedelta(days=3))
    assert finish(kit) == "1 场活动的状态变了"
    at(clock, begun)
    assert finish(kit) == "1 场活动的状态变了"
    with kit.db.unit() as unit:
        assert Announcing(unit, kit.library.phrase).find(number).state == "open"
    assert finish(kit) == ""


def test_a_demo_event_that_was_cancelled_does_not_come_back_at_once(kit: Kit) -> None:
    demo = replace(kit, settings=replace(kit.settings, demo=True))
    days(demo)
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        made = next(event for event in events.listed() if event.demo)
        events.cancel(made, "不要了", now=kit.now())
    days(demo)
    with kit.db.unit() as unit:
        every = Announcing(unit, kit.library.phrase).listed(over=True)
        assert [event.state for event in every if event.demo] == ["cancelled"]
