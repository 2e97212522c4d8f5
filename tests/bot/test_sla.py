"""When what has to be done: an office from 9 to 12 and 14 to 18, on 2026's holidays and 调休 days.

What the product works out by stretches of duty is counted here once more, over every minute of the year.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sla import Kept, Sla
from config import worktime
from config.calendar import SHANGHAI, Calendar
from config.desk import DeskRules, Span, Times, load_desk
from config.office import Office, load_office
from models.history import Facts
from models.ticket import Ticket

ROOT = Path(__file__).parents[2]
RULES = load_desk(ROOT / "config/desk.yaml")
DUTY = [["09:00", "12:00"], ["14:00", "18:00"]]
MINUTE = timedelta(minutes=1)


def office(**hours: Any) -> Office:
    plain = load_office(ROOT / "config/office.yaml").model_dump(mode="json")
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), DUTY)
    plain["hours"] = {"confirmed": False, **week, "saturday": [], "sunday": [], **hours}
    return Office.model_validate(plain)


CALENDAR = Calendar(office())


def at(text: str) -> datetime:
    """ "02-13 16:30" of 2026 in the office."""
    return datetime.strptime(f"2026-{text} +0800", "%Y-%m-%d %H:%M %z").astimezone(SHANGHAI)


def sla(calendar: Calendar = CALENDAR, urgent: dict[str, str] | None = None, **default: str) -> Sla:
    times = Times.model_validate({"accept": "1工作日", "first": "1工作日", "resolve": "5工作日"} | default)
    urgencies = {"urgent": Times.model_validate(urgent or {})}
    rules: DeskRules = RULES.model_copy(update={"times": {"default": times}, "urgencies": urgencies})
    return Sla(lambda: rules, lambda: calendar)


def facts(created: str, **more: Any) -> Facts:
    moment = at(created)
    return Facts("question", more.pop("urgency", "normal"), moment, more.pop("round_at", moment), **more)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("02-13 16:30", 240, "02-14 11:30"),  # a Saturday that is worked
        ("02-14 17:30", 60, "02-24 09:30"),
        ("02-20 10:00", 60, "02-24 10:00"),
        ("09-19 10:00", 60, "09-20 10:00"),  # a Sunday that is worked
        ("09-30 17:00", 120, "10-08 10:00"),
        ("10-09 17:00", 420, "10-10 17:00"),
        ("11-20 11:45", 30, "11-20 14:15"),  # over lunch
        ("11-20 12:30", 30, "11-20 14:30"),
        ("12-31 17:45", 30, None),  # 2027 is not known
    ],
)
def test_working_minutes(start: str, minutes: int, expected: str | None) -> None:
    due = sla(resolve=f"{minutes}工作分钟").due(facts(start, accepted_at=at(start), first_at=at(start)))
    assert (due.resolve, due.unknown) == (at(expected) if expected else None, expected is None)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("02-13 10:20", 1, "02-14 10:20"),
        ("02-13 10:20", 2, "02-24 10:20"),
        ("02-13 10:20", 5, "02-27 10:20"),
        ("04-30 15:00", 3, "05-08 15:00"),
        ("12-30 15:00", 1, "12-31 15:00"),
        ("12-30 15:00", 2, None),
        ("02-13 20:00", 1, "02-24 09:00"),  # by night: it counts from the next opening, Saturday the 14th
        ("02-15 10:00", 1, "02-25 09:00"),  # on a holiday
        ("11-20 12:30", 1, "11-23 14:00"),  # in the lunch break
        ("11-20 08:00", 1, "11-23 09:00"),
    ],
)
def test_whole_working_days(start: str, days: int, expected: str | None) -> None:
    assert sla().add(at(start), Span(days, "days")) == (at(expected) if expected else None)


def test_a_day_that_is_shut_earlier_ends_earlier() -> None:
    short_fridays = Calendar(office(friday=[["09:30", "11:00"]]))
    thursday = at("11-19 15:00")
    assert worktime.days_after(short_fridays, thursday, 1) == at("11-20 11:00")
    assert worktime.days_after(short_fridays, at("11-19 09:00"), 1) == at("11-20 09:30")
    assert worktime.days_after(short_fridays, at("11-19 11:30"), 1) == at("11-20 11:00")


def test_an_emergency_runs_through_the_night() -> None:
    urgent = sla(urgent={"first": "2小时", "resolve": "24小时"})
    due = urgent.due(facts("11-20 23:00", urgency="urgent"))
    assert (due.accept, due.first, due.resolve) == (at("11-24 09:00"), at("11-21 01:00"), at("11-21 23:00"))
    assert due.next == at("11-21 01:00")


def test_what_is_done_is_not_due_any_more() -> None:
    taken = sla().due(facts("11-23 10:00", accepted_at=at("11-23 11:00")))
    assert (taken.accept, taken.first, taken.resolve) == (None, at("11-24 10:00"), at("11-30 10:00"))
    told = sla().due(facts("11-23 10:00", accepted_at=at("11-23 11:00"), first_at=at("11-23 11:00")))
    assert told.next == told.resolve
    answered = sla().due(facts("11-23 10:00", accepted_at=at("11-23 11:00"), first_at=at("11-23 11:00"),
                               resolved_at=at("11-23 11:00")))  # fmt: skip
    assert (answered.next, answered.yellow, answered.unknown) == (None, None, False)


def test_waiting_for_the_talent_stops_the_clock() -> None:
    asked = facts("11-23 10:00", accepted_at=at("11-23 11:00"), first_at=at("11-23 11:00"))
    waiting = sla().due(asked._replace(pauses=((at("11-23 11:00"), None),)))
    assert (waiting.next, waiting.yellow, waiting.unknown) == (None, None, False)
    # Monday 11:00 to Tuesday 15:00: nine hours of duty.
    over = sla().due(asked._replace(pauses=((at("11-23 11:00"), at("11-24 15:00")),)))
    assert over.resolve == at("12-01 12:00")
    by_night = sla().due(asked._replace(pauses=((at("11-23 18:00"), at("11-24 09:00")),)))
    assert by_night.resolve == at("11-30 10:00")


def test_a_pause_after_the_end_mends_nothing() -> None:
    late = facts("11-23 10:00", accepted_at=at("11-23 10:00"), first_at=at("11-23 10:00"))
    paused = late._replace(pauses=((at("12-01 10:00"), at("12-03 10:00")),))
    assert sla().due(paused).resolve == at("11-30 10:00")


def test_a_pause_of_a_time_by_the_wall_is_put_behind_whole() -> None:
    urgent = sla(urgent={"resolve": "24小时"})
    paused = facts("11-20 10:00", urgency="urgent", pauses=((at("11-20 12:00"), at("11-20 13:30")),))
    assert urgent.due(paused).resolve == at("11-21 11:30")


def test_granted_days_are_working_days() -> None:
    granted = sla().due(facts("02-13 10:20", extra_days=2))
    assert granted.resolve == at("03-02 10:20")  # 02-27 and the working Saturday 02-28
    assert sla(resolve="60工作分钟").due(facts("11-20 17:00", extra_days=1)).resolve == at("11-23 18:00")


def test_a_new_round_counts_anew() -> None:
    again = facts("11-02 10:00", round_at=at("11-23 10:00"), accepted_at=at("11-02 11:00"), first_at=at("11-02 11:00"))
    assert sla().due(again).resolve == at("11-30 10:00")


@pytest.mark.parametrize(
    ("resolve", "created", "expected"),
    [
        ("5工作日", "02-13 10:20", "02-26 10:20"),
        ("2工作日", "11-20 15:00", "11-23 15:00"),
        ("1工作日", "11-20 15:00", "11-23 09:30"),  # half of the seven hours in between
        ("840工作分钟", "11-20 15:00", "11-23 15:00"),
        ("120工作分钟", "11-20 15:00", "11-20 16:00"),
        ("7天", "11-20 15:00", "11-26 15:00"),
        ("24小时", "11-20 15:00", "11-21 03:00"),
    ],
)
def test_the_yellow_card(resolve: str, created: str, expected: str) -> None:
    assert sla(resolve=resolve).due(facts(created)).yellow == at(expected)


def test_of_a_year_not_known_only_what_is_known_is_told() -> None:
    due = sla().due(facts("12-30 10:00"))
    assert (due.accept, due.resolve, due.yellow, due.unknown) == (at("12-31 10:00"), None, None, True)


def ticket(**more: Any) -> Ticket:
    plain = {"kind": "question", "urgency": "normal", "state": "working", "due_unknown": False}
    return Ticket(**(plain | more))


def test_what_is_left_is_told_in_working_minutes() -> None:
    mine = ticket(first_due=at("11-23 10:00"), resolve_due=at("11-30 10:00"))
    left = sla().left(mine, at("11-20 17:00").astimezone(UTC))
    assert (left.accept, left.first, left.resolve) == (None, 120, 5 * 420 + 120)
    assert (left.paused, left.unknown, left.wall, left.day) == (False, False, frozenset(), 420)


def test_what_is_overdue_has_less_than_nothing_left() -> None:
    assert sla().left(ticket(first_due=at("11-20 17:00")), at("11-23 10:00")).first == -120
    urgent = ticket(urgency="urgent", first_due=at("11-20 17:00"))
    left = sla(urgent={"first": "2小时"}).left(urgent, at("11-21 17:00"))
    assert (left.first, left.wall) == (-1440, {"first"})


def test_whether_promises_were_kept() -> None:
    done = facts("11-23 10:00", accepted_at=at("11-24 10:00"), first_at=at("11-24 10:01"))
    assert sla().kept(done, at("11-25 10:00")) == Kept(accept=True, first=False, resolve=None)
    assert sla().kept(done, at("11-30 10:01")).resolve is False
    assert sla().kept(done._replace(resolved_at=at("11-30 10:00")), at("12-30 10:00")).resolve is True


@pytest.mark.parametrize("span", [Span(90, "minutes"), Span(3, "days"), Span(600, "wall")])
def test_ago_is_the_contrary_of_add(span: Span) -> None:
    rule = sla()
    start = rule.ago(at("11-23 10:00"), span)
    assert start is not None
    assert rule.add(start, span) == at("11-23 10:00")


# The second way: every working minute of the year in a row.


def _days() -> Iterator[date]:
    day = date(2026, 1, 1)
    while day.year == 2026:
        if chinese_calendar.is_workday(day):
            yield day
        day += timedelta(days=1)


@cache
def minutes_of_the_year() -> tuple[datetime, ...]:
    hours = [*range(9 * 60, 12 * 60), *range(14 * 60, 18 * 60)]
    return tuple(
        datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=SHANGHAI)
        for day in _days()
        for minute in hours
    )


def stepped(start: datetime, minutes: int, pauses: tuple[tuple[datetime, datetime], ...] = ()) -> datetime:
    worked = minutes_of_the_year()
    for minute in worked[bisect_left(worked, start) :]:
        if any(begin <= minute < end for begin, end in pauses):
            continue
        minutes -= 1
        if not minutes:
            return minute + MINUTE
    raise AssertionError("beyond the year")


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 10, 31), timezones=st.just(SHANGHAI)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0)
)
GAPS = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3000)), max_size=3)


@given(MOMENTS, st.integers(1, 1500), GAPS)
def test_minutes_and_pauses_as_if_every_minute_were_counted(
    start: datetime, minutes: int, gaps: list[tuple[int, int]]
) -> None:
    pauses, moment = [], start
    for before, length in gaps:
        begin = moment + before * MINUTE
        moment = begin + length * MINUTE
        pauses.append((begin, moment))
    due = sla(resolve=f"{minutes}工作分钟").due(facts("01-01 00:00")._replace(
        created_at=start, round_at=start, pauses=tuple(pauses)))  # fmt: skip
    assert due.resolve == stepped(start, minutes, tuple(pauses))


@given(MOMENTS, st.integers(1, 20))
def test_days_as_if_every_day_were_counted(start: datetime, days: int) -> None:
    worked = minutes_of_the_year()
    opening = worked[bisect_left(worked, start)]
    row = list(_days())
    expected = row[row.index(opening.date()) + days]
    assert worktime.days_after(CALENDAR, start, days) == opening.replace(month=expected.month, day=expected.day)


@given(MOMENTS, MOMENTS)
def test_duty_between_two_moments_as_if_every_minute_were_counted(one: datetime, two: datetime) -> None:
    worked = minutes_of_the_year()
    counted = bisect_left(worked, two) - bisect_left(worked, one)
    assert worktime.between(CALENDAR, one, two) == counted * MINUTE


@given(MOMENTS, st.integers(1, 2000))
def test_before_is_the_latest_moment_from_which_it_had_passed(start: datetime, minutes: int) -> None:
    end = stepped(start, minutes)
    found = worktime.before(CALENDAR, end, minutes * MINUTE)
    assert found is not None
    assert stepped(found, minutes) == end
    assert stepped(found + MINUTE, minutes) > end


def test_who_rated_low_is_rung_up_while_people_are_at_work() -> None:
    """24 hours after a Friday's afternoon is a Saturday."""
    rating = RULES.rating.model_copy(update={"callback": Span(24 * 60, "wall")})
    rules: DeskRules = RULES.model_copy(update={"rating": rating})
    desk = Sla(lambda: rules, lambda: CALENDAR)
    assert desk.ring_back(at("03-06 15:30")) == at("03-09 09:00")
    assert desk.ring_back(at("03-09 12:30")) == at("03-10 14:00")
    assert desk.ring_back(at("03-09 10:10")) == at("03-10 10:10")
