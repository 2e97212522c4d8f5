"""Whether somebody is on duty, said in words: until when, or why not and when again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from config.calendar import SHANGHAI, WEEKDAYS, Open, Shut
from config.office import Frames
from handlers.speaking import Speaker

_WHY = {
    "weekend": "duty.weekend",
    "lunch": "duty.lunch",
    "before hours": "duty.before",
    "after hours": "duty.after",
}


def now(speaker: Speaker) -> str:
    """现在是工作时间，到17:00 / 现在是午休，13:00恢复 ... with a word of caution while the hours are not confirmed."""
    return _cautious(speaker, _now(speaker, speaker.kit.calendar().is_open(speaker.now)))


def on(speaker: Speaker, day: date) -> str:
    """Whether somebody is on duty on another day."""
    calendar = speaker.kit.calendar()
    standing = calendar.is_open(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI))
    if isinstance(standing, Shut) and standing.why == "unknown_year":
        return speaker.phrase("duty.unknown_year", year=day.year)
    said, name = f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）", calendar.day_name(day)
    opening = standing.next_opening if isinstance(standing, Shut) else None
    if calendar.is_workday(day) and opening:
        return _cautious(speaker, speaker.phrase("duty.day_open", day=said, at=f"{opening.hour}:{opening.minute:02d}"))
    why = speaker.phrase("duty.holiday", name=name) if name else speaker.phrase("duty.weekend")
    if opening is None:
        return speaker.phrase("duty.day_shut_unknown", day=said, why=why)
    return _cautious(speaker, speaker.phrase("duty.day_shut", day=said, why=why, at=moment(speaker, opening)))


def number(speaker: Speaker) -> str:
    """The hotline's, or that it is not published."""
    hotline = speaker.kit.office().hotline
    if hotline.phone:
        return speaker.phrase("hotline.number", name=hotline.name, phone=hotline.phone)
    return speaker.phrase("hotline.no_number", name=hotline.name)


def hours(speaker: Speaker) -> str:
    """The week: 周一至周五9:00—12:00、13:00—17:00，周六、周日休息."""
    week = speaker.kit.office().hours.week()
    firsts = [at for at, frames in enumerate(week) if at == 0 or frames != week[at - 1]]
    parts = [_days(first, after - 1) + _frames(week[first]) for first, after in pairwise([*firsts, len(week)])]
    return speaker.phrase("duty.hours", hours="，".join(parts))


def next_step(speaker: Speaker) -> str:
    """The same in one sentence, for those who wait for an answer."""
    standing = speaker.kit.calendar().is_open(speaker.now)
    if isinstance(standing, Open):
        return speaker.phrase("duty.wait_open")
    if standing.next_opening is None:
        return speaker.phrase("duty.wait_unknown")
    return speaker.phrase("duty.wait_shut", why=_why(speaker, standing), at=moment(speaker, standing.next_opening))


def moment(speaker: Speaker, at: datetime) -> str:
    """今天13:00, 明天9:00, 10月9日（周五）9:00."""
    here = at.astimezone(SHANGHAI)
    return f"{day_said(speaker, at)}{here.hour}:{here.minute:02d}"


def today(speaker: Speaker) -> date:
    """The office's."""
    return speaker.now.astimezone(SHANGHAI).date()


def day_said(speaker: Speaker, at: datetime) -> str:
    """今天, 明天, 10月9日（周五）."""
    here, first = at.astimezone(SHANGHAI), today(speaker)
    near = {first: "今天", first + timedelta(days=1): "明天"}.get(here.date())
    return near or f"{here.month}月{here.day}日（周{WEEKDAYS[here.weekday()]}）"


def _days(first: int, last: int) -> str:
    if last - first < 2:
        return "、".join(f"周{WEEKDAYS[day]}" for day in range(first, last + 1))
    return f"周{WEEKDAYS[first]}至周{WEEKDAYS[last]}"


def _frames(frames: Frames) -> str:
    return "、".join(f"{_clock(frame.start)}—{_clock(frame.end)}" for frame in frames) or "休息"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _now(speaker: Speaker, standing: Open | Shut) -> str:
    if isinstance(standing, Open):
        name = speaker.kit.calendar().day_name(speaker.now.astimezone(SHANGHAI).date())
        key = "duty.open_makeup" if name else "duty.open"
        return speaker.phrase(key, until=moment(speaker, standing.until), name=name)
    if standing.why == "unknown_year":
        return speaker.phrase("duty.unknown_year", year=speaker.now.astimezone(SHANGHAI).year)
    why = _why(speaker, standing)
    if standing.next_opening is None:
        return speaker.phrase("duty.shut_unknown", why=why)
    return speaker.phrase("duty.shut", why=why, at=moment(speaker, standing.next_opening))


def _cautious(speaker: Speaker, said: str) -> str:
    return said if speaker.kit.office().hours_confirmed else f"{said}\n{speaker.phrase('duty.unconfirmed')}"


def _why(speaker: Speaker, shut: Shut) -> str:
    if shut.why == "unknown_year":
        return speaker.phrase("duty.off")
    return speaker.phrase(_WHY[shut.why]) if shut.why in _WHY else speaker.phrase("duty.holiday", name=shut.name)
