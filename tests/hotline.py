"""A hotline on a bare database: people of every role, and tickets, without anything that tells anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from models.access import Actor, Role
from models.db import Database, Unit
from models.desk import NewTicket
from models.desk_join import Joining
from models.history import Due, Facts
from models.seal import Seal
from models.staff import Staff
from models.ticket import HOTLINE

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the office, a Monday
SEAL = Seal("a secret of the tests")
DAY = timedelta(days=1)


class DayByDay:
    """To be resolved within a day for each day granted and one more, the first word within an hour."""

    def due(self, facts: Facts) -> Due:
        if facts.pauses and facts.pauses[-1][1] is None:
            return Due()
        paused = sum(((end or at) - at for at, end in facts.pauses), timedelta())
        resolve = facts.round_at + paused + DAY * (1 + facts.extra_days)
        first = None if facts.first_at else facts.created_at + timedelta(hours=1)
        return Due(first=first, resolve=None if facts.resolved_at else resolve, yellow=resolve - timedelta(hours=2))

    def longest_extension(self) -> int:
        return 10

    def send_back_until(self, dispatched_at: datetime) -> datetime:
        return dispatched_at + DAY


def joining(unit: Unit) -> Joining:
    return Joining(unit, SEAL, DayByDay())


@contextmanager
def verbs(database: Database) -> Iterator[Joining]:
    """All verbs in a unit that is committed at the end."""
    with database.writing() as unit:
        yield joining(unit)


def hire(database: Database, login: str, role: Role = "agent", unit: str = HOTLINE, **more: Any) -> Actor:
    staff = Staff(login=login, name=login, role=role, unit=unit, created_at=NOW, updated_at=NOW, **more)
    with database.writing() as work:
        work.session.add(staff)
        work.session.flush()
        return staff.actor


def opened(database: Database, subject: str = "津贴没到账", *, now: datetime = NOW, **more: Any) -> str:
    """The number of a new ticket."""
    with verbs(database) as desk:
        new = NewTicket(subject, more.pop("detail", "三月就批了，一直没有到账"), **more)
        return desk.open(more.pop("openid", "o小林"), new, now=now).number
