"""The desk as it is at this moment, for all open consoles: read once in each process, however many ask.

What is read is kept until something happens to a ticket, and not for long: times and names go on as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from cachetools import LRUCache

from bot.kit import Kit
from models.access import Actor
from models.changes import Changes, changes, named
from models.db import Unit
from models.drafts import called_on
from models.inbox import Filter, Inbox, Page
from models.news import Happened, happened, latest
from models.tally import Tally, everybody
from models.ticket import Ticket

T = TypeVar("T")
_FRESH = timedelta(milliseconds=500)
_AGES_AGO = timedelta(days=1)


class Moment:
    """`revision`, wherever it is asked for: what `revision()` said."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._guard = threading.Lock()  # who waits for it would read the same
        self._read_at = kit.now() - _AGES_AGO
        self._revision = ""
        self._kept: LRUCache[Hashable, Any] = LRUCache(500)
        self._tickets: LRUCache[tuple[str, str], Ticket | None] = LRUCache(2000)

    def revision(self, *, newest: bool = False) -> str:
        """The desk's, read at most twice a second unless it must be the `newest`."""
        now = self._kit.now()
        with self._guard:
            if newest or not timedelta() <= now - self._read_at < _FRESH:
                with self._kit.db.unit() as unit:
                    self._revision = Inbox(unit, Actor(0, "", "supervisor")).revision()
                self._read_at = now
            return self._revision

    def counts(self, who: Actor, revision: str) -> dict[str, int]:
        """Of each view."""
        return self._tally(who, revision).of(who)

    def sees_more(self, who: Actor, revision: str) -> bool:
        """Whether `page` would lack something for them."""
        return self._tally(who, revision).sees_more(who)

    def page(self, who: Actor, wanted: Filter, revision: str, limit: int) -> Page:
        """The first one of a list that asks for nobody in particular. What is read and unread of it is nobody's."""
        asks = everybody(who)
        read = lambda unit: Inbox(unit, asks).page(wanted, self._kit.now(), limit=limit)  # noqa: E731
        return self._once(("page", asks, wanted, limit, revision, self._minute()), read)

    def changes(self, since: str, revision: str) -> Changes | None:
        """From the one revision to the other; None: too many."""
        return self._once(("changes", since, revision), lambda unit: changes(unit, since))

    def latest(self, revision: str) -> int:
        return self._once(("latest", revision), latest)

    def happened(self, since: int, revision: str) -> Sequence[Happened] | None:
        return self._once(("happened", since, revision), lambda unit: happened(unit, since))

    def called_on(self, who: Actor, revision: str) -> bool:
        """Whether there may be a note in which they are called on by name and which they have not seen."""
        return who.id in self._once(("called", revision), called_on)

    def tickets(self, numbers: Collection[str], revision: str) -> dict[str, Ticket]:
        """Those that there are. Whether somebody sees them is the caller's to ask."""
        with self._guard:
            missing = [each for each in numbers if (each, revision) not in self._tickets]
            if missing:
                with self._kit.db.unit() as unit:
                    found = named(unit, missing)
                self._tickets.update({(each, revision): found.get(each) for each in missing})
            kept = {each: self._tickets.get((each, revision)) for each in numbers}
        return {number: ticket for number, ticket in kept.items() if ticket is not None}

    def _tally(self, who: Actor, revision: str) -> Tally:
        asks = everybody(who)
        read = lambda unit: Tally(unit, asks, self._kit.now())  # noqa: E731
        return self._once(("tally", asks, revision, self._minute()), read)

    def _minute(self) -> int:
        return int(self._kit.now().timestamp() // 60)

    def _once(self, key: Hashable, read: Callable[[Unit], T]) -> T:
        with self._guard:
            if key not in self._kept:
                with self._kit.db.unit() as unit:
                    self._kept[key] = read(unit)
            found: T = self._kept[key]
        return found
