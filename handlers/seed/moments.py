"""When the made-up things happened: so many working days ago at a time of day, or so many minutes ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.calendar import SHANGHAI, Calendar, day_of


def moment(told: str, now: datetime, calendar: Calendar) -> datetime:
    """`3 09:40` is three working days ago at that time, `0 25` is 25 minutes ago. Never later than `now`."""
    days, time = told.split()
    if ":" not in time:
        return now - timedelta(minutes=int(time))
    day = day_of(now)
    for _ in range(int(days)):
        day -= timedelta(days=1)
        while calendar.is_workday(day) is False or (calendar.is_workday(day) is None and day.weekday() > 4):
            day -= timedelta(days=1)
    hours, minutes = map(int, time.split(":"))
    return min(now, datetime(day.year, day.month, day.day, hours, minutes, tzinfo=SHANGHAI))
