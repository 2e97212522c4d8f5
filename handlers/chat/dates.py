"""Which day people mean: 明天, 周末, 下周三, 国庆."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

_NEAR = {"大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明儿": 1}
_WEEKDAY = re.compile(r"(下个?)?(?:周|星期|礼拜)([一二三四五六日天])")
_WEEKEND = re.compile(r"(下个?)?周末|双休日?")
_HOLIDAYS = ("元旦", "春节", "清明", "劳动节", "五一", "端午", "中秋", "国庆", "十一")
_SAME = {"五一": "劳动节", "十一": "国庆"}
_SATURDAY = 5
_YEAR = 366


def read(text: str, today: date, holiday: Callable[[date], str]) -> date | None:
    """The day named in `text`, from `today` on; None when none is named.

    `holiday` tells the name of a day's holiday. One that it does not know yet lies in a year not published: New Year's
    day then stands for that year.
    """
    for word, days in _NEAR.items():
        if word in text:
            return today + timedelta(days=days)
    named = _WEEKDAY.search(text)
    if named:
        return _weekday(today, "一二三四五六日".index(named[2].replace("天", "日")), bool(named[1]))
    weekend = _WEEKEND.search(text)
    if weekend:
        return _weekday(today, _SATURDAY, bool(weekend[1]))
    word = next((each for each in _HOLIDAYS if each in text), "")
    return _holiday(_SAME.get(word, word), today, holiday) if word else None


def _weekday(today: date, weekday: int, following: bool) -> date:
    """本周三 may be past already on Friday: then the next one is meant."""
    if following:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _holiday(name: str, today: date, holiday: Callable[[date], str]) -> date:
    days = (today + timedelta(days=number) for number in range(_YEAR))
    return next((day for day in days if name in holiday(day)), date(today.year + 1, 1, 1))
