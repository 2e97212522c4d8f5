"""The calendar in force: a year brought in counts everywhere within one look, and asks nothing in between."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.almanac import Almanac
from bot.kit import Kit
from config.calendar import unknown_year
from handlers.refresh import refresh
from models.db import Database, Unavailable
from models.seal import Seal
from models.workday import Special, Workdays

SEAL = Seal("a secret of the tests")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAYS = {date(2027, 1, 1): Special("rest", "元旦"), date(2027, 1, 2): Special("work", "元旦")}


def bring_in(kit: Kit) -> None:
    with kit.db.writing() as unit:
        Workdays(unit, SEAL).bring_in(2027, DAYS, "演示通知", by="cli", now=NOW)


def test_a_year_brought_in_is_known_after_one_look(kit: Kit) -> None:
    assert unknown_year(kit.calendar(), NOW) == 2027
    bring_in(kit)
    assert unknown_year(kit.calendar(), NOW) == 2027, "nobody has looked yet"
    refresh(kit)
    calendar = kit.calendar()
    assert unknown_year(calendar, NOW) is None
    assert [calendar.is_workday(date(2027, 1, day)) for day in (1, 2, 3, 4)] == [False, True, False, True]
    assert calendar.day_name(date(2027, 1, 2)) == "元旦"
    with kit.db.writing() as unit:
        Workdays(unit, SEAL).remove(2027, by="cli", now=NOW)
    refresh(kit)
    assert unknown_year(kit.calendar(), NOW) == 2027


def test_where_each_day_comes_from(kit: Kit) -> None:
    bring_in(kit)
    calendar = kit.calendar()
    days = {date(2027, 1, 1): "imported", date(2027, 1, 4): "week", date(2026, 10, 1): "nation", date(2028, 1, 1): None}
    assert {day: calendar.origin(day) for day in days} == days


def test_a_calendar_is_given_without_asking(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.calendar()
    monkeypatch.setattr(Database, "unit", lambda _: pytest.fail("it asked"))
    assert kit.calendar().is_workday(date(2026, 10, 10))


def test_a_database_that_is_down_leaves_what_was_known(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(kit)
    refresh(kit)

    def down(_: Any) -> None:
        raise Unavailable("down")

    monkeypatch.setattr(Database, "unit", down)
    assert not kit.calendar.refresh()
    assert kit.calendar().is_workday(date(2027, 1, 4))
    assert Almanac(kit.office, kit.db)().is_workday(date(2027, 1, 4)) is None
