"""Dates of named days: both readings of a rule where they differ, none where no source names a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.dates import candidates, confirmed
from knowledge.entry import UNKNOWN, Content, Day
from knowledge.library import Library


@pytest.fixture
def talent_day(content: Content) -> Day:
    return replace(content.days[0], month=4, nth=4, weekday=5, confirmed={2027: "2027-04-23"})


def test_one_date_where_the_readings_agree(talent_day: Day) -> None:
    assert candidates(talent_day, 2027) == [date(2027, 4, 23)]


@pytest.mark.parametrize("year", [2023, 2028, 2029])
def test_both_where_they_differ(talent_day: Day, year: int) -> None:
    first, last = candidates(talent_day, year)
    assert (last - first).days == 7
    assert first.isoweekday() == last.isoweekday() == 5


def test_the_same_date_every_year_or_none(talent_day: Day) -> None:
    assert candidates(replace(talent_day, date="11-30"), 2027) == [date(2027, 11, 30)]
    assert candidates(replace(talent_day, date=UNKNOWN), 2027) == []


def test_what_is_confirmed(talent_day: Day) -> None:
    assert [confirmed(talent_day, year) for year in (2026, 2027)] == [None, date(2027, 4, 23)]


def test_the_longest_name_is_the_day_that_is_meant(small_library: Library) -> None:
    assert small_library.day_in("那个人才日是几号") is small_library.days[0]
    assert small_library.day_in("天气") is None
