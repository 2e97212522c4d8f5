"""人才日: the rule, this year's date or that it is not confirmed, and how to sign up later."""

from __future__ import annotations

import re
from datetime import date

from bot.conversation import Context
from bot.reply import Turn
from config.calendar import SHANGHAI
from handlers.chat import citing
from knowledge.dates import candidates
from knowledge.entry import Day, Sure
from knowledge.text import plain

_WHEN = re.compile(
    r"哪天|哪一天|几号|几月|什么时候|啥时候|何时|日期|时间|星期几|周几|礼拜几"
    r"|过了(?:吗|没)|还有几天|多久|定了"
)
_YEAR_ONLY = re.compile(r"那?(?:20\d\d年?|明年|后年|今年|去年)(?:的?人才日)?(?:的|呢|是哪天|几号)?")
_YEAR = re.compile(r"(20\d\d)年?")
_WEEKDAYS = "一二三四五六日"


def is_day(context: Context) -> bool:
    text = plain(context.text)
    day = _day(context)
    if day is None:
        return False
    if context.recall.get("about") == "day" and _YEAR_ONLY.fullmatch(text):
        return True
    if _named(context) and (_WHEN.search(text) or _YEAR.search(text)) and "报名" not in text:
        return True
    known = context.ask()
    return isinstance(known, Sure) and known.best.entry.about == "day" and known.best.entry.aspect == "when"


def when(context: Context) -> Turn:
    day = _day(context)
    if day is None:
        return Turn(context.say("event.none"))
    year, today = _year(context), _today(context)
    body = [_line(context, day, year)]
    if year == today.year and candidates(day, year)[-1] < today and year not in day.confirmed:
        body.append(_line(context, day, year + 1))
    reply = context.say(
        "event.day",
        name=day.name,
        dates="\n".join(body),
        rule=day.rule,
        source=citing.source_line(context, day.source),
    )
    recall = {"topic": "event", "about": "day", "item": "talent_day", "entry": "day.when", "misses": None}
    recall = {**recall, "question": citing.question(context, day.name)}
    return Turn(reply, recall=recall, note=f"day {year}", asked=citing.asks(context, "sure", "day.when"))


def _day(context: Context) -> Day | None:
    """The day that is named, else the first one there is; deadlines and calls are what the entries say of them."""
    days = context.kit.library.days
    return _named(context) or next((day for day in days if day.kind == "day"), None)


def _named(context: Context) -> Day | None:
    day = context.kit.library.day_in(plain(context.text))
    return day if day is not None and day.kind == "day" else None


def _line(context: Context, day: Day, year: int) -> str:
    if year in day.confirmed:
        return context.phrase("event.confirmed", year=year, date=_said(date.fromisoformat(day.confirmed[year])))
    dates = candidates(day, year)
    key = "event.by_rule" if len(dates) == 1 else "event.either"
    passed = context.phrase("event.passed") if dates[-1] < _today(context) else ""
    return context.phrase(key, year=year, date=context.phrase("event.or").join(map(_said, dates)), passed=passed)


def _year(context: Context) -> int:
    found, year = _YEAR.search(plain(context.text)), _today(context).year
    if found:
        return int(found.group(1))
    shift = {"明年": 1, "后年": 2, "去年": -1, "前年": -2}
    return year + next((by for word, by in shift.items() if word in context.text), 0)


def _today(context: Context) -> date:
    return context.now.astimezone(SHANGHAI).date()


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"
