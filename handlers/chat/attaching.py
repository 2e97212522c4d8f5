"""A person's open tickets, and putting a picture, recording or film to one of them."""

from __future__ import annotations

from bot.conversation import Context
from bot.reply import Turn
from models.desk import BadMove
from models.ticket import Ticket

_NEWEST = 5


def open_tickets(context: Context) -> list[Ticket]:
    """Newest first."""
    return [ticket for ticket in context.desk.listed(context.openids, limit=_NEWEST) if ticket.is_open]


def attach(context: Context, number: str, kind: str, media_id: str) -> Turn:
    ticket = context.desk.theirs(context.openids, number)
    try:
        context.desk.attach(ticket, kind, media_id, account=context.message.app, now=context.now)
    except BadMove as fault:
        return Turn(context.say("progress.too_late", number=number, status=fault.state_name))
    reply = context.say("progress.attached", number=number)
    return Turn(reply, recall={"ticket": number}, note=f"attached {number}")
