"""Working time as values: lunch breaks, holidays and 调休 workdays. Nothing here reads a clock.

The national calendar is a library that knows the years published so far. Over it lie the years that admins brought in,
over these the days of office.yaml. A year nobody knows is answered with None or "unknown_year", never with a guess: on
a wrong guess somebody waits in front of a closed door.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar

from config.office import WEEK, Day, Frame, Office

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"  # by date.weekday()
_HORIZON_DAYS = 400  # nobody is shut for longer than a year; ends the search of an office that never opens
_NEXT_YEAR_FROM = (11, 15)  # the State Council publishes the next year's holidays in November, mostly before this day

Why = Literal["weekend", "holiday", "lunch", "before hours", "after hours", "unknown_year"]
Origin = Literal["office", "imported", "nation", "week"]
ORIGIN_NAMES = {"office": "office.yaml", "imported": "导入", "nation": "国家日历", "week": "平常"}


class Open(NamedTuple):
    """Somebody is on duty until `until`, the next break or the end of the day."""

    until: datetime


class Shut(NamedTuple):
    """Nobody is on duty. `next_opening` is None when it lies in a year whose holidays are not known yet."""

    next_opening: datetime | None
    why: Why
    name: str = ""  # of the holiday, such as 国庆节; empty otherwise


@dataclass(frozen=True)
class Calendar:
    """The working time of one office. Times are aware, of any zone; answers are in Asia/Shanghai.

    `imported`: of each year brought in, all days that are not what their weekday says.
    """

    office: Office
    imported: Mapping[int, Mapping[date, Day]] = field(default_factory=dict)
    _seen: dict[date, tuple[Frame, ...] | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_open(self, at: datetime) -> Open | Shut:
        """Whether somebody is on duty at `at`: the first minute counts, the last one does not."""
        here = local(at)
        frames = self.frames(here.date())
        if frames is None:
            return Shut(None, "unknown_year")
        for start, end in moments(here.date(), frames):
            if start <= here < end:
                return Open(end)
        return Shut(self._next_opening(here), *self._why(here, frames))

    def is_workday(self, day: date) -> bool | None:
        """Whether anybody is on duty that day; None for a day of a year not known yet."""
        frames = self.frames(day)
        return None if frames is None else bool(frames)

    def day_name(self, day: date) -> str:
        """The holiday a day belongs to (国庆节, also on its 调休 workday), or an empty text."""
        plan = self._day(day)
        return plan.name if plan is not None else ""

    def origin(self, day: date) -> Origin | None:
        """Who says what that day is; "week": an ordinary day of a year that is known. None: nobody knows."""
        if day in self.office.days:
            return "office"
        if not self._known(day.year):
            return None
        if self._day(day) is None:
            return "week"
        return "imported" if day.year in self.imported else "nation"

    def add_working(self, at: datetime, minutes: int) -> datetime | None:
        """The moment when `minutes` of duty have passed since `at`; None when it lies in a year not known yet.

        Full hours end at the end of a stretch, not at the start of the next: 60 minutes from 16:00 are 17:00.
        """
        return self.add_duty(at, timedelta(minutes=minutes))

    def add_duty(self, at: datetime, duty: timedelta) -> datetime | None:
        """The same, to the microsecond."""
        if duty < timedelta():
            raise ValueError("minutes must not be negative")
        left = duty
        for start, end in self._stretches(local(at)):
            if left <= end - start:
                return start + left
            left -= end - start
        return None

    def frames(self, day: date) -> tuple[Frame, ...] | None:
        """The stretches of duty of a day; none of them: nobody works. None: a day of a year not known yet."""
        try:
            return self._seen[day]  # a report asks for each a thousand times
        except KeyError:
            return self._seen.setdefault(day, self._frames(day))

    def _frames(self, day: date) -> tuple[Frame, ...] | None:
        usual: tuple[Frame, ...] = getattr(self.office.hours, WEEK[day.weekday()])
        plan = self._day(day)
        if plan is None:
            return usual if self._known(day.year) else None
        if plan.kind == "rest":
            return ()
        return usual or self.office.hours.makeup or next(filter(None, self.office.hours.week()))

    def _next_opening(self, here: datetime) -> datetime | None:
        return next((start for start, _ in self._stretches(here)), None)

    def _stretches(self, here: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of duty from `here` on; ends where knowledge ends."""
        for number in range(_HORIZON_DAYS):
            day = here.date() + timedelta(days=number)
            frames = self.frames(day)
            if frames is None:
                return
            yield from ((max(start, here), end) for start, end in moments(day, frames) if end > here)

    def _why(self, here: datetime, frames: tuple[Frame, ...]) -> tuple[Why, str]:
        if not frames:
            name = self.day_name(here.date())
            return ("holiday", name) if name else ("weekend", "")
        minute = here.hour * 60 + here.minute
        if minute < frames[0].start:
            return "before hours", ""
        return ("after hours", "") if minute >= frames[-1].end else ("lunch", "")

    def _day(self, day: date) -> Day | None:
        """What sets this day apart: the office's own table first, then what was brought in, then the nation's."""
        own = self.office.days.get(day)
        if own is not None or day.year in self.office.years:
            return own
        brought = self.imported.get(day.year)
        return brought.get(day) if brought is not None else _national(day)

    def _known(self, year: int) -> bool:
        return year in self.office.years or year in self.imported or _published(year)


def unknown_year(calendar: Calendar, at: datetime) -> int | None:
    """The year whose holidays ought to be known at `at` and are not: this one, and the next from 15 November on."""
    today = day_of(at)
    years = [today.year, today.year + 1] if (today.month, today.day) >= _NEXT_YEAR_FROM else [today.year]
    return next((year for year in years if calendar.is_workday(date(year, 1, 1)) is None), None)


def day_of(at: datetime) -> date:
    """The day that it is in the office."""
    return local(at).date()


def local(at: datetime) -> datetime:
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a time needs its zone; a naive one would be read in the host's")
    return at.astimezone(SHANGHAI)


@lru_cache(maxsize=4096)
def moments(day: date, frames: tuple[Frame, ...]) -> tuple[tuple[datetime, datetime], ...]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return tuple((midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)) for start, end in frames)


@cache
def _published(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def _names() -> dict[str, str]:
    return {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


@lru_cache(maxsize=4096)
@lru_cache(4096)
def _national(day: date) -> Day | None:
    """A statutory holiday or a 调休 workday; None for an ordinary day and for a year not published."""
    if not _published(day.year):
        return None
    rest, name = chinese_calendar.get_holiday_detail(day)
    if name is None:
        return None
    return Day(kind="rest" if rest else "work", name=_names().get(name, name))
