"""On which dates a named day may fall in a year, as far as its rule says."""

from __future__ import annotations

from datetime import date, timedelta

from knowledge.entry import UNKNOWN, Day


def candidates(day: Day, year: int) -> list[date]:
    """The dates its rule may mean, in order; none when no date is known.

    “第四周的星期五” may be the fourth Friday or the Friday of the fourth calendar week: both, when they differ.
    """
    if day.date == UNKNOWN:
        return []
    if day.date:
        return [date.fromisoformat(f"{year}-{day.date}")]
    first = date(year, day.month, 1)
    by_count = first + timedelta(days=(day.weekday - first.isoweekday()) % 7 + 7 * (day.nth - 1))
    monday = first - timedelta(days=first.isoweekday() - 1)
    by_week = monday + timedelta(days=7 * (day.nth - 1) + day.weekday - 1)
    return sorted({by_count, by_week})


def confirmed(day: Day, year: int) -> date | None:
    """The date that stands in the content as settled."""
    said = day.confirmed.get(year)
    return date.fromisoformat(said) if said else None
