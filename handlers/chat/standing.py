"""How a ticket stands, in words for whose it is: what is done, what comes next, until when, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.conversation import Context
from bot.deliveries import deliveries
from bot.desk import UNDO, Serving
from bot.telling import day
from models import history
from models.desk import NoSuchTicket
from models.history import data_of
from models.ticket import RATING_NAMES, Ticket, TicketEvent

_SAID = ("interim", "ask", "answer", "refuse")
_FROM_TALENT = ("added", "attached", "resume")


class Reply(NamedTuple):
    """One of the hotline's, as the talent was told it."""

    kind: str
    text: str
    at: datetime
    event: int


def status(context: Context, ticket: Ticket) -> str:
    """One line: the state and what comes next."""
    desk = context.tickets
    if ticket.is_suspended:
        why = next(each.body for each in reversed(desk.events(ticket)) if each.kind == "suspend")
        return context.phrase("progress.suspended", why=why.rstrip("。.！!"))
    if ticket.state == "waiting":
        wanted = "、".join(wanted_of(desk, ticket))
        return context.phrase("progress.waiting_for" if wanted else "progress.waiting", materials=wanted)
    if ticket.state == "closed" and ticket.rating:
        return context.phrase("progress.closed_rated", rating=RATING_NAMES[ticket.rating])
    if ticket.state == "merged":
        into = into_own(context, ticket)
        return context.phrase("progress.merged_into" if into else "progress.merged", into=into.number if into else "")
    return context.phrase(f"progress.{ticket.state}", unit=desk.telling.unit(ticket.unit))


def until(context: Context, ticket: Ticket) -> str:
    """By when it will be answered; empty where it is not for us to say: it waits for them, or is over."""
    if not ticket.is_open or ticket.state == "waiting":
        return ""
    return context.tickets.telling.until(ticket)


def wanted_of(desk: Serving, ticket: Ticket) -> list[str]:
    """The materials that are still to come."""
    return [each.name for each in desk.materials.of(ticket.id) if each.state == "wanted"]


def into_own(context: Context, ticket: Ticket) -> Ticket | None:
    """The ticket a merged one goes on in, if they may see it."""
    into = context.tickets.into(ticket)
    try:
        return None if into is None else context.tickets.find(context.openid, into.number)
    except NoSuchTicket:
        return None


def replies(context: Context, ticket: Ticket) -> list[Reply]:
    """What staff said, oldest first: not what was taken back, may still be, or is about to come by itself."""
    events = context.tickets.events(ticket)
    gone = history.recalled(events)
    said = [each for each in events if each.kind in _SAID and each.id not in gone and each.body]
    said = [each for each in said if context.now >= each.at + UNDO]
    coming = deliveries(context.unit, [each.id for each in said], context.now)
    open_ = {event for event, each in coming.items() if each.state in ("held", "sending", "waiting")}
    return [Reply(each.kind, _whole(each), each.at, each.id) for each in said if each.id not in open_]


def listed(context: Context, found: list[Reply]) -> str:
    """Each with its day and what it is."""
    return "\n".join(_told(context, each) for each in found)


def additions(context: Context, ticket: Ticket) -> int:
    """How often they said more; pictures sent on the way to the ticket were put to it when it was opened."""
    said = [each for each in context.tickets.events(ticket) if each.kind in _FROM_TALENT and each.actor == "talent"]
    return sum(each.kind != "attached" or each.at > ticket.created_at for each in said)


def _told(context: Context, reply: Reply) -> str:
    kind = context.phrase(f"progress.reply_{reply.kind}")
    return context.phrase("progress.reply", at=day(reply.at), kind=kind, text=reply.text)


def _whole(event: TicketEvent) -> str:
    wanted = data_of(event).get("materials")
    return event.body + "".join(f"\n· {name}" for name in wanted) if isinstance(wanted, list) else event.body
