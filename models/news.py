"""What happened at the desk that a member of staff wants to be told of at once."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from models.access import Actor, visible
from models.db import Unit
from models.ticket import HOTLINE, Ticket, TicketEvent
from models.workbench import Mention

Sort = Literal["new", "assigned", "heard", "mention", "card"]
_MOST = 60
_OVERLAP = 20  # ids are not committed in their order: the caller leaves out what it has told


class News(NamedTuple):
    event: int
    sort: Sort
    number: str
    subject: str


def latest(unit: Unit) -> int:
    """The newest event, from which on to ask for news."""
    return unit.session.scalar(select(func.max(TicketEvent.id))) or 0


def news(unit: Unit, actor: Actor, since: int) -> list[News]:
    """What concerns this actor and was not done by them, oldest first; some from before `since` again."""
    mention = and_(Mention.event_id == TicketEvent.id, Mention.staff_id == actor.id)
    query = select(TicketEvent, Ticket.number, Ticket.subject, Ticket.assignee, Ticket.unit, Mention.id)
    query = query.join(Ticket, Ticket.id == TicketEvent.ticket_id).outerjoin(Mention, mention)
    query = query.where(TicketEvent.id > since - _OVERLAP, TicketEvent.actor != actor.key, visible(actor))
    query = query.where(or_(Mention.id.is_not(None), _concerns(actor)))
    found = []
    for row in unit.session.execute(query.order_by(TicketEvent.id.desc()).limit(_MOST)):
        sort = _sort(actor, *row)
        if sort:
            found.append(News(row[0].id, sort, row.number, row.subject))
    return found[::-1]


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """Beside mentions, what `_sort` has a name for: the newest are taken of these, whatever else happens."""
    kind, mine, ours = TicketEvent.kind, Ticket.assignee == actor.id, Ticket.unit == actor.unit
    leads = actor.role in ("lead", "supervisor")
    return or_(
        and_(mine, or_(kind.in_(("assign", "give", "card")), TicketEvent.actor == "talent")),
        and_(ours, kind.in_(("dispatch", "designate", *(["opened"] * actor.hotline), *(["card"] * leads)))),
    )


def _sort(
    actor: Actor, event: TicketEvent, _number: str, _subject: str, assignee: int | None, unit: str, mention: Any
) -> Sort | None:
    mine = assignee == actor.id
    if mention is not None:
        return "mention"
    if event.kind in ("assign", "give") and mine:
        return "assigned"
    if event.kind in ("dispatch", "designate") and unit == actor.unit:
        return "new"
    if event.kind == "opened" and unit == actor.unit == HOTLINE:
        return "new"
    if event.kind == "card" and (mine or (actor.role in ("lead", "supervisor") and unit == actor.unit)):
        return "card"
    return "heard" if event.actor == "talent" and mine else None
