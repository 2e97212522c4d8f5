"""What the clocks did last: one row a job. Whoever moves the row by compare-and-set runs the job; nobody else does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import SKEW, Base, UtcTime, is_over, lasts
from models.db import Clash, Unit

LEASE = timedelta(seconds=30)  # a worker that was killed is missed for no longer


class JobRow(Base):
    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
    worker: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    good_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when it last ended well
    result: Mapped[str] = mapped_column(String(190), default="")
    mark: Mapped[str] = mapped_column(String(190), default="")  # where a job of many runs goes on


@dataclass(frozen=True, slots=True)
class Standing:
    """A row, as it was read."""

    name: str
    next_at: datetime
    worker: str
    lease_until: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    good_at: datetime | None
    result: str

    def due(self, now: datetime, period: timedelta) -> bool:
        return not lasts(self.next_at, now, period)

    def running(self, now: datetime) -> bool:
        return lasts(self.lease_until, now, LEASE)

    def noted_since(self, moment: datetime, now: datetime) -> bool:
        return self.ended_at is not None and moment < self.ended_at <= now + SKEW


_COLUMNS = [getattr(JobRow, name) for name in Standing.__slots__]


def standings(unit: Unit) -> dict[str, Standing]:
    return {row.name: Standing(*row) for row in unit.execute(select(*_COLUMNS))}


def enter(unit: Unit, names: Iterable[str], now: datetime) -> None:
    """Rows for jobs that have none, due at once. Takes the lock; of two clocks that do it at once one does it."""
    unit.lock()
    values = {"next_at": now, "worker": "", "result": "", "mark": ""}
    try:
        unit.execute(insert(JobRow), [{"name": name, **values} for name in names])
        unit.commit()
    except Clash:
        unit.rollback()


def claim(unit: Unit, name: str, worker: str, *, now: datetime, period: timedelta, anyway: bool = False) -> bool:
    """Whether this worker may run it now: it is due (or wanted `anyway`), and nobody else has a lease on it."""
    free, due = is_over(JobRow.lease_until, now, LEASE), is_over(JobRow.next_at, now, period)
    this = update(JobRow).where(JobRow.name == name, free, *([] if anyway else [due]))
    return _did(unit, this.values(worker=worker, lease_until=now + LEASE, started_at=now))


def renew(unit: Unit, name: str, worker: str, *, now: datetime) -> bool:
    """False: the lease ran out, and another has the job."""
    return _did(unit, update(JobRow).where(*_held(name, worker)).values(lease_until=now + LEASE))


def finish(unit: Unit, name: str, worker: str, *, now: datetime, next_at: datetime, result: str, good: bool) -> bool:
    """Write how it ended and let go of it; False when another has the job by now, and nothing is written."""
    values = _ended(now, result, good) | {"next_at": next_at, "worker": "", "lease_until": None}
    return _did(unit, update(JobRow).where(*_held(name, worker)).values(values))


def note(unit: Unit, name: str, *, now: datetime, every: timedelta, result: str, good: bool) -> bool:
    """How a job went that all clocks run side by side; False when somebody noted it within `every`."""
    old = is_over(JobRow.ended_at, now - every, every)
    values = _ended(now, result, good) | {"next_at": now, "started_at": now}
    return _did(unit, update(JobRow).where(JobRow.name == name, old).values(values))


def give_back(unit: Unit, worker: str) -> None:
    """All that this worker holds is free again, and due as it was."""
    unit.execute(update(JobRow).where(JobRow.worker == worker).values(worker="", lease_until=None))


def mark(unit: Unit, name: str) -> str:
    """What set_mark() left there; empty at first."""
    return unit.execute(select(JobRow.mark).where(JobRow.name == name)).scalar() or ""


def set_mark(unit: Unit, name: str, value: str) -> None:
    unit.execute(update(JobRow).where(JobRow.name == name).values(mark=value))


def _held(name: str, worker: str) -> tuple[ColumnElement[bool], ...]:
    return JobRow.name == name, JobRow.worker == worker


def _ended(now: datetime, result: str, good: bool) -> dict[str, object]:
    return {"ended_at": now, "result": result[:190], **({"good_at": now} if good else {})}


def _did(unit: Unit, statement: object) -> bool:
    return bool(unit.execute(statement).rowcount)
