"""How a ticket stands, in words for whose it is: what is done, what comes next, until when, what was answered, and what
they may do now. What the chat says and what a page shows come from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from bot.deliveries import Delivery, deliveries
from bot.desk import UNDO, Serving
from bot.telling import Phrase
from models import history, sending
from models.address import addresses
from models.db import Unit
from models.desk import NoSuchTicket
from models.history import data_of
from models.moves import OVER, SAID, STATE_NAMES
from models.ticket import RATING_NAMES, Ticket, TicketEvent

AGAIN_FOR = timedelta(days=30)  # after the answer; later it is a matter of its own
REPLIES = ("interim", "ask", "answer", "refuse")
FROM_TALENT = ("added", "attached", "resume")
May = Literal["message", "withdraw", "rate", "comment", "unsolved", "contact"]


class Reply(NamedTuple):
    """One of the hotline's, as the talent was told it."""

    kind: str
    text: str
    at: datetime
    event: int


class Standing:
    """Of the tickets of one person, who has these openids."""

    def __init__(self, unit: Unit, desk: Serving, phrase: Phrase, openids: Sequence[str], now: datetime) -> None:
        self._unit, self._desk, self._phrase, self._openids, self._now = unit, desk, phrase, openids, now
        self._held: dict[tuple[int, int], TicketEvent | None] = {}

    def status(self, ticket: Ticket) -> str:
        """One line: the state and what comes next."""
        if held := self.held(ticket):
            return self._phrase(f"progress.{held.old}", unit=self._desk.telling.unit(ticket.unit))
        if ticket.is_suspended:
            why = next(each.body for each in reversed(self._desk.events(ticket)) if each.kind == "suspend")
            return self._phrase("progress.suspended", why=why.rstrip("。.！!"))
        if ticket.state == "waiting":
            wanted = "、".join(self.wanted(ticket))
            return self._phrase("progress.waiting_for" if wanted else "progress.waiting", materials=wanted)
        if ticket.state == "closed" and ticket.rating:
            return self._phrase("progress.closed_rated", rating=RATING_NAMES[ticket.rating])
        if ticket.state == "merged":
            into = self.into(ticket)
            return self._phrase("progress.merged_into" if into else "progress.merged", into=into.number if into else "")
        return self._phrase(f"progress.{ticket.state}", unit=self._desk.telling.unit(ticket.unit))

    def until(self, ticket: Ticket) -> str:
        """By when it will be answered; empty where it is not for us to say: it waits for them, or is over."""
        held = self.held(ticket)
        if (not ticket.is_open or ticket.state == "waiting") and not held:
            return ""
        return self._desk.until(ticket, held)

    def wanted(self, ticket: Ticket) -> list[str]:
        """The materials that are still to come."""
        if self.held(ticket) or not ticket.is_open:
            return []
        return [each.name for each in self._desk.materials.of(ticket.id) if each.state == "wanted"]

    def name(self, ticket: Ticket) -> str:
        """Of its state, in Chinese."""
        return told_name(ticket, self.held(ticket))

    def held(self, ticket: Ticket) -> TicketEvent | None:
        if self._now >= ticket.updated_at + UNDO:
            return None
        known = (ticket.id, ticket.version)  # every verb makes another version of it
        if known not in self._held:
            self._held[known] = held(ticket, self._desk.events(ticket), self._now)
        return self._held[known]

    def into(self, ticket: Ticket) -> Ticket | None:
        """The ticket a merged one goes on in, if they may see it."""
        into = self._desk.into(ticket)
        try:
            return None if into is None else self._desk.theirs(self._openids, into.number)
        except NoSuchTicket:
            return None

    def replies(self, ticket: Ticket) -> list[Reply]:
        """What staff said, oldest first: not what was taken back, or may still be."""
        events = self._desk.events(ticket)
        shown = shown_replies(events, self._now)
        return [Reply(each.kind, whole(each), each.at, each.id) for each in events if each.id in shown and each.body]

    def told(self, ticket: Ticket, openid: str) -> list[Reply]:
        """`replies` without what is about to come by itself to the chat of that openid: it would be said twice."""
        said = self.replies(ticket)
        here = addresses(self._unit, openid, "service")[0].openid == openid
        coming = deliveries(self._unit, [each.event for each in said], self._now)
        open_ = {event for event, each in coming.items() if self._comes(each, openid, here=here)}
        return [each for each in said if each.event not in open_]

    def _comes(self, each: Delivery, openid: str, *, here: bool) -> bool:
        """`here`: they are written to by that openid first; by another, what waits for them and has not begun."""
        if here or not each.waits_for_them:
            return here and each.state in ("held", "sending", "waiting")
        begun = [call.openid for call in sending.of(self._unit, each.row) if call.outcome in sending.BEGUN]
        return not begun or begun[-1] == openid

    def may(self, ticket: Ticket) -> list[May]:
        """What they may do with it now, as the verbs of the desk allow it and as far as they know of it."""
        found: list[May] = []
        if ticket.state not in OVER:
            found.append("message")
        if ticket.is_open and ticket.openid in self._openids:  # not the caller's that theirs was merged into
            found += ["withdraw", "contact"]
        if is_answered(ticket, self._now) and not self.held(ticket):
            found += ["unsolved"] if ticket.rating is not None else ["rate", "unsolved"]
        if self._desk.may_comment(ticket, now=self._now):
            found.append("comment")
        return found


def is_answered(ticket: Ticket, now: datetime) -> bool:
    """Its answer is out, and not so long ago that it is a matter of its own."""
    at = ticket.resolved_at or ticket.closed_at
    return ticket.state in SAID and at is not None and now - at <= AGAIN_FOR


def held(ticket: Ticket, events: Sequence[TicketEvent], now: datetime) -> TicketEvent | None:
    """The reply that moved it and may still be taken back: until it is out, the ticket is to its talent as it was."""
    gone = history.recalled(events)
    last = next((each for each in reversed(events) if each.kind in REPLIES and each.id not in gone), None)
    if last is None or now >= last.at + UNDO:
        return None
    return last if last.old != last.new == ticket.state else None


def told_name(ticket: Ticket, held: TicketEvent | None) -> str:
    """Of the state as its talent knows it, in Chinese. `held`: by the function of that name."""
    return STATE_NAMES[held.old] if held else ticket.state_name


def shown_replies(events: Sequence[TicketEvent], now: datetime) -> set[int]:
    """Ids of the replies that their talent may see."""
    gone = history.recalled(events)
    return {each.id for each in events if each.kind in REPLIES and each.id not in gone and now >= each.at + UNDO}


def whole(event: TicketEvent) -> str:
    """A reply with the materials it asks for."""
    wanted = data_of(event).get("materials")
    return event.body + "".join(f"\n· {name}" for name in wanted) if isinstance(wanted, list) else event.body
