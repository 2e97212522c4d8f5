"""Events: what is on, signing up with the wish to be reminded in the same step, check-in, rating, the calendar file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, Field

from bot import taking
from bot.events import Announcing
from bot.kit import Kit
from bot.private import masked
from bot.taking import May
from handlers import calendar_file, event_words
from handlers.miniapp import paging
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import From, Given, Page, Posted, Shown, Words, answers, says
from handlers.speaking import Voice
from models.db import Unit
from models.event import Event, Signup
from models.programme import NoSuchEvent, Programme
from models.seating import Refused as Unable

_TAG = "活动"
_MOST = 200  # one's own
_FILE: dict[int | str, Any] = {200: {"content": {"text/calendar": {"schema": {"type": "string", "format": "binary"}}}}}


class Mine(Shown):
    """Where one stands with it."""

    state: Literal["going", "waiting"]
    text: str
    place: int | None = Field(description="In the queue of who waits, from 1.")
    remind: bool
    checked_in: bool
    rating: int | None
    comment: str = Field(description="What they said with the rating.")


class EventRow(Shown):
    number: str
    title: str = Field(description="Marked 演示 where it is one.")
    kind: Literal["day", "activity", "deadline", "call"] = Field(
        description="deadline, call: days to keep in mind; nobody takes a seat."
    )
    state: Literal["draft", "open", "full", "closed", "cancelled", "done"] = Field(
        description="As it is now. draft: of a named day whose date is not settled."
    )
    starts_at: str | None
    ends_at: str | None
    all_day: bool = Field(description="The day is known, the hour is not.")
    when: str
    place: str
    capacity: int | None = Field(description="Seats; null: no limit.")
    left: int | None
    waiting: int = Field(description="How many wait for a seat.")
    mine: Mine | None


class EventDetail(EventRow):
    facts: list[tuple[str, str]] = Field(description="Its card, line by line: heading and text.")
    remind_before: str = Field(description="How long before people are reminded: 7天、1天; empty: nobody is.")
    why_not: str = Field(description="Why nobody can sign up now; empty: one can, if only to wait.")
    may: list[May]


class Listed(From):
    mine: bool = False
    """Only what one signed up for, also what is over, latest first."""


class Number(BaseModel):
    number: Annotated[Words, Field(min_length=1, max_length=16)]


class SigningUp(Given):
    remind: bool
    """One agrees to be reminded of it."""


class CheckIn(Given):
    code: Annotated[Words, Field(min_length=1, max_length=16)]
    """That the organiser shows at the place."""


class EventRating(Given):
    stars: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[Words, Field(max_length=200)] = ""


@dataclass(frozen=True, slots=True)
class _Look:
    """A Looking: one request's view of events."""

    kit: Kit
    now: datetime
    holder: str
    programme: Programme

    def phrase(self, key: str, /, **values: object) -> str:
        return Voice(self.kit, self.now).phrase(key, **values)


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/events", answers(Page[EventRow]), tag=_TAG, summary="活动", anybody=True)
    def get_events(query: Listed) -> Response:
        with kit.db.unit() as unit:
            look = _look(gate, unit)
            if query.mine:
                found = [event for event, _ in look.programme.of(gate.talent().openid, _MOST)]
            else:
                found = look.programme.upcoming(look.now, _MOST)
            some, after = paging.cut(found, query, lambda event: event.number)
            return says(Page[EventRow](items=[_row(look, each) for each in some], next=after))

    @gate.route("GET", "/events/<number>", answers(EventDetail), tag=_TAG, summary="一场活动", anybody=True)
    def get_event(path: Number) -> Response:
        with kit.db.unit() as unit:
            return says(_shown(gate, unit, path))

    @gate.route(
        "PUT", "/events/<number>/signup", answers(EventDetail, more=(409,)), tag=_TAG, summary="报名", consent="service"
    )
    def sign_up(path: Number, body: SigningUp) -> Response:
        """A seat, or a place in the queue when all are taken. Done again, it changes the wish to be reminded alone."""
        now, openid = kit.now(), gate.talent().openid

        def does(unit: Unit, events: Announcing, event: Event) -> None:
            signup = events.sign_up(event, openid, remind=body.remind, now=now)
            if signup.remind != body.remind:
                events.remind(event, openid, body.remind, now=now)

        return says(gate.working(lambda unit: _done(gate, unit, path, does)))

    @gate.route("DELETE", "/events/<number>/signup", answers(EventDetail, more=(409,)), tag=_TAG, summary="取消报名")
    def withdraw(path: Number) -> Response:
        """The seat goes to who waited first. Done again, it changes nothing."""
        openid = gate.talent().openid

        def does(unit: Unit, events: Announcing, event: Event) -> None:
            signup = events.signup(event, openid)
            if signup is not None and signup.state != "cancelled":
                events.withdraw(event, openid, now=kit.now())

        return says(kit.db.doing(lambda unit: _done(gate, unit, path, does)))

    @gate.route(
        "POST",
        "/events/<number>/checkin",
        answers(EventDetail, more=(409,)),
        tag=_TAG,
        summary="签到",
        consent="service",
    )
    def check_in(path: Number, header: Posted, body: CheckIn) -> Response:
        def does(unit: Unit, events: Announcing, event: Event) -> None:
            events.check_in(event, gate.talent().openid, body.code, now=kit.now())

        with gate.posting(header, body) as post:
            return post.says(_done(gate, post.unit, path, does))

    @gate.route(
        "POST",
        "/events/<number>/rating",
        answers(EventDetail, more=(409,)),
        tag=_TAG,
        summary="评价活动",
        consent="service",
    )
    def rate_event(path: Number, header: Posted, body: EventRating) -> Response:
        """May be given anew."""

        def does(unit: Unit, events: Announcing, event: Event) -> None:
            events.rate(event, gate.talent().openid, body.stars, masked(body.comment), now=kit.now())

        with gate.posting(header, body) as post:
            return post.says(_done(gate, post.unit, path, does))

    @gate.route(
        "GET", "/events/<number>/calendar", answers(Shown) | _FILE, tag=_TAG, summary="日历文件（.ics）", anybody=True
    )
    def get_calendar(path: Number) -> Response:
        """404 while its date is not settled."""
        with kit.db.unit() as unit:
            event = _found(Programme(unit), path)
            if not taking.has_calendar(event):
                raise _missing()
            return calendar_file.answer(event, kit.settings.wechat_appid)


def _done(gate: Gate, unit: Unit, path: Number, does: Callable[[Unit, Announcing, Event], None]) -> EventDetail:
    """How it stands afterwards. What the event does not allow is 409 with the reason."""
    events = Announcing(unit, gate.kit.library.phrase)
    try:
        does(unit, events, _found(events, path))
    except Unable as fault:
        raise Refused(409, "refused", fault.why) from None
    return _shown(gate, unit, path)


def _look(gate: Gate, unit: Unit) -> _Look:
    session = gate.session()
    return _Look(gate.kit, gate.kit.now(), session.talent.openid if session else "", Programme(unit))


def _found(programme: Programme, path: Number) -> Event:
    try:
        event = programme.find(path.number)
    except NoSuchEvent:
        raise _missing() from None
    if not taking.is_visible(event):
        raise _missing()
    return event


def _missing() -> Refused:
    return Refused(404, "not_found", "没有找到这场活动", "number")


def _row(look: _Look, event: Event) -> EventRow:
    return EventRow(**_fields(look, event))


def _shown(gate: Gate, unit: Unit, path: Number) -> EventDetail:
    look = _look(gate, unit)
    event = _found(look.programme, path)
    facts = event_words.facts(look, event)
    return EventDetail(
        **_fields(look, event),
        facts=[(look.phrase(f"events.of_{name}"), text) for name, text in facts.items()],
        remind_before=event_words.before(look, event),
        why_not=event_words.why_not(look, event),
        may=taking.may(event, _signup(look, event), look.programme.seats(event), look.now),
    )


def _fields(look: _Look, event: Event) -> dict[str, Any]:
    seats = look.programme.seats(event)
    signup = _signup(look, event)
    return {
        "number": event.number,
        "title": event_words.title(look, event),
        "kind": event.kind,
        "state": event.state_at(look.now, seats.going),
        "starts_at": event.starts_at.isoformat() if event.starts_at else None,
        "ends_at": event.ends_at.isoformat() if event.ends_at else None,
        "all_day": event.all_day,
        "when": event_words.when(look, event),
        "place": event_words.place(look, event),
        "capacity": event.capacity or None,
        "left": (0 if seats.waiting else max(0, event.capacity - seats.going)) if event.capacity else None,
        "waiting": seats.waiting,
        "mine": _mine(look, event, signup) if signup else None,
    }


def _signup(look: _Look, event: Event) -> Signup | None:
    found = look.programme.signup(event, look.holder) if look.holder else None
    return None if found is None or found.state == "cancelled" else found


def _mine(look: _Look, event: Event, signup: Signup) -> Mine:
    return Mine(
        state="waiting" if signup.state == "waiting" else "going",
        text=event_words.mine(look, event, signup),
        place=look.programme.place(signup) if signup.state == "waiting" else None,
        remind=signup.remind,
        checked_in=signup.checked_in_at is not None,
        rating=signup.rating,
        comment=signup.comment,
    )
