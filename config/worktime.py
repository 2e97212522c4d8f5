"""Counting in working time: whole working days, duty between two moments, and all of it backwards.

Times are aware, of any zone; answers are in Asia/Shanghai, or None when they would need a year not known yet.
A working day is counted from a moment on duty: what comes in by night counts from the next opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from config.calendar import Calendar, Open, local, moments

_HORIZON_DAYS = 400


def on_duty(calendar: Calendar, at: datetime) -> datetime | None:
    """`at` itself, or the next opening."""
    standing = calendar.is_open(at)
    return local(at) if isinstance(standing, Open) else standing.next_opening


def days_after(calendar: Calendar, at: datetime, days: int) -> datetime | None:
    """The same time of day, `days` whole working days later."""
    start = on_duty(calendar, at)
    return None if start is None else _moved(calendar, start, days, 1)


def put_off(calendar: Calendar, end: datetime, days: int) -> datetime | None:
    """A deadline by `days` working days more: one at closing time stays at closing time."""
    last = local(end) - timedelta(microseconds=1)
    return _moved(calendar, end, days, 1) if _is_open(calendar, last) else days_after(calendar, end, days)


def days_before(calendar: Calendar, at: datetime, days: int) -> datetime | None:
    """The same time of day, `days` whole working days earlier."""
    return _moved(calendar, at, days, -1)


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta | None:
    """The duty between two moments; less than nothing when `end` comes first."""
    if end < start:
        found = between(calendar, end, start)
        return None if found is None else -found
    start, end = local(start), local(end)
    first, days = start.date(), (end.date() - start.date()).days
    minutes, edges = 0, timedelta()
    for number in range(days + 1):
        day = first + timedelta(days=number)
        frames = calendar.frames(day)
        if frames is None:
            return None
        if 0 < number < days:
            minutes += sum(over - begin for begin, over in frames)
        else:
            parts = (min(over, end) - max(begin, start) for begin, over in moments(day, frames))
            edges += sum((part for part in parts if part > timedelta()), timedelta())
    return edges + timedelta(minutes=minutes)


def before(calendar: Calendar, at: datetime, duty: timedelta) -> datetime | None:
    """The latest moment from which so much duty had passed at `at`."""
    left = duty
    for start, end in _backwards(calendar, local(at)):
        if left <= end - start:
            return end - left
        left -= end - start
    return None


def usual_day(calendar: Calendar) -> timedelta:
    """How long a day of the office is: what 工作日 means when minutes are told in days."""
    frames = next(filter(None, calendar.office.hours.week()))
    return timedelta(minutes=sum(end - start for start, end in frames))


def _backwards(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    for number in range(_HORIZON_DAYS):
        day = at.date() - timedelta(days=number)
        frames = calendar.frames(day)
        if frames is None:
            return
        yield from ((start, min(end, at)) for start, end in reversed([*moments(day, frames)]) if start < at)


def _is_open(calendar: Calendar, at: datetime) -> bool:
    return isinstance(calendar.is_open(at), Open)


def _moved(calendar: Calendar, at: datetime, days: int, step: int) -> datetime | None:
    day = _workday(calendar, local(at).date(), days, step)
    return None if day is None else _at(calendar, day, local(at))


def _workday(calendar: Calendar, day: date, number: int, step: int) -> date | None:
    """The workday `number` of them away from `day`."""
    for _ in range(_HORIZON_DAYS):
        if number == 0:
            return day
        day += timedelta(days=step)
        frames = calendar.frames(day)
        if frames is None:
            return None
        number -= bool(frames)
    return None


def _at(calendar: Calendar, day: date, time: datetime) -> datetime:
    """That time on that day; a day that is shut then is taken at the edge before it, or at its opening."""
    wanted = time.replace(year=day.year, month=day.month, day=day.day)
    stretches = [*moments(day, calendar.frames(day) or ())]
    edges = [min(wanted, end) for start, end in stretches if start <= wanted]
    return edges[-1] if edges else next((start for start, _ in stretches), wanted)
