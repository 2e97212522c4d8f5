"""How a person's tickets stand, in this talk; the rules are bot/standing.py's."""

from __future__ import annotations

from bot.conversation import Context
from bot.standing import FROM_TALENT, Reply, Standing
from bot.telling import day
from models.ticket import Ticket


def of(context: Context) -> Standing:
    return Standing(context.unit, context.tickets, context.kit.library.phrase, context.openids, context.now)


def told(context: Context, ticket: Ticket) -> list[Reply]:
    """The hotline's replies, to be read here. What was to reach them elsewhere they have seen now: it is not taken
    back any more."""
    found = of(context).told(ticket, context.openid)
    if not found or found[-1].event <= ticket.seen:
        return found
    held = context.desk.theirs(context.openids, ticket.number, hold=True)
    found = of(context).told(held, context.openid)
    context.desk.see(held, max((each.event for each in found), default=0))
    return found


def listed(context: Context, found: list[Reply]) -> str:
    """Each with its day and what it is."""
    return "\n".join(_told(context, each) for each in found)


def additions(context: Context, ticket: Ticket) -> int:
    """How often they said more; pictures sent on the way to the ticket were put to it when it was opened."""
    said = [each for each in context.tickets.events(ticket) if each.kind in FROM_TALENT and each.actor == "talent"]
    return sum(each.kind != "attached" or each.at > ticket.created_at for each in said)


def _told(context: Context, reply: Reply) -> str:
    kind = context.phrase(f"progress.reply_{reply.kind}")
    return context.phrase("progress.reply", at=day(reply.at), kind=kind, text=reply.text)
