"""How an event is told: in a line, as a card, and why nobody can sign up for it now. What is unknown is said to be."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import Context
from bot.kit import Kit
from config.calendar import SHANGHAI, WEEKDAYS
from handlers.chat import choices
from models import reminders
from models.event import Event, Signup

_UNKNOWN = "unknown"
_UNITS = {"d": "天", "h": "小时", "m": "分钟"}
NO_SEATS = ("deadline", "call")  # days to keep in mind; nobody takes a seat


def title(context: Context, event: Event) -> str:
    """Marked 演示 where it is; a named day without a date by its year."""
    year = context.phrase("events.of_year", year=event.year) if event.starts_at is None and event.year else ""
    mark = context.phrase("events.demo") if event.demo and "演示" not in event.title else ""
    return f"{mark}{year}{event.title}"


def day(context: Context, at: datetime) -> str:
    """12月4日（星期五）; with its year when that is another one."""
    here, today = at.astimezone(SHANGHAI), context.now.astimezone(SHANGHAI)
    year = "" if here.year == today.year else f"{here.year}年"
    return f"{year}{here.month}月{here.day}日（星期{WEEKDAYS[here.weekday()]}）"


def moment(context: Context, at: datetime) -> str:
    here = at.astimezone(SHANGHAI)
    return f"{day(context, at)}{here.hour}:{here.minute:02d}"


def when(context: Context, event: Event) -> str:
    """Its day, hours and end, as far as they are known."""
    starts, ends = event.starts_at, event.ends_at
    if starts is None:
        return context.phrase("events.to_come")
    same_day = ends is None or starts.astimezone(SHANGHAI).date() == ends.astimezone(SHANGHAI).date()
    if event.all_day:
        return day(context, starts) if same_day or ends is None else f"{day(context, starts)}至{day(context, ends)}"
    begin = moment(context, starts)
    if ends is None:
        return begin
    here = ends.astimezone(SHANGHAI)
    return f"{begin}–{here.hour}:{here.minute:02d}" if same_day else f"{begin}至{moment(context, ends)}"


def row(context: Context, event: Event) -> str:
    """For a list."""
    return context.phrase("events.row", title=title(context, event), when=start(context, event))


def start(context: Context, event: Event) -> str:
    if event.starts_at is None:
        return context.phrase("events.to_come")
    at = day(context, event.starts_at) if event.all_day else moment(context, event.starts_at)
    return context.phrase("events.by", at=at) if event.kind == "deadline" else at


def listed(context: Context, events: list[Event]) -> str:
    """Numbered, with a word about those that are full, have begun, or can't be signed up for any more."""
    return choices.listed([f"{row(context, event)}{_mark(context, event)}" for event in events])


def _mark(context: Context, event: Event) -> str:
    if event.state == "cancelled":
        return ""
    if has_begun(context, event) and event.kind not in NO_SEATS:
        return context.phrase("events.row_begun")
    state = event.state_at(context.now, context.programme.seats(event).going)
    return context.phrase(f"events.row_{state}") if state in ("full", "closed") else ""


def has_begun(context: Context, event: Event) -> bool:
    return event.starts_at is not None and event.starts_at <= context.now


def card(context: Context, event: Event) -> str:
    """Everything known of it."""
    return "\n".join(
        [title(context, event), *(line(context, name, text) for name, text in facts(context, event).items())]
    )


def line(context: Context, name: str, text: str) -> str:
    """A fact under its heading: 地点：人才之家."""
    return f"{context.phrase(f'events.of_{name}')}：{text}"


def facts(context: Context, event: Event) -> dict[str, str]:
    """What its card says, by name; what nobody has said yet as such, and without what it has not."""
    seated, to_come = event.kind not in NO_SEATS, context.phrase("events.to_come")
    lines = {
        "deadline" if event.kind == "deadline" else "time": when(context, event),
        "place": place(context, event),
        "audience": event.audience,
        "seats": (to_come if event.state == "draft" else seats(context, event)) if seated else "",
        "sign_up": (to_come if event.state == "draft" else _sign_up(context, event)) if seated else "",
        "agenda": event.agenda,
        "materials": event.materials,
        "contact": "" if event.contact == _UNKNOWN else event.contact,
    }
    return {name: text.strip() for name, text in lines.items() if text}


def seats(context: Context, event: Event) -> str:
    if not event.capacity:
        return context.phrase("events.no_limit")
    taken = context.programme.seats(event)
    left = event.capacity - taken.going
    if left > 0 and not taken.waiting:
        return context.phrase("events.left", capacity=event.capacity, left=left)
    return context.phrase("events.full", capacity=event.capacity, waiting=taken.waiting)


def why_not(context: Context, event: Event) -> str:
    """Why nobody can sign up now; empty when one can, if only to wait."""
    state = event.state_at(context.now, 0)
    if state == "cancelled":
        why = context.phrase("events.because", why=event.why) if event.why else ""
        return context.phrase("events.cancelled", why=why)
    if state in ("done", "closed"):
        return context.phrase(f"events.{state}")
    if event.opens_at is not None and context.now < event.opens_at:
        return context.phrase("events.not_yet", at=moment(context, event.opens_at))
    return ""


def mine(context: Context, event: Event, signup: Signup) -> str:
    """Where the person stands with it."""
    if event.state == "cancelled":
        return context.phrase("events.was_cancelled")
    if event.state == "draft":
        return context.phrase("events.noted")
    if signup.checked_in_at is not None:
        return context.phrase("events.was_there")
    if signup.state == "waiting":
        return context.phrase("events.waiting", place=context.programme.place(signup))
    if event.kind in NO_SEATS:
        return context.phrase("events.kept_in_mind")
    return context.phrase("events.going_reminded" if signup.remind else "events.going")


def standing(context: Context, event: Event) -> list[str]:
    """Where the person stands with it, and what they may do; empty when neither."""
    signup = context.programme.signup(event, context.openid)
    if signup is not None and signup.state != "cancelled":
        told = context.phrase("events.mine", standing=mine(context, event, signup))
        is_over = event.state == "cancelled" or signup.checked_in_at is not None
        next_ = "" if is_over else may(context, event)
        return ["", told, next_] if next_ else ["", told]
    if event.state == "cancelled" or why_not(context, event):
        return []
    if event.kind in NO_SEATS:
        return ["", context.phrase("events.offer_mind")]
    return ["", context.phrase("events.offer_wait" if is_full(context, event) else "events.offer")]


def is_full(context: Context, event: Event) -> bool:
    """Whether whoever signs up now has to wait."""
    taken = context.programme.seats(event)
    return bool(event.capacity) and (taken.going >= event.capacity or taken.waiting > 0)


def may(context: Context, event: Event) -> str:
    """What who signed up may do next; empty once it has begun, or they were there."""
    if event.kind in NO_SEATS:
        return context.phrase("events.may_mind")
    signup = context.programme.signup(event, context.openid)
    if has_begun(context, event) or (signup is not None and signup.checked_in_at is not None):
        return ""
    if signup is not None and signup.state == "waiting":
        return context.phrase("events.may_waiting")
    return context.phrase("events.may_calendar" if link(context.kit, event) else "events.may")


def before(context: Context, event: Event) -> str:
    """How long before it people are reminded, of the reminders still ahead: 7天、1天、2小时."""
    ahead = [kind for kind, due in reminders.times(event).items() if due > context.now]
    return "、".join(f"{kind[:-1]}{_UNITS[kind[-1]]}" for kind in ahead)


def link(kit: Kit, event: Event) -> str:
    """Where a phone finds its calendar file; empty when nobody has said where we are, or its date is not known."""
    base = kit.settings.public_url.rstrip("/")
    return f"{base}/events/{event.number}.ics" if base and event.starts_at is not None else ""


def place(context: Context, event: Event) -> str:
    if event.place != _UNKNOWN:
        return event.place
    return "" if event.kind in NO_SEATS else context.phrase("events.to_come")


def where(context: Context, event: Event) -> str:
    """Its place in a sentence."""
    found = place(context, event)
    return context.phrase("events.place_to_come") if found and event.place == _UNKNOWN else found


def _sign_up(context: Context, event: Event) -> str:
    """Until when, or why not."""
    if reason := why_not(context, event):
        return reason
    if event.closes_at is None:
        return context.phrase("events.until_start")
    return context.phrase("events.until", at=moment(context, event.closes_at))
