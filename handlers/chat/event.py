"""人才日: the rule, this year's date or that it is not confirmed, and how to sign up later."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot import reply as replies
from bot.conversation import Context
from bot.reply import Text, Turn
from config.calendar import SHANGHAI, WEEKDAYS
from handlers import event_words
from handlers.chat import citing
from knowledge.dates import candidates
from knowledge.entry import Day, Sure
from knowledge.text import plain
from models.event import SHOWN, Event

_WHEN = re.compile(
    r"哪天|哪一天|几号|几月|什么时候|啥时候|何时|日期|时间|星期几|周几|礼拜几"
    r"|过了(?:吗|没)|还有几天|多久|定了"
)
_SIGN_UP = re.compile(r"[^怎如哪]{2,8}?(?:活动)?报名")
_YEAR_ONLY = re.compile(r"那?(?:20\d\d年?|明年|后年|今年|去年)(?:的?人才日)?(?:的|呢|是哪天|几号)?")
_YEAR = re.compile(r"(20\d\d)年?")


def is_day(context: Context) -> bool:
    text = plain(context.text)
    day = _day(context)
    if day is None:
        return False
    if context.recall.get("about") == "day" and _YEAR_ONLY.fullmatch(text):
        return True
    if _named(context) and (_WHEN.search(text) or _YEAR.search(text)) and "报名" not in text:
        return True
    if _named(context) and _SIGN_UP.fullmatch(text):
        return True
    known = context.ask()
    return isinstance(known, Sure) and known.best.entry.about == "day" and known.best.entry.aspect == "when"


def is_about(context: Context) -> bool:
    """The content surely says something of the day, and its date is settled: 人才日是什么."""
    known = context.ask()
    return isinstance(known, Sure) and known.best.entry.about == "day" and bool(told(context))


def about(context: Context) -> Turn:
    """What the content says, and the date, which is newer."""
    known = context.ask()
    if not isinstance(known, Sure):
        return when(context)
    turn = citing.show(context, known.best.entry)
    reply = Text(f"{told(context)}\n\n{replies.as_text(turn.reply)}")
    recall = {**citing.recalled(context, context.text), **turn.recall}
    return replace(turn, reply=reply, recall=recall, score=known.best.score)


def when(context: Context) -> Turn:
    day = _day(context)
    if day is None:
        return Turn(context.say("event.none"))
    year, today = _year(context), _today(context)
    known = context.programme.named(day.id, year)
    lines = [_line(context, day, year, known)]
    if year == today.year and _last(day, year, known) < today:
        known = context.programme.named(day.id, year + 1)
        lines.append(_line(context, day, year + 1, known))
    reply = context.say(
        "event.day",
        name=day.name,
        dates="\n".join(lines),
        rule=day.rule,
        next=_next(context, known),
        source=citing.source_line(context, day.source),
    )
    recall = {"topic": "event", "about": "day", "item": "talent_day", "entry": "day.when", "misses": None}
    recall = {**recall, "question": citing.question(context, day.name), "event": known.number if known else None}
    state, data = ("signup:follow", {"number": known.number}) if known and _is_offered(context, known) else ("", {})
    asked = citing.asks(context, "sure", "day.when")
    return Turn(reply, state, data, recall, f"day {year}", asked=asked)


def _last(day: Day, year: int, known: Event | None) -> date:
    """The day it is, or the last that it may be."""
    return _settled(day, year, known) or candidates(day, year)[-1]


def _settled(day: Day, year: int, known: Event | None) -> date | None:
    """The day that the event says, else the content; None while neither does."""
    if known is not None and known.state not in ("draft", "cancelled") and known.starts_at is not None:
        return known.starts_at.astimezone(SHANGHAI).date()
    return date.fromisoformat(day.confirmed[year]) if year in day.confirmed else None


def told(context: Context) -> str:
    """A line on the coming 人才日 whose date is settled; empty when there is none."""
    day, today = _day(context), _today(context)
    if day is None:
        return ""
    for year in (today.year, today.year + 1):
        known = context.programme.named(day.id, year)
        settled = _settled(day, year, known)
        if known and settled and settled >= today and known.state in SHOWN:
            key = "event.also" if _is_offered(context, known) else "event.confirmed"
            return context.phrase(key, year=year, date=_said(settled), name=day.name, passed="")
    return ""


def _is_offered(context: Context, known: Event) -> bool:
    return not event_words.why_not(context, known)


def _next(context: Context, known: Event | None) -> str:
    """What can be done now: nothing, ask to be told of the date, or sign up."""
    if known is None:
        return context.phrase("event.not_open")
    if known.state == "draft":
        return context.phrase("event.follow")
    return (
        context.phrase("event.sign_up") if _is_offered(context, known) else event_words.why_not(context, known) + "。"
    )


def _day(context: Context) -> Day | None:
    """The day that is named, else the first one there is; deadlines and calls are what the entries say of them."""
    days = context.kit.library.days
    return _named(context) or next((day for day in days if day.kind == "day"), None)


def _named(context: Context) -> Day | None:
    day = context.kit.library.day_in(plain(context.text))
    return day if day is not None and day.kind == "day" else None


def _line(context: Context, day: Day, year: int, known: Event | None) -> str:
    settled, passed = _settled(day, year, known), ""
    if _last(day, year, known) < _today(context):
        passed = context.phrase("event.passed")
    if settled is not None:
        return context.phrase("event.confirmed", year=year, date=_said(settled), passed=passed)
    dates = candidates(day, year)
    key = "event.by_rule" if len(dates) == 1 else "event.either"
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
    return f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"
