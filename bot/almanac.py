"""The calendar that is in force: the nation's table, over it the years admins brought in, over these office.yaml."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import date

from config.calendar import Calendar
from config.office import Day, Office
from models import workday
from models.db import Database, Stale, Unavailable
from models.workday import Stamp


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


def _days(found: Mapping[date, workday.Special]) -> dict[date, Day]:
    return {day: Day.model_construct(kind=each.kind, name=each.name) for day, each in found.items()}
