"""Working time: lunch edges, 国庆 2026 with its 调休 days, and years nobody has published yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import SHANGHAI, Calendar, Open, Shut, day_of, unknown_year
from config.office import Office, load_office

ROOT = Path(__file__).parents[2]
OFFICE = load_office(ROOT / "config" / "office.yaml")
CALENDAR = Calendar(OFFICE)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def office(**changes: object) -> Office:
    plain = OFFICE.model_dump(mode="json")
    plain["hours"] = {name: hours for name, hours in plain["hours"].items() if name != "makeup"}
    for name in plain["hours"]:
        if isinstance(plain["hours"][name], list):
            plain["hours"][name] = [[clock(edge) for edge in frame] for frame in plain["hours"][name]]
    hours = changes.pop("hours", {})
    assert isinstance(hours, dict)
    plain["hours"] |= hours
    return Office.model_validate(plain | changes)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ((8, 59), Shut(at(11, 23, 9), "before hours")),
        ((9, 0), Open(at(11, 23, 12))),
        ((11, 59), Open(at(11, 23, 12))),
        ((12, 0), Shut(at(11, 23, 13), "lunch")),
        ((12, 59), Shut(at(11, 23, 13), "lunch")),
        ((13, 0), Open(at(11, 23, 17))),
        ((16, 59), Open(at(11, 23, 17))),
        ((17, 0), Shut(at(11, 24, 9), "after hours")),
    ],
)
def test_a_monday_minute_by_minute(time: tuple[int, int], expected: Open | Shut) -> None:
    assert CALENDAR.is_open(at(11, 23, *time)) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # 2026: 中秋 25 to 27 September, 国庆 1 to 7 October; Sunday 20 September and Saturday 10 October are worked.
        (at(9, 20, 10), Open(at(9, 20, 12))),
        (at(9, 25, 10), Shut(at(9, 28, 9), "holiday", "中秋")),
        (at(9, 30, 17), Shut(at(10, 8, 9), "after hours")),
        (at(10, 1, 10), Shut(at(10, 8, 9), "holiday", "国庆节")),
        (at(10, 3, 10), Shut(at(10, 8, 9), "holiday", "国庆节")),
        (at(10, 9, 18), Shut(at(10, 10, 9), "after hours")),
        (at(10, 10, 12, 30), Shut(at(10, 10, 13), "lunch")),
        (at(10, 10, 14), Open(at(10, 10, 17))),
        (at(10, 11, 10), Shut(at(10, 12, 9), "weekend")),
        (at(11, 21, 10), Shut(at(11, 23, 9), "weekend")),
    ],
)
def test_national_day_and_the_weeks_around_it(moment: datetime, expected: Open | Shut) -> None:
    assert CALENDAR.is_open(moment) == expected


def test_a_time_of_any_zone_is_the_same_moment() -> None:
    utc = at(10, 10, 14).astimezone(UTC)
    assert CALENDAR.is_open(utc) == Open(at(10, 10, 17))
    # Friday evening in London is Saturday here.
    assert CALENDAR.is_open(datetime(2026, 11, 20, 23, 0, tzinfo=UTC)) == Shut(at(11, 23, 9), "weekend")


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 10)  # noqa: DTZ001 - the mistake under test
    for ask in (CALENDAR.is_open, lambda moment: CALENDAR.add_working(moment, 1)):
        with pytest.raises(ValueError, match="zone"):
            ask(naive)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2026, 10, 10), True),
        (date(2026, 10, 1), False),
        (date(2026, 2, 17), False),
        (date(2027, 1, 1), None),
        (date(2027, 3, 1), None),
        (date(2027, 3, 6), None),
        (date(2003, 3, 3), None),
    ],
)
def test_workdays(day: date, expected: bool | None) -> None:
    assert CALENDAR.is_workday(day) is expected


def test_a_year_nobody_has_published_is_said_not_guessed() -> None:
    assert CALENDAR.is_open(at(3, 1, 10, year=2027)) == Shut(None, "unknown_year")
    assert CALENDAR.is_open(at(12, 31, 17)) == Shut(None, "after hours")
    assert CALENDAR.add_working(at(12, 31, 16), 60) == at(12, 31, 17)
    assert CALENDAR.add_working(at(12, 31, 16), 61) is None
    assert CALENDAR.add_working(at(3, 1, 10, year=2027), 1) is None


def test_a_day_named_by_the_office_comes_first() -> None:
    days = {
        "2026-11-23": {"kind": "rest", "name": "搬迁"},
        "2026-11-22": {"kind": "work", "name": "人才日"},
        "2027-01-04": {"kind": "work", "name": "上班"},
    }
    calendar = Calendar(office(days=days))
    assert calendar.is_open(at(11, 23, 10)) == Shut(at(11, 24, 9), "holiday", "搬迁")
    assert calendar.is_open(at(11, 22, 10)) == Open(at(11, 22, 12))
    assert calendar.is_open(at(1, 4, 10, year=2027)) == Open(at(1, 4, 12, year=2027))
    assert calendar.is_workday(date(2027, 1, 5)) is None, "one day says nothing about the others"


def test_the_next_year_ought_to_be_known_from_the_middle_of_november() -> None:
    assert unknown_year(CALENDAR, at(11, 14, 23, 59)) is None
    assert unknown_year(CALENDAR, at(11, 15, 0)) == 2027
    assert unknown_year(CALENDAR, at(1, 1, 0, year=2027)) == 2027
    assert unknown_year(Calendar(office(years=[2027])), at(12, 31, 23)) is None


def test_a_year_written_out_in_full_is_known() -> None:
    days = {"2027-01-01": {"kind": "rest", "name": "元旦"}, "2027-01-02": {"kind": "work", "name": "元旦"}}
    calendar = Calendar(office(days=days, years=[2027]))
    assert calendar.is_open(at(12, 31, 17)) == Shut(at(1, 2, 9, year=2027), "after hours")
    assert calendar.is_open(at(1, 1, 10, year=2027)) == Shut(at(1, 2, 9, year=2027), "holiday", "元旦")
    assert calendar.is_workday(date(2027, 1, 3)) is False
    assert calendar.is_workday(date(2027, 1, 4)) is True
    assert calendar.is_workday(date(2028, 1, 4)) is None


def test_the_hours_of_a_makeup_day() -> None:
    assert Calendar(office(hours={"makeup": [["10:00", "11:00"]]})).is_open(at(10, 10, 10)) == Open(at(10, 10, 11))
    own_saturday = office(hours={"saturday": [["08:00", "09:00"]], "makeup": [["10:00", "11:00"]]})
    assert Calendar(own_saturday).is_open(at(10, 10, 8)) == Open(at(10, 10, 9))


def test_a_desk_that_works_on_saturdays() -> None:
    calendar = Calendar(office(hours={"saturday": [["09:00", "12:00"]], "monday": []}))
    assert calendar.is_open(at(11, 21, 10)) == Open(at(11, 21, 12))
    assert calendar.is_open(at(11, 21, 12)) == Shut(at(11, 24, 9), "after hours")
    assert calendar.is_open(at(10, 3, 10)).why == "holiday"  # type: ignore[union-attr]


def test_a_desk_open_until_midnight() -> None:
    calendar = Calendar(office(hours={"monday": [["00:00", "24:00"]]}))
    assert calendar.is_open(at(11, 23, 23, 59)) == Open(at(11, 24, 0))
    assert calendar.is_open(at(11, 24, 0)) == Shut(at(11, 24, 9), "before hours")


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        (at(11, 23, 10), 0, at(11, 23, 10)),
        (at(11, 23, 12, 30), 0, at(11, 23, 13)),
        (at(11, 23, 11, 30), 60, at(11, 23, 13, 30)),
        (at(11, 23, 11), 60, at(11, 23, 12)),
        (at(11, 23, 16), 60, at(11, 23, 17)),
        (at(11, 23, 16), 61, at(11, 24, 9, 1)),
        (at(11, 20, 16), 7 * 60, at(11, 23, 16)),
        (at(9, 30, 16), 61, at(10, 8, 9, 1)),
        (at(10, 10, 16), 61, at(10, 12, 9, 1)),
        (at(10, 9, 16), 61, at(10, 10, 9, 1)),
        (at(10, 3, 3), 420, at(10, 8, 17)),
    ],
)
def test_working_minutes_pass_in_working_time(start: datetime, minutes: int, expected: datetime) -> None:
    assert CALENDAR.add_working(start, minutes) == expected


def test_working_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working(at(11, 23, 10), -1)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30), timezones=st.just(SHANGHAI))  # noqa: DTZ001


@given(MOMENTS)
def test_open_and_shut_agree_with_each_other(moment: datetime) -> None:
    answer = CALENDAR.is_open(moment)
    if isinstance(answer, Open):
        assert isinstance(CALENDAR.is_open(answer.until - timedelta(microseconds=1)), Open)
        assert isinstance(CALENDAR.is_open(answer.until), Shut)
    else:
        assert answer.next_opening is not None
        assert answer.next_opening > moment
        assert isinstance(CALENDAR.is_open(answer.next_opening), Open)
        assert isinstance(CALENDAR.is_open(answer.next_opening - timedelta(microseconds=1)), Shut)


@given(MOMENTS, st.integers(0, 2000), st.integers(0, 2000))
def test_working_time_adds_up(moment: datetime, one: int, two: int) -> None:
    first = CALENDAR.add_working(moment, one)
    assert first is not None
    assert CALENDAR.add_working(first, two) == CALENDAR.add_working(moment, one + two)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2027, 1, 1, 2, 0, tzinfo=timezone(timedelta(hours=12))), date(2026, 12, 31)),
    ],
)
def test_the_day_is_the_offices_wherever_the_machine_stands(at: datetime, day: date) -> None:
    assert day_of(at) == day
