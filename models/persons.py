"""The talents as staff look them up: those with something the actor may see; nothing here is unmasked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from models.access import Actor, visible
from models.agreement import AgreementRow
from models.chatlog import readable
from models.consent import ConsentRow
from models.db import Unit
from models.event import Event, Signup
from models.message import MessageRow
from models.person import Person
from models.ticket import Ticket

PAGE = 50


class Known(NamedTuple):
    """`tickets`: those the actor may see. `person` None: they have a ticket, but never followed."""

    openid: str
    person: Person | None
    tickets: int
    seen_at: datetime | None


class Persons:
    """Reads, takes no lock. Staff of the hotline see everybody; those of a unit, whose tickets they see."""

    def __init__(self, unit: Unit, actor: Actor) -> None:
        self._unit = unit
        self._session = unit.session
        self._actor = actor

    def found(self, q: str, key: str, after: str = "", limit: int = PAGE) -> list[Known]:
        """By what stands in a ticket or was said, by a telephone number (`key`: Seal.key of it), or all; by openid."""
        where: list[ColumnElement[bool]] = [Ticket.openid > after]
        if q:
            ways = [Ticket.subject.contains(q, autoescape=True), Ticket.number == q.upper()]
            where.append(or_(*ways, Ticket.contact_key == key) if key else or_(*ways))
        of = select(Ticket.openid).where(visible(self._actor), *where)
        some = set(self._unit.execute(of.order_by(Ticket.openid).distinct().limit(limit)).scalars())
        if self._actor.hotline:
            said: Any = self._saying(q) if q else select(Person.openid)
            column = said.selected_columns[0]
            more = said.where(column > after).order_by(column).limit(limit)
            some |= set(self._unit.execute(more).scalars())
        return self._known(sorted(some)[:limit])

    def _saying(self, q: str) -> Any:
        """Of the chats this actor may read."""
        said = (MessageRow.text.contains(q, autoescape=True), readable(self._actor))
        return select(MessageRow.openid).where(*said).distinct()

    def one(self, openid: str) -> Known | None:
        """None: nobody this actor may see."""
        known = self._known([openid])[0]
        seen = known.tickets or (self._actor.hotline and (known.person is not None or known.seen_at is not None))
        return known if openid and seen else None

    def _known(self, openids: Sequence[str]) -> list[Known]:
        counts = select(Ticket.openid, func.count()).where(visible(self._actor), Ticket.openid.in_(openids))
        tickets = {row[0]: int(row[1]) for row in self._unit.execute(counts.group_by(Ticket.openid))}
        last = select(MessageRow.openid, func.max(MessageRow.received_at)).where(MessageRow.openid.in_(openids))
        seen = {row[0]: row[1] for row in self._unit.execute(last.group_by(MessageRow.openid))}
        people = {each.openid: each for each in self._session.scalars(select(Person).where(Person.openid.in_(openids)))}
        return [Known(openid, people.get(openid), tickets.get(openid, 0), seen.get(openid)) for openid in openids]

    def tickets(self, openid: str) -> list[Ticket]:
        query = select(Ticket).where(visible(self._actor), Ticket.openid == openid).order_by(Ticket.id.desc())
        return list(self._session.scalars(query.limit(PAGE)))

    def agreements(self, openid: str) -> list[AgreementRow]:
        return list(self._session.scalars(select(AgreementRow).where(AgreementRow.openid == openid)))

    def consents(self, openid: str) -> list[ConsentRow]:
        return list(self._session.scalars(select(ConsentRow).where(ConsentRow.openid == openid)))

    def events(self, openid: str) -> list[tuple[Event, Signup]]:
        query = select(Event, Signup).join(Signup, Signup.event_id == Event.id).where(Signup.openid == openid)
        return [
            (event, signup) for event, signup in self._session.execute(query.order_by(Signup.id.desc()).limit(PAGE))
        ]
