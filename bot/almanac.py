"""The calendar that is in force: the nation's table, over it the years admins brought in, over these office.yaml."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import date, datetime

from config import holidays
from config.calendar import Calendar
from config.holidays import BadHolidays
from config.office import Day, Office
from models import workday
from models.db import Database, Stale, Unavailable
from models.workday import Special, Stamp, Workdays


class Almanac:
    """Calling it gives the present calendar and asks no database, but for the first time. `refresh` looks for changes
    with one small query: the watcher of every process does it every few seconds.
    """

    def __init__(self, office: Callable[[], Office], db: Database) -> None:
        self._office = office
        self._db = db
        self._stamp: Stamp | None = None
        self._imported: Mapping[int, Mapping[date, Day]] = {}

    def __call__(self) -> Calendar:
        if self._stamp is None:
            self.refresh()
        return Calendar(self._office(), self._imported)

    def refresh(self) -> bool:
        """True: other days are in force. What cannot be asked now is asked the next time."""
        with contextlib.suppress(Unavailable, Stale), self._db.unit() as unit:
            found = workday.stamp(unit)
            if found == self._stamp:
                return False
            self._imported = {year: _days(workday.days(unit, year)) for year, _ in found}
            self._stamp = found
            return True
        return False


def bring_in(
    workdays: Workdays, year: int, text: str, source: str, *, by: str, now: datetime, again: bool = False
) -> int:
    """A year's holidays as an admin hands them in (config/holidays.py says how); `again`: in place of those brought in
    before. How many days. Raises BadHolidays, Known, Unknown.
    """
    days = {day: Special(each.kind, each.name) for day, each in holidays.read(text, year).items()}
    if not source.strip():
        raise BadHolidays(["没写出处，如通知的名称和文号"])
    write = workdays.replace if again else workdays.bring_in
    write(year, days, source, by=by, now=now)
    return len(days)


def _days(found: Mapping[date, Special]) -> dict[date, Day]:
    return {day: Day.model_construct(kind=each.kind, name=each.name) for day, each in found.items()}
