"""What has changed at a ticket since it was drawn: what others did, who writes, how far replies and files have come."""

from __future__ import annotations

from typing import Any

from bot.deliveries import deliveries
from bot.kit import Kit
from handlers.console import composer
from handlers.console.pane import WRITING
from handlers.console.steps import REPLIES, legal
from handlers.console.timeline import who
from models.access import Actor
from models.db import Unit
from models.drafts import Drafts


def lately(kit: Kit, unit: Unit, me: Actor, number: str, seen: int) -> dict[str, Any]:
    """For console/ticket_news.html. `seen`: the newest event on the screen; `was` changes with what is told. Raises
    NoSuchTicket."""
    desk, now = kit.desk(unit), kit.now()
    ticket = desk.get(me, number)
    events, names = desk.events(ticket), composer.roster(kit, unit).names()
    writing = Drafts(unit).others(ticket.id, me.id, now - WRITING)
    fresh = [each for each in events if each.id > seen and each.actor != me.key]
    replies = [each.id for each in events if each.kind in REPLIES and each.id <= seen]
    found = deliveries(unit, replies, now)
    sent = {event: each for event, each in found.items() if each.state != "recalled"}
    came = [each for each in composer.files(kit, unit).of(ticket) if each.event_id and each.event_id <= seen]
    marks = (
        *(f"{each.staff_id}{each.tab}{len(each.body)}" for each in writing),
        *(f"{event}{delivery.state}" for event, delivery in sent.items()),
        *(f"{each.id}{each.state}" for each in came),
    )
    return {
        "ticket": ticket,
        "told": list(dict.fromkeys(who(each.actor, names) for each in fresh)),
        "fresh": fresh,
        "writing": writing,
        "sent": sent,
        "came": came,
        "can": legal(me, ticket),
        "was": ".".join((str(len(fresh)), *marks)),
        "ticket_seen": seen,
    }
