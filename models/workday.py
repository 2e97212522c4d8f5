"""Holidays and 调休 workdays that an admin brought in for years the program does not know, or to put one right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.audit import Audit
from models.base import Base, UtcTime
from models.db import Clash, Unit
from models.seal import Seal


class Workday(Base):
    """A day that is not what its weekday says."""

    __tablename__ = "workday"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  # rest | work
    name: Mapped[str] = mapped_column(String(64), default="")


class WorkYear(Base):
    """A year whose days are all known: those in `workday` and, for the rest, the week."""

    __tablename__ = "work_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text)  # the notice it was taken from
    by: Mapped[str] = mapped_column(String(64))  # as in the audit
    at: Mapped[datetime] = mapped_column(UtcTime)


class Special(NamedTuple):
    kind: str  # rest | work
    name: str


class Imported(NamedTuple):
    year: int
    source: str
    by: str
    at: datetime


class Known(Exception):
    """That year has been brought in already: replace it, if that is meant."""


class Unknown(Exception):
    """That year has not been brought in."""


Stamp = tuple[tuple[int, datetime], ...]


def stamp(unit: Unit) -> Stamp:
    """Another one whenever anything was brought in, replaced or removed: a few rows, asked often."""
    query = select(WorkYear.year, WorkYear.at).order_by(WorkYear.year)
    return tuple((row.year, row.at) for row in unit.execute(query))


def years(unit: Unit) -> list[Imported]:
    query = select(WorkYear.year, WorkYear.source, WorkYear.by, WorkYear.at).order_by(WorkYear.year)
    return [Imported(*row) for row in unit.execute(query)]


def days(unit: Unit, year: int) -> dict[date, Special]:
    query = select(Workday.day, Workday.kind, Workday.name).where(_of(year)).order_by(Workday.day)
    return {row.day: Special(row.kind, row.name) for row in unit.execute(query)}


class Workdays:
    """What admins do, noted in the audit. `by`: an Actor's key, or cli:<user>."""

    def __init__(self, unit: Unit, seal: Seal, address: str = "") -> None:
        self._unit = unit
        self._audit = Audit(unit, seal.audit_key, address)

    def bring_in(self, year: int, days: Mapping[date, Special], source: str, *, by: str, now: datetime) -> None:
        """A whole year, at once in force everywhere. Raises Known, ValueError when it is no year's list."""
        self._write("bring_in", year, days, source, by, now)

    def replace(self, year: int, days: Mapping[date, Special], source: str, *, by: str, now: datetime) -> None:
        """Raises Unknown, ValueError."""
        self._drop(year)
        self._write("replace", year, days, source, by, now)

    def remove(self, year: int, *, by: str, now: datetime) -> None:
        """The nation's table counts again, if it knows the year. Raises Unknown."""
        self._drop(year)
        self._audit.add(by, "calendar.remove", f"calendar:{year}", now=now)

    def _write(self, verb: str, year: int, days: Mapping[date, Special], source: str, by: str, now: datetime) -> None:
        if not days or not source.strip() or any(day.year != year for day in days):
            raise ValueError("a year needs its days and the name of their source")
        if any(each.kind not in ("rest", "work") for each in days.values()):
            raise ValueError("a day is rest or work")
        self._unit.lock()
        try:
            self._unit.execute(insert(WorkYear), {"year": year, "source": source.strip(), "by": by, "at": now})
        except Clash:
            raise Known(year) from None
        rows = [{"day": day, "kind": each.kind, "name": each.name} for day, each in sorted(days.items())]
        self._unit.execute(insert(Workday), rows)
        self._audit.add(by, f"calendar.{verb}", f"calendar:{year}", now=now, days=len(days), source=source.strip())

    def _drop(self, year: int) -> None:
        self._unit.lock()
        if self._unit.execute(delete(WorkYear).where(WorkYear.year == year)).rowcount != 1:
            raise Unknown(year)
        self._unit.execute(delete(Workday).where(_of(year)))


def _of(year: int) -> ColumnElement[bool]:
    return Workday.day.between(date(year, 1, 1), date(year, 12, 31))
