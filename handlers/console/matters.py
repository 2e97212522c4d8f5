"""What others asked about the same matter of late, and what they were answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.akin import LIKELY, Typed, ranked
from bot.kit import Kit
from bot.private import masked
from models.access import Actor
from models.desk_join import Joining
from models.history import recalled
from models.moves import SAID
from models.ticket import Ticket, TicketEvent

_SHOWN = 3


class SameMatter(NamedTuple):
    """`answer`: the final one, with numbers of telephones and cards masked; "" while there is none."""

    ticket: Ticket
    answer: str


class _Asked(NamedTuple):
    subject: str
    topic: str
    ticket: Ticket
    detail: str = ""  # of so many tickets it is not read


def same_matter(kit: Kit, desk: Joining, actor: Actor, ticket: Ticket) -> list[SameMatter]:
    """Of other people, the likest first, answered ones before those that are open."""
    told = [_Asked(each.subject, each.topic, each) for each in desk.lately(actor, ticket)]
    found = ranked(Typed(ticket.subject, topic=ticket.topic), told, kit.library.canonical)
    likely = [each.ticket for each, score in found if score >= LIKELY]
    likely.sort(key=lambda each: each.state not in SAID)
    return [SameMatter(each, _answer(desk, each)) for each in likely[:_SHOWN]]


def _answer(desk: Joining, ticket: Ticket) -> str:
    events: Sequence[TicketEvent] = desk.events(ticket) if ticket.state in SAID else ()
    gone = recalled(events)
    return next((masked(each.body) for each in reversed(events) if each.kind == "answer" and each.id not in gone), "")
