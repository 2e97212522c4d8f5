"""What a talent may do with an event, and which they may see: for the chat, a page and the calendar file."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from models import reminders
from models.base import OFFICE
from models.event import NO_SEATS, SHOWN, Event, Signup
from models.programme import Programme, Seats
from models.seating import why_not_rated, why_not_taken

_MOST = 50  # of one person's sign-ups
May = Literal["calendar", "sign_up", "wait", "withdraw", "remind", "check_in", "rate"]


def is_visible(event: Event) -> bool:
    """A draft of a named day is: people want to hear of it when its date is settled."""
    return event.state in (*SHOWN, "cancelled", "done") or bool(event.named)


def has_calendar(event: Event) -> bool:
    """Its date is settled: a phone can keep it. A cancelled one takes itself off the phone."""
    return event.state != "draft" and event.starts_at is not None


def is_full(event: Event, seats: Seats) -> bool:
    """Whoever signs up now has to wait."""
    return bool(event.capacity) and (seats.going >= event.capacity or seats.waiting > 0)


def signed(programme: Programme, openid: str, now: datetime) -> list[tuple[Event, Signup]]:
    """What they signed up for and is not over, cancelled events as well, latest first."""
    found = programme.of(openid, _MOST)
    return [pair for pair in found if pair[0].over_at is None or now < pair[0].over_at]


def ahead(programme: Programme, openid: str, now: datetime) -> list[tuple[Event, Signup]]:
    """`signed` of what takes place."""
    return [pair for pair in signed(programme, openid, now) if pair[0].state != "cancelled"]


def to_rate(programme: Programme, openid: str, now: datetime) -> list[Event]:
    """Latest first."""
    return [event for event, signup in programme.of(openid, _MOST) if not why_not_rated(event, signup, now)]


def may(event: Event, signup: Signup | None, seats: Seats, now: datetime) -> list[May]:
    """What no verb of models/seating.py would refuse now; a check-in code is judged when it comes. A sign-up that was
    cancelled is none."""
    if signup is not None and signup.state == "cancelled":
        signup = None
    found: list[May] = ["calendar"] if has_calendar(event) else []
    if event.state == "cancelled":
        return found
    if signup is None and not why_not_taken(event, now):
        found.append("wait" if is_full(event, seats) else "sign_up")
    if signup is not None:
        found += _with_seat(event, signup, now)
    if _may_check_in(event, signup, now):
        found.append("check_in")
    if not why_not_rated(event, signup, now):
        found.append("rate")
    return found


def _with_seat(event: Event, signup: Signup, now: datetime) -> list[May]:
    if signup.checked_in_at is not None or event.state_at(now, 0) == "done":
        return []
    to_come = event.state == "draft" or any(due > now for due in reminders.times(event).values())
    return ["withdraw", "remind"] if to_come else ["withdraw"]


def _may_check_in(event: Event, signup: Signup | None, now: datetime) -> bool:
    if event.kind in NO_SEATS or event.state == "draft" or not event.is_on(now.astimezone(OFFICE).date()):
        return False
    return not event.capacity if signup is None else signup.state == "going" and signup.checked_in_at is None
