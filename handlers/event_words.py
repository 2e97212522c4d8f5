"""How an event is told: in a line, as a card, and why nobody can sign up for it now. What is unknown is said to be."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from bot import taking
from bot.kit import Kit
from config.calendar import SHANGHAI, WEEKDAYS
from handlers.speaking import Speaker
from models import reminders
from models.event import NO_SEATS, Event, Signup
from models.programme import Programme

_UNKNOWN = "unknown"
_UNITS = {"d": "天", "h": "小时", "m": "分钟"}


class Looking(Speaker, Protocol):
    """Whoever looks at events: a talk, or a page. `holder`: the openid of their sign-ups, empty for somebody we do not
    know."""

    @property
    def holder(self) -> str: ...

    @property
    def programme(self) -> Programme: ...


def title(talk: Looking, event: Event) -> str:
    """Marked 演示 where it is; a named day without a date by its year."""
    year = talk.phrase("events.of_year", year=event.year) if event.starts_at is None and event.year else ""
    mark = talk.phrase("events.demo") if event.demo and "演示" not in event.title else ""
    return f"{mark}{year}{event.title}"


def day(talk: Looking, at: datetime) -> str:
    """12月4日（星期五）; with its year when that is another one."""
    here, today = at.astimezone(SHANGHAI), talk.now.astimezone(SHANGHAI)
    year = "" if here.year == today.year else f"{here.year}年"
    return f"{year}{here.month}月{here.day}日（星期{WEEKDAYS[here.weekday()]}）"


def moment(talk: Looking, at: datetime) -> str:
    here = at.astimezone(SHANGHAI)
    return f"{day(talk, at)}{here.hour}:{here.minute:02d}"


def when(talk: Looking, event: Event) -> str:
    """Its day, hours and end, as far as they are known."""
    starts, ends = event.starts_at, event.ends_at
    if starts is None:
        return talk.phrase("events.to_come")
    same_day = ends is None or starts.astimezone(SHANGHAI).date() == ends.astimezone(SHANGHAI).date()
    if event.all_day:
        return day(talk, starts) if same_day or ends is None else f"{day(talk, starts)}至{day(talk, ends)}"
    begin = moment(talk, starts)
    if ends is None:
        return begin
    here = ends.astimezone(SHANGHAI)
    return f"{begin}–{here.hour}:{here.minute:02d}" if same_day else f"{begin}至{moment(talk, ends)}"


def row(talk: Looking, event: Event) -> str:
    """For a list."""
    return talk.phrase("events.row", title=title(talk, event), when=start(talk, event))


def start(talk: Looking, event: Event) -> str:
    if event.starts_at is None:
        return talk.phrase("events.to_come")
    at = day(talk, event.starts_at) if event.all_day else moment(talk, event.starts_at)
    return talk.phrase("events.by", at=at) if event.kind == "deadline" else at


def listed(talk: Looking, events: list[Event]) -> str:
    """Numbered, with a word about those that are full, have begun, or can't be signed up for any more."""
    lines = [f"{row(talk, event)}{_mark(talk, event)}" for event in events]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _mark(talk: Looking, event: Event) -> str:
    if event.state == "cancelled":
        return ""
    if has_begun(talk, event) and event.kind not in NO_SEATS:
        return talk.phrase("events.row_begun")
    state = event.state_at(talk.now, talk.programme.seats(event).going)
    return talk.phrase(f"events.row_{state}") if state in ("full", "closed") else ""


def today(talk: Looking) -> date:
    """The office's."""
    return talk.now.astimezone(SHANGHAI).date()


def has_begun(talk: Looking, event: Event) -> bool:
    return event.starts_at is not None and event.starts_at <= talk.now


def card(talk: Looking, event: Event) -> str:
    """Everything known of it."""
    return "\n".join([title(talk, event), *(line(talk, name, text) for name, text in facts(talk, event).items())])


def line(talk: Looking, name: str, text: str) -> str:
    """A fact under its heading: 地点：人才之家."""
    return f"{talk.phrase(f'events.of_{name}')}：{text}"


def facts(talk: Looking, event: Event) -> dict[str, str]:
    """What its card says, by name; what nobody has said yet as such, and without what it has not."""
    seated, to_come = event.kind not in NO_SEATS, talk.phrase("events.to_come")
    lines = {
        "deadline" if event.kind == "deadline" else "time": when(talk, event),
        "place": place(talk, event),
        "audience": event.audience,
        "seats": (to_come if event.state == "draft" else seats(talk, event)) if seated else "",
        "sign_up": (to_come if event.state == "draft" else _sign_up(talk, event)) if seated else "",
        "agenda": event.agenda,
        "materials": event.materials,
        "contact": "" if event.contact == _UNKNOWN else event.contact,
    }
    return {name: text.strip() for name, text in lines.items() if text}


def seats(talk: Looking, event: Event) -> str:
    if not event.capacity:
        return talk.phrase("events.no_limit")
    taken = talk.programme.seats(event)
    left = event.capacity - taken.going
    if left > 0 and not taken.waiting:
        return talk.phrase("events.left", capacity=event.capacity, left=left)
    return talk.phrase("events.full", capacity=event.capacity, waiting=taken.waiting)


def why_not(talk: Looking, event: Event) -> str:
    """Why nobody can sign up now; empty when one can, if only to wait."""
    state = event.state_at(talk.now, 0)
    if state == "cancelled":
        why = talk.phrase("events.because", why=event.why) if event.why else ""
        return talk.phrase("events.cancelled", why=why)
    if state in ("done", "closed"):
        return talk.phrase(f"events.{state}")
    if event.opens_at is not None and talk.now < event.opens_at:
        return talk.phrase("events.not_yet", at=moment(talk, event.opens_at))
    return ""


def mine(talk: Looking, event: Event, signup: Signup) -> str:
    """Where the person stands with it."""
    if event.state == "cancelled":
        return talk.phrase("events.was_cancelled")
    if event.state == "draft":
        return talk.phrase("events.noted")
    if signup.checked_in_at is not None:
        return talk.phrase("events.was_there")
    if signup.state == "waiting":
        return talk.phrase("events.waiting", place=talk.programme.place(signup))
    if event.kind in NO_SEATS:
        return talk.phrase("events.kept_in_mind")
    return talk.phrase("events.going_reminded" if signup.remind else "events.going")


def standing(talk: Looking, event: Event) -> list[str]:
    """Where the person stands with it, and what they may do; empty when neither."""
    signup = talk.programme.signup(event, talk.holder)
    if signup is not None and signup.state != "cancelled":
        told = talk.phrase("events.mine", standing=mine(talk, event, signup))
        is_over = event.state == "cancelled" or signup.checked_in_at is not None
        next_ = "" if is_over else may(talk, event)
        return ["", told, next_] if next_ else ["", told]
    if event.state == "cancelled" or why_not(talk, event):
        return []
    if event.kind in NO_SEATS:
        return ["", talk.phrase("events.offer_mind")]
    return ["", talk.phrase("events.offer_wait" if is_full(talk, event) else "events.offer")]


def is_full(talk: Looking, event: Event) -> bool:
    """Whether whoever signs up now has to wait."""
    return taking.is_full(event, talk.programme.seats(event))


def may(talk: Looking, event: Event) -> str:
    """What who signed up may do next; empty once it has begun, or they were there."""
    if event.kind in NO_SEATS:
        return talk.phrase("events.may_mind")
    signup = talk.programme.signup(event, talk.holder)
    if has_begun(talk, event) or (signup is not None and signup.checked_in_at is not None):
        return ""
    if signup is not None and signup.state == "waiting":
        return talk.phrase("events.may_waiting")
    return talk.phrase("events.may_calendar" if link(talk.kit, event) else "events.may")


def before(talk: Looking, event: Event) -> str:
    """How long before it people are reminded, of the reminders still ahead: 7天、1天、2小时."""
    ahead = [kind for kind, due in reminders.times(event).items() if due > talk.now]
    return "、".join(f"{kind[:-1]}{_UNITS[kind[-1]]}" for kind in ahead)


def link(kit: Kit, event: Event) -> str:
    """Where a phone finds its calendar file; empty when nobody has said where we are, or its date is not known."""
    base = kit.settings.public_url.rstrip("/")
    return f"{base}/events/{event.number}.ics" if base and event.starts_at is not None else ""


def place(talk: Looking, event: Event) -> str:
    if event.place != _UNKNOWN:
        return event.place
    return "" if event.kind in NO_SEATS else talk.phrase("events.to_come")


def where(talk: Looking, event: Event) -> str:
    """Its place in a sentence."""
    found = place(talk, event)
    return talk.phrase("events.place_to_come") if found and event.place == _UNKNOWN else found


def _sign_up(talk: Looking, event: Event) -> str:
    """Until when, or why not."""
    if reason := why_not(talk, event):
        return reason
    if event.closes_at is None:
        return talk.phrase("events.until_start")
    return talk.phrase("events.until", at=moment(talk, event.closes_at))
