"""Named days of the content as events: a draft while the date is proposed, opened when it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.events import Announcing
from bot.kit import Kit
from config.calendar import SHANGHAI
from knowledge.dates import candidates, confirmed
from knowledge.entry import UNKNOWN, Day
from models.db import Clash, Stale
from models.event import Event
from models.events import Events, NewEvent
from models.reminders import spelled

_FOLLOWS = ("title", "audience", "remind", "remind_text")  # the content, as long as it is a draft
_DEMO_IN_DAYS = 8  # so that all of its reminders are still ahead
_DEMO_AT = time(14, 30)


def days(kit: Kit) -> str:
    """Bring the events of named days to what the content says. Nobody is reminded of a day that is not confirmed."""
    today = kit.now().astimezone(SHANGHAI).date()
    done = [_bring(kit, day, year) for day in kit.library.days for year in _years(day, today)]
    if kit.settings.demo:
        done.append(_demonstrate(kit))
    changed = [each for each in done if each]
    return "，".join(changed)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def new(day: Day, year: int) -> NewEvent:
    """The draft of a named day."""
    return NewEvent(
        title=day.name,
        kind=day.kind,
        audience=day.audience,
        remind=spelled(day.remind),
        remind_text=day.remind_text,
        all_day=True,
        named=day.id,
        year=year,
    )


def _years(day: Day, today: date) -> Iterator[int]:
    """This year and the next, as far as they are still ahead; a day without a known date waits in the present year."""
    for year in (today.year, today.year + 1):
        settled = confirmed(day, year)
        dates = [settled] if settled else candidates(day, year)
        if (dates and dates[-1] >= today) or (not dates and year == today.year):
            yield year


def _bring(kit: Kit, day: Day, year: int) -> str:
    with kit.db.unit() as unit:
        if not _wanting(Events(unit).named(day.id, year), day, year):
            return ""
    try:
        with kit.db.writing() as unit:
            return _change(Announcing(unit, kit.library.phrase), day, year, kit.now())
    except (Clash, Stale):
        return ""  # another clock was faster; what is left to do is done at the next tick


def _wanting(event: Event | None, day: Day, year: int) -> bool:
    if event is None:
        return True
    if event.state == "draft":
        return confirmed(day, year) is not None or bool(_differing(event, day, year))
    return _moved_to(event, day, year) is not None


def _change(events: Announcing, day: Day, year: int, now: datetime) -> str:
    event = events.named(day.id, year)
    if event is None and day.date == UNKNOWN and (last := events.named(day.id, year - 1)) and last.state == "draft":
        event = events.carry_over(last, year, now=now)  # who waits for its date goes on waiting
    if event is None:
        event = events.add(new(day, year), now=now)
    settled, moved = confirmed(day, year), _moved_to(event, day, year)
    if event.state == "draft":
        if differing := _differing(event, day, year):
            event = events.edit(event, differing, now=now).event
        if settled:
            events.confirm(event, midnight(settled), now=now)
            return f"{day.name} {settled} 已确认"
        return f"{day.name} {year} 待确认"
    if moved:
        events.edit(event, {"starts_at": midnight(moved)}, now=now)
        return f"{day.name} 改到 {moved}"
    return ""


def _differing(event: Event, day: Day, year: int) -> dict[str, object]:
    wanted = new(day, year)
    return {name: getattr(wanted, name) for name in _FOLLOWS if getattr(wanted, name) != getattr(event, name)}


def _moved_to(event: Event, day: Day, year: int) -> date | None:
    """The date of the content, if it is another than the event's; an hour set by staff is not undone."""
    settled = confirmed(day, year)
    if settled is None or not event.all_day or event.starts_at is None or event.state not in ("open", "full", "closed"):
        return None
    return settled if event.starts_at.astimezone(SHANGHAI).date() != settled else None


def _demonstrate(kit: Kit) -> str:
    """One made-up event a newcomer can try everything on; never in a real installation."""
    now = kit.now()
    with kit.db.unit() as unit:
        if any(event.demo for event in Events(unit).upcoming(now, 1000)):
            return ""
    day = now.astimezone(SHANGHAI).date() + timedelta(days=_DEMO_IN_DAYS)
    made = NewEvent(
        title="演示：人才沙龙",
        place="演示地点",
        starts_at=datetime.combine(day, _DEMO_AT, SHANGHAI),
        capacity=20,
        audience="演示：谁都可以报名",
        agenda="演示活动，不会真的举办。报名、候补、提醒、签到、评价都可以试。",
        remind="7d 1d 2h",
        demo=True,
    )
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        events.open(events.add(made, now=now), now=now)
    return "演示活动"
