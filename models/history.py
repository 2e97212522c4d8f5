"""What a ticket's events say about its clock. Pure: nothing is counted up, so a changed calendar is applied anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from models.moves import STATE_NAMES, SUSPENDED_NAME
from models.ticket import Ticket, TicketEvent

_ACCEPTED = ("accept", "sign")
_REPLIES = ("interim", "ask", "answer", "suspend")
_PAUSES = ("ask", "suspend")


class Facts(NamedTuple):
    """`pauses`: (start, end) of waiting for the talent or 暂停, the last one open while it lasts. Times are aware, UTC.

    `resolved_at` is None again after 撤回 and 重办; the round that 重办 begins counts from `round_at`.
    """

    kind: str
    urgency: str
    created_at: datetime
    round_at: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    extra_days: int = 0  # working days granted
    accepted_at: datetime | None = None
    first_at: datetime | None = None
    resolved_at: datetime | None = None


class Due(NamedTuple):
    """When what has to be done; None: not any more, not while paused, or `unknown` (a year without a calendar)."""

    accept: datetime | None = None
    first: datetime | None = None
    resolve: datetime | None = None
    yellow: datetime | None = None
    unknown: bool = False

    @property
    def next(self) -> datetime | None:
        return min((at for at in (self.accept, self.first, self.resolve) if at is not None), default=None)


class Deadlines(Protocol):
    """The rules of the house: bot/sla.py."""

    def due(self, facts: Facts) -> Due:
        """Of an open ticket."""

    def send_back_until(self, dispatched_at: datetime) -> datetime | None:
        """Until when a unit may send it back; None: unknown, and it may."""

    def longest_extension(self) -> int:
        """Working days that may be granted at once."""


def recalled(events: Sequence[TicketEvent]) -> set[int]:
    """Ids of replies that were taken back before they went out."""
    return {int(str(data_of(each)["event"])) for each in events if each.kind in ("recall", "unsaid")}


def cards(events: Sequence[TicketEvent]) -> list[str]:
    """The cards given in the present round."""
    round_ = max((at for at, each in enumerate(events) if each.kind == "reopen"), default=-1)
    return [str(data_of(each)["card"]) for each in events[round_ + 1 :] if each.kind == "card"]


def facts(ticket: Ticket, events: Sequence[TicketEvent]) -> Facts:
    """`events`: all of the ticket's, oldest first."""
    gone = recalled(events)
    found = Facts(ticket.kind, ticket.urgency, ticket.created_at, ticket.created_at)
    for each in events:
        if each.id in gone or each.kind in ("merge", "unmerge"):
            continue  # as if it had not been
        found = _after(found, each)
    return found


def state_names(events: Sequence[TicketEvent]) -> dict[int, tuple[str, str]]:
    """Of each event the names of the states before and after it. `events`: all of the ticket's, oldest first."""
    found, suspended = {}, False
    for each in events:
        old = _name(each.old, suspended)
        suspended = each.kind == "suspend" or (suspended and each.new != "working")
        found[each.id] = old, _name(each.new, suspended)
    return found


def _name(state: str, suspended: bool) -> str:
    return SUSPENDED_NAME if suspended and state == "waiting" else STATE_NAMES[state]


def data_of(event: TicketEvent) -> dict[str, object]:
    """Its JSON; empty when it has none."""
    return dict(json.loads(event.data)) if event.data else {}


def _said(event: TicketEvent) -> bool:
    """A person said something to the talent."""
    return event.kind in _REPLIES or (event.kind == "call" and data_of(event).get("outcome") == "reached")


def _after(found: Facts, event: TicketEvent) -> Facts:
    kind, at = event.kind, event.at
    if found.pauses and found.pauses[-1][1] is None and event.old == "waiting" and event.new != "waiting":
        found = found._replace(pauses=(*found.pauses[:-1], (found.pauses[-1][0], at)))
    if kind in _ACCEPTED and found.accepted_at is None:
        found = found._replace(accepted_at=at)
    if _said(event) and found.first_at is None:
        found = found._replace(first_at=at)
    if kind in _PAUSES:
        found = found._replace(pauses=(*found.pauses, (at, None)))
    if kind == "grant":
        found = found._replace(extra_days=found.extra_days + int(str(data_of(event).get("days", 0))))
    if kind == "answer":
        found = found._replace(resolved_at=at)
    if kind == "reopen":
        found = found._replace(resolved_at=None, round_at=at, pauses=(), extra_days=0)
    if kind == "edit":
        changed = data_of(event)
        found = found._replace(
            kind=str(changed.get("kind", found.kind)), urgency=str(changed.get("urgency", found.urgency))
        )
    return found
