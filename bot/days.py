"""Named days of the content as events: a draft while the date is proposed, opened when it is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count

from bot.events import Announcing
from bot.kit import Kit
from config.calendar import SHANGHAI
from knowledge.dates import candidates, confirmed
from knowledge.entry import UNKNOWN, Day
from models.db import Clash, Stale
from models.event import SHOWN, Event
from models.events import Changed, Events, NewEvent, Refused
from models.reminders import spelled

_FOLLOWS = ("title", "audience", "remind", "remind_text")  # the content, as long as it is a draft
_NO_DATE = "这一年的日期没有确认"
_MOST_STEPS = 10
_DEMO_IN_DAYS = 8  # so that all of its reminders are still ahead
_DEMO_AT = time(14, 30)
_DEMO = "演示：人才沙龙"
_DEMO_RESTS = timedelta(days=1)  # after one, until the next is made
Step = Callable[[], str]


def days(kit: Kit) -> str:
    """Bring the events of named days to what the content says. Nobody is reminded of a day that is not confirmed."""
    done = [text for day in kit.library.days for text in _bring(kit, day)]
    if kit.settings.demo:
        done += _demonstrate(kit)
    return "，".join(done)


def confirm(events: Events, day: Day, year: int, at: datetime, *, all_day: bool, now: datetime) -> Changed:
    """Staff say when the named day of a year is: who waited for it comes along. Raises Refused, Stale."""
    return events.confirm(_event(events, day, year, now), at, all_day=all_day, now=now)


def beginning(day: date) -> datetime:
    """Of that day in the office."""
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


def _bring(kit: Kit, day: Day) -> list[str]:
    """Step by step, each looked for without a lock first: mostly there is nothing to do."""
    done: list[str] = []
    for _ in range(_MOST_STEPS):
        now = kit.now()
        with kit.db.unit() as unit:
            if _next(Events(unit), day, now) is None:
                break
        try:
            with kit.db.writing() as unit:
                step = _next(Announcing(unit, kit.library.phrase), day, now)
                done += [step()] if step else []
        except (Clash, Stale):
            break  # another clock was faster; what is left to do is done at the next tick
        except Refused as error:  # said every time until staff have mended it; other days go on
            return [*done, f"{day.name} 没有改成：{error.why}"]
    return done


def _next(events: Events, day: Day, now: datetime) -> Step | None:
    today = now.astimezone(SHANGHAI).date()
    known = {event.year: event for event in events.every(day.id) if event.year is not None}
    for year in sorted(day.confirmed):
        settled = confirmed(day, year)
        if settled is None or settled < today:
            continue
        event = known.get(year)
        if event is None or event.state == "draft":
            return partial(_settle, events, day, year, settled, now)
        if _is_on_another_day(event, settled):
            return partial(_move, events, event, settled, now)
    for event in known.values():
        if (
            event.by_content
            and event.all_day
            and event.state in SHOWN
            and event.year not in day.confirmed
            and event.is_ahead(now)
        ):
            return partial(_take_back, events, event, now)
    for year in _proposed(day, today, known):
        if year not in known:
            return partial(_propose, events, day, year, now)
    drafts = [event for event in known.values() if event.state == "draft"]
    for draft in drafts:
        if draft.year is not None and _is_past(day, draft.year, today):
            return partial(_pass_on, events, day, draft, known, now)
        if differing := _differing(draft, day):
            return partial(_follow, events, draft, differing, now)
    return None


def _proposed(day: Day, today: date, known: Mapping[int, Event]) -> Iterator[int]:
    """This year and the next, as far as they are ahead; a day without a known date has one draft that waits for it."""
    if day.date == UNKNOWN:
        if not any(event.state == "draft" for event in known.values()):
            yield _free(today.year, known)
        return
    yield from (year for year in (today.year, today.year + 1) if not _is_past(day, year, today))


def _is_past(day: Day, year: int, today: date) -> bool:
    dates = candidates(day, year)
    return dates[-1] < today if dates else year < today.year


def _free(year: int, known: Mapping[int, Event]) -> int:
    """The first year from this one on that has no event yet."""
    return next(each for each in count(year) if each not in known)


def _event(events: Events, day: Day, year: int, now: datetime) -> Event:
    found = events.named(day.id, year)
    if found is None and day.date == UNKNOWN:
        drafts = [event for event in events.every(day.id) if event.state == "draft"]
        found = events.carry_over(drafts[0], year, now=now) if drafts else None
    return found or events.add(new(day, year), now=now)


def _settle(events: Events, day: Day, year: int, settled: date, now: datetime) -> str:
    confirm(events, day, year, beginning(settled), all_day=True, now=now).event.by_content = True
    return f"{day.name} {settled} 已确认"


def _move(events: Events, event: Event, settled: date, now: datetime) -> str:
    start = beginning(settled)
    moved = {"starts_at": start}
    if event.starts_at is not None and event.ends_at is not None:
        moved["ends_at"] = start + (event.ends_at - event.starts_at)
    events.edit(event, moved, now=now)
    return f"{event.title} 改到 {settled}"


def _take_back(events: Events, event: Event, now: datetime) -> str:
    events.unsettle(event, now=now)
    return f"{event.title} {event.year} 不再确认，等日期"


def _propose(events: Events, day: Day, year: int, now: datetime) -> str:
    events.add(new(day, year), now=now)
    return f"{day.name} {year} 待确认"


def _follow(events: Events, draft: Event, differing: dict[str, object], now: datetime) -> str:
    events.edit(draft, differing, now=now)
    return f"{draft.title} {draft.year} 已更新"


def _pass_on(events: Events, day: Day, draft: Event, known: Mapping[int, Event], now: datetime) -> str:
    """Its year is over without a date: who waited for it waits for the next one."""
    year = now.astimezone(SHANGHAI).year
    if day.date == UNKNOWN:
        events.carry_over(draft, _free(year, known), now=now)
    else:
        later = [event for at, event in known.items() if at >= year and event.state in (*SHOWN, "draft")]
        later = [event for event in later if event.id != draft.id]
        for signup in events.signups(draft) if later else ():
            if signup.state != "cancelled":
                with suppress(Refused):
                    events.sign_up(later[0], signup.openid, remind=signup.remind, now=now)
                    events.withdraw(draft, signup.openid, now=now)
        Events.cancel(events, draft, _NO_DATE, now=now)  # nobody is told: nothing was said to take place
    return f"{day.name} 等下一年"


def _differing(draft: Event, day: Day) -> dict[str, object]:
    wanted = new(day, draft.year or 0)
    return {name: getattr(wanted, name) for name in _FOLLOWS if getattr(wanted, name) != getattr(draft, name)}


def settled_for(days: Iterable[Day], event: Event) -> date | None:
    """The date that the content has for an event of a named day: such an event is brought back to it."""
    found = next((day for day in days if day.id == event.named), None)
    return confirmed(found, event.year) if found is not None and event.year is not None else None


def _is_on_another_day(event: Event, settled: date) -> bool:
    """The content has another date than the event; an hour set by staff is not undone."""
    if not event.all_day or event.starts_at is None or event.state not in SHOWN:
        return False
    return event.starts_at.astimezone(SHANGHAI).date() != settled


def _demonstrate(kit: Kit) -> list[str]:
    """One made-up event a newcomer can try everything on; never in a real installation."""
    now = kit.now()
    with kit.db.unit() as unit:
        known = [event for event in Events(unit).listed(over=True) if event.title == _DEMO]
        if any(event.starts_at and event.starts_at > now - _DEMO_RESTS for event in known):
            return []  # one that staff have cancelled counts, too
    day = now.astimezone(SHANGHAI).date() + timedelta(days=_DEMO_IN_DAYS)
    made = NewEvent(
        title=_DEMO,
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
    return ["演示活动"]
