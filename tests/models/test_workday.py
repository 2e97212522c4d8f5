"""Years brought in: whole or not at all, noted, and seen by a stamp that changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline import SEAL
from models import workday
from models.audit import AuditRow
from models.db import Database
from models.workday import Known, Special, Unknown, Workdays

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAYS = {date(2027, 1, 1): Special("rest", "元旦"), date(2027, 2, 6): Special("work", "春节")}


def bring_in(database: Database, year: int = 2027, now: datetime = NOW, **more: object) -> None:
    days = {day.replace(year=year): each for day, each in DAYS.items()}
    with database.writing() as unit:
        Workdays(unit, SEAL).bring_in(year, days, "演示通知", by="cli", now=now, **more)  # type: ignore[arg-type]


def stamp(database: Database) -> workday.Stamp:
    with database.unit() as unit:
        return workday.stamp(unit)


def test_a_year_is_brought_in_whole_and_noted(database: Database) -> None:
    assert stamp(database) == ()
    bring_in(database)
    with database.unit() as unit:
        assert workday.years(unit) == [workday.Imported(2027, "演示通知", "cli", NOW)]
        assert workday.days(unit, 2027) == DAYS
        assert workday.days(unit, 2028) == {}
        assert unit.execute(select(AuditRow.action, AuditRow.object)).all() == [("calendar.bring_in", "calendar:2027")]


def test_a_year_that_is_known_is_not_overwritten_by_the_way(database: Database) -> None:
    bring_in(database)
    with pytest.raises(Known):
        bring_in(database, now=NOW + timedelta(days=1))
    with database.unit() as unit:
        assert [each.at for each in workday.years(unit)] == [NOW]
        assert len(unit.execute(select(AuditRow.seq)).all()) == 1


def test_a_year_is_replaced_and_removed(database: Database) -> None:
    bring_in(database)
    bring_in(database, 2028)
    before = stamp(database)
    later = NOW + timedelta(hours=1)
    with database.writing() as unit:
        one = {date(2027, 1, 1): Special("rest", "元旦")}
        Workdays(unit, SEAL).replace(2027, one, "更正", by="staff:1", now=later)
    assert stamp(database) not in ((), before)
    with database.writing() as unit:
        assert [*workday.days(unit, 2027)] == [date(2027, 1, 1)]
        Workdays(unit, SEAL).remove(2027, by="staff:1", now=later)
    with database.unit() as unit:
        assert [each.year for each in workday.years(unit)] == [2028]
        assert workday.days(unit, 2027) == {}
        assert len(workday.days(unit, 2028)) == 2


def test_what_is_not_there_cannot_be_replaced_or_removed(database: Database) -> None:
    for verb in (lambda verbs: verbs.remove(2027, by="cli", now=NOW),
                 lambda verbs: verbs.replace(2027, DAYS, "通知", by="cli", now=NOW)):  # fmt: skip
        with pytest.raises(Unknown), database.writing() as unit:
            verb(Workdays(unit, SEAL))


@pytest.mark.parametrize(
    ("days", "source"),
    [
        ({}, "通知"),
        (DAYS, " "),
        ({date(2026, 1, 1): Special("rest", "元旦")}, "通知"),
        ({date(2027, 1, 1): Special("maybe", "元旦")}, "通知"),
    ],
)
def test_no_door_brings_in_what_is_no_year(days: dict[date, Special], source: str, database: Database) -> None:
    with pytest.raises(ValueError, match="day"), database.writing() as unit:
        Workdays(unit, SEAL).bring_in(2027, days, source, by="cli", now=NOW)
    assert stamp(database) == ()
