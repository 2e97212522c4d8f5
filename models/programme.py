"""Reading events and who signed up for them; models/events.py changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select

from models.db import Unit
from models.event import SHOWN, Event, Signup

_LONGEST = timedelta(days=1)  # of an event that does not say its end
_ABOUT = 0.5  # share of a title's pairs of characters that a sentence about it has at least

# Every question asks these; building a statement costs more than running it.
_SHOWN = select(Event).where(Event.state.in_(SHOWN)).order_by(Event.starts_at, Event.id)
_SIGNED = select(Event, Signup).join(Signup, Signup.event_id == Event.id)
_SIGNED = _SIGNED.where(Signup.openid == bindparam("openid"), Signup.state != "cancelled")


class NoSuchEvent(Exception):
    """There is none of that number."""


@dataclass(frozen=True, slots=True)
class Seats:
    going: int
    waiting: int


class Programme:
    """Works inside `unit`; takes no lock."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def find(self, number: str) -> Event:
        """Raises NoSuchEvent. Drafts are found too: look at `state` before showing it to a talent."""
        event = self._session.scalar(select(Event).where(Event.number == number.strip().upper()))
        if event is None:
            raise NoSuchEvent(number)
        return event

    def named(self, day: str, year: int) -> Event | None:
        """The event of a named day in a year, a draft while its date is not confirmed."""
        return self._session.scalar(select(Event).where(Event.named == day, Event.year == year))

    def every(self, day: str) -> list[Event]:
        """All events of a named day, the earliest year first."""
        return list(self._session.scalars(select(Event).where(Event.named == day).order_by(Event.year)))

    def by_code(self, code: str) -> Event:
        """The event of a check-in code. Raises NoSuchEvent."""
        query = select(Event).where(Event.code == code.strip().upper(), Event.code != "")
        event = self._session.scalar(query)
        if event is None:
            raise NoSuchEvent(code)
        return event

    def upcoming(self, now: datetime, limit: int = 10) -> list[Event]:
        """What talents are shown: not over, soonest first."""
        found = [each for each in self._session.scalars(_SHOWN) if each.over_at is None or each.over_at > now]
        return found[:limit]

    def search(self, words: str, known: Sequence[Event], limit: int = 10) -> list[Event]:
        """Of `known`, those that say every one of the words (parted by blanks), or whose title a sentence is about."""
        asked = words.casefold().split()
        found = [each for each in known if asked and all(word in _said(each) for word in asked)]
        return (found or [each for each in known if _is_about(words.casefold(), each.title.casefold())])[:limit]

    def of(self, openid: str, limit: int = 10) -> list[tuple[Event, Signup]]:
        """What a person signed up for, latest first; not what they cancelled themselves."""
        found = [(event, signup) for event, signup in self._session.execute(_SIGNED, {"openid": openid})]
        return sorted(found, key=lambda pair: _order(pair[0]), reverse=True)[:limit]

    def signup(self, event: Event, openid: str) -> Signup | None:
        """A person's row, also a cancelled one."""
        query = select(Signup).where(Signup.event_id == event.id, Signup.openid == openid)
        return self._session.scalar(query.execution_options(populate_existing=True))

    def seats(self, event: Event) -> Seats:
        query = select(Signup.state, func.count().label("number")).where(Signup.event_id == event.id)
        query = query.group_by(Signup.state)
        counts = {row.state: row.number for row in self._session.execute(query)}
        return Seats(counts.get("going", 0), counts.get("waiting", 0))

    def waiting(self, event: Event) -> frozenset[str]:
        """The openids of who waits for a seat."""
        query = select(Signup.openid).where(Signup.event_id == event.id, Signup.state == "waiting")
        return frozenset(self._session.scalars(query))

    def place(self, signup: Signup) -> int:
        """Where a person who waits stands in the queue, from 1."""
        ahead = (Signup.event_id == signup.event_id, Signup.state == "waiting", Signup.turn <= signup.turn)
        return int(self._session.scalar(select(func.count()).select_from(Signup).where(*ahead)) or 0)

    def listed(self, *, over: bool = False) -> list[Event]:
        """For staff: drafts first, then by their start; those that are over or cancelled only when asked."""
        query = select(Event)
        if not over:
            query = query.where(Event.state.not_in(("cancelled", "done")))
        return sorted(self._session.scalars(query), key=_order)

    def done_too_soon(self, now: datetime) -> list[Event]:
        """Done by their state, and not over yet: whoever ended them had a clock that ran ahead, and no more."""
        lately = or_(Event.starts_at > now - _LONGEST, Event.ends_at > now)
        done = self._session.scalars(select(Event).where(Event.state == "done", lately))
        return [each for each in done if each.over_at is not None and each.over_at > now]

    def signups(self, event: Event) -> list[Signup]:
        """Who goes, who waits (in their turn), who cancelled."""
        query = select(Signup).where(Signup.event_id == event.id).order_by(Signup.turn)
        ranks = {"going": 0, "waiting": 1, "cancelled": 2}
        return sorted(self._session.scalars(query), key=lambda each: ranks[each.state])


def _order(event: Event) -> tuple[bool, float, int]:
    """Those without a date first, then by their start."""
    return event.starts_at is not None, event.starts_at.timestamp() if event.starts_at else 0.0, event.id


def _said(event: Event) -> str:
    said = (event.number, event.title, event.place, event.audience, event.agenda)
    return " ".join(text for text in said if text != "unknown").casefold()


def _is_about(sentence: str, title: str) -> bool:
    pairs = {title[at : at + 2] for at in range(len(title) - 1)}
    return bool(pairs) and len([pair for pair in pairs if pair in sentence]) >= _ABOUT * len(pairs)
