"""A person's tickets whose answer is out: asking them for a rating, or whether it is to be worked on again."""

from __future__ import annotations

from bot.conversation import Context
from bot.reply import Turn
from bot.standing import is_answered
from bot.telling import day
from models.ticket import RATING_NAMES, Ticket

_NEWEST = 20


def done(context: Context) -> list[Ticket]:
    """Theirs that can be worked on again, newest answer first."""
    found = [each for each in context.tickets.listed(context.openids, limit=_NEWEST) if is_answered(each, context.now)]
    return sorted(found, key=lambda each: each.resolved_at or each.updated_at, reverse=True)


def to_rate(context: Context) -> list[Ticket]:
    return [each for each in done(context) if each.rating is None]


def meant(context: Context, found: list[Ticket]) -> Ticket:
    """The one talked about, else the one answered last."""
    return next((each for each in found if each.number == context.recall.get("ticket")), found[0])


def ask_rating(context: Context, ticket: Ticket) -> Turn:
    levels = "\n".join(f"{stars}分 {name}" for stars, name in RATING_NAMES.items())
    reply = context.say("serve.ask", number=ticket.number, subject=ticket.subject, levels=levels)
    return Turn(reply, "serve:rating", {"number": ticket.number}, {"ticket": ticket.number}, "rate?")


def ask_again(context: Context, ticket: Ticket, why: str = "", key: str = "") -> Turn:
    """`why`: what they said already; it goes with a plain yes. `key`: of other words to ask with."""
    at, key = day(ticket.resolved_at or ticket.updated_at), key or ("serve.ask_again_why" if why else "serve.ask_again")
    reply = context.say(key, number=ticket.number, subject=ticket.subject, at=at)
    data = {"number": ticket.number, **({"why": context.desk.seal(why)} if why else {})}
    return Turn(reply, "serve:again", data, {"ticket": ticket.number}, "again?")


def offer_again(context: Context) -> Turn | None:
    """Who wants to add to what is answered is asked whether it is to be worked on again; None: nothing is answered."""
    found = done(context)
    return ask_again(context, meant(context, found)) if found else None
