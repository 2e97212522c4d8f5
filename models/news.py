"""What happened at the desk that a member of staff wants to be told of at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import defer

from models.access import Actor, sees, visible
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


class Happened(NamedTuple):
    """An event, for whoever it may concern. `called`: ids of staff who are called on by name in it."""

    event: TicketEvent
    ticket: Ticket
    called: frozenset[int]


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


def happened(unit: Unit, since: int) -> Sequence[Happened] | None:
    """Everything since then, for `told` to find each one's news in; None: too much, each asks for `news`."""
    query = select(TicketEvent, Ticket).join(Ticket, Ticket.id == TicketEvent.ticket_id)
    query = query.where(TicketEvent.id > since - _OVERLAP).order_by(TicketEvent.id).limit(_MOST + 1)
    query = query.options(defer(TicketEvent.body), *(defer(each) for each in (Ticket.detail, Ticket.tried)))
    found = unit.session.execute(query).all()
    if len(found) > _MOST:
        return None
    called: dict[int, set[int]] = {}
    mentions = select(Mention.event_id, Mention.staff_id).where(Mention.event_id > since - _OVERLAP)
    for event, staff in unit.execute(mentions):
        called.setdefault(event, set()).add(staff)
    return [Happened(event, ticket, frozenset(called.get(event.id, ()))) for event, ticket in found]


def told(happened: Sequence[Happened], actor: Actor) -> list[News]:
    """What `news` says of it."""
    found = []
    for event, ticket, called in happened:
        if event.actor == actor.key or not sees(actor, ticket):
            continue
        mention = event.id if actor.id in called else None
        sort = _sort(actor, event, ticket.number, ticket.subject, ticket.assignee, ticket.unit, mention)
        if sort:
            found.append(News(event.id, sort, ticket.number, ticket.subject))
    return found


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
